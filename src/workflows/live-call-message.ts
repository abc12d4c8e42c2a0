import type { DialRequest, DialResult, LegEvent, LiveLeg } from '../telephony/telephony.ts';
import type { LiveTalkMessage } from './live-talk-message.ts';
import type { ListedLegs } from './transfer-legs.ts';

/** Whatever happens to a live call, in the one order of its mailbox. */
export type LiveCallMessage =
  | LegEvent
  | LiveTalkMessage
  /** The reserved instant has come. */
  | { type: 'dial'; request: DialRequest }
  /** It may not be dialled any more at this instant; nothing has left. */
  | { type: 'withdrawn' }
  | { type: 'dial_answered'; result: DialResult }
  /** A phone that another process dialled has rung for long enough. */
  | { type: 'ring_limit' }
  /** Its end was requested, and the request committed. */
  | { type: 'cancel' }
  /** After a restart or a lost connection: the leg exists, in this state. */
  | { type: 'taken_up'; state: LiveLeg['state']; legs: ListedLegs }
  /** The leg does not exist, though it was dialled, and nobody saw its end. */
  | { type: 'leg_lost' }
  /** The connection is lost: keys cannot be heard until the call is taken up again. */
  | { type: 'deaf' };
