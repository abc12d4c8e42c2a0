import type { Clock } from '../../lib/clock.ts';
import type { IncomingEvent, LegId, OfferedCall } from '../telephony.ts';
import type { IncomingChannel } from './ari-message.ts';
import type { AriReply, AriRequest } from './ari-request.ts';
import { ariRequests } from './ari-request.ts';
import type { IncomingChannels } from './incoming-channels.ts';
import { offeredLeg } from './leg.ts';
import type { LegRegistry } from './leg-registry.ts';
import type { LiveChannels } from './live-channels.ts';

/** Calls of people who call us, from the offer to our answer or refusal; what comes after an answer is a leg like any other. */
export interface IncomingCalls {
  /** A channel was handed to us: it is told once, however often Asterisk tells it. */
  begin(channelId: string, call: IncomingChannel): void;
  ring(leg: LegId): Promise<'done' | 'gone'>;
  answer(leg: LegId, limits: { absoluteTimeoutMs: number }): Promise<'done' | 'gone'>;
  refuse(leg: LegId): Promise<'done' | 'gone'>;
  /** Who waits, and is watched from now on. */
  offered(channels: LiveChannels): OfferedCall[];
}

export interface IncomingCallsOptions {
  clock: Clock;
  legs: LegRegistry;
  incoming: IncomingChannels;
  ask: (request: AriRequest) => Promise<AriReply>;
  doneOrGone: (request: AriRequest) => Promise<'done' | 'gone'>;
  /** A call began, on this channel. */
  onCall: (leg: LegId, channelId: string) => void;
  hasEnded: (leg: LegId) => boolean;
  tell: (event: IncomingEvent) => void;
}

export function createIncomingCalls(options: IncomingCallsOptions): IncomingCalls {
  const { clock, legs, incoming, ask, doneOrGone } = options;
  return {
    begin(channelId, call) {
      const leg = incoming.add(channelId);
      if (options.hasEnded(leg) || legs.get(leg) !== null) return;
      legs.add(leg, offeredLeg(leg), null);
      options.onCall(leg, channelId);
      options.tell({ type: 'incoming', leg, at: clock.now(), ...call });
    },
    ring: (leg) => doneOrGone(ariRequests.ring(incoming.channelOf(leg))),
    async answer(leg, { absoluteTimeoutMs }) {
      const channelId = incoming.channelOf(leg);
      const value = String(Math.ceil(absoluteTimeoutMs / 1000));
      // first: whoever is answered must not stay on the line for ever, whatever becomes of us
      await ask(ariRequests.setVariable({ channelId, variable: 'TIMEOUT(absolute)', value }));
      const answered = await doneOrGone(ariRequests.answer(channelId));
      if (answered === 'done') legs.apply(leg, { input: 'taken' });
      return answered;
    },
    refuse(leg) {
      legs.apply(leg, { input: 'hang_up' });
      return doneOrGone(ariRequests.refuse(incoming.channelOf(leg)));
    },
    offered(channels) {
      const waiting = [...channels.offered].filter(([leg]) => !options.hasEnded(leg));
      for (const [leg] of waiting) {
        if (legs.get(leg) !== null) continue;
        legs.add(leg, offeredLeg(leg), null);
        options.onCall(leg, incoming.channelOf(leg));
      }
      return waiting.map(([leg, call]) => ({ leg, at: clock.now(), ...call }));
    },
  };
}
