import type { HangUpEvidence } from '../../domain/calls/verdict.ts';
import { keys } from '../../domain/flows/keys.ts';
import { advancePrompt, failPrompt, replacePrompt, silencePrompt } from './advance-prompt.ts';
import { beginRecording, endOf, endRecording, giveRecordingsUp } from './advance-recordings.ts';
import type { AriChannelEvent } from './ari-message.ts';
import type { Leg, LegAction, LegStep } from './leg.ts';

/**
 * How a leg moves. Pure: what must be done comes back as actions.
 *
 *     dialing ──► ringing ──► answered ──► (forgotten)
 *        │  └────────────────────▲             ▲
 *        └─────────────────────────────────────┘
 *
 * - `dialing` lasts until the first sign of ringing (RINGING, or PROGRESS: sound before the answer) and is bounded by the set-up limit;
 *   `ringing` is bounded by the ring limit; an answered leg has no limit here, Asterisk's TIMEOUT(absolute) ends it at last.
 * - Answered means that Asterisk handed the channel to us (StasisStart), not only that the phone was picked up: before that nothing
 *   can be played.
 * - The leg of somebody who calls begins as `ringing`, without a limit: it is for us to answer, or for them to give up.
 * - Channels that we are subscribed to in two ways (by endpoint and by application) tell everything twice, equal to the millisecond:
 *   the second is dropped.
 * - After a loss of connection what was missed is unknown; `found` puts the leg into the state that Asterisk lists.
 */
export type LegInput =
  | { input: 'event'; event: AriChannelEvent }
  /** The time limit of the present phase is over. */
  | { input: 'limit_reached' }
  /** The playback of this prompt failed, and a moment later the leg is still there: so it was not a hang-up that ended it. */
  | { input: 'failure_confirmed'; promptId: string }
  /** We took the call of somebody who called us. */
  | { input: 'taken' }
  | { input: 'hang_up' }
  | { input: 'say'; promptId: string; sounds: number }
  | { input: 'silence' }
  | { input: 'record'; recordingId: string }
  | { input: 'recording_failed'; recordingId: string; problem: string }
  /** The leg is gone, and the end of its recordings should have been told long since. */
  | { input: 'recordings_overdue' }
  /** Nothing arrives from the phone any more, since about this instant. */
  | { input: 'fell_silent'; until: number }
  | { input: 'found'; state: ListedState };

/** A channel as Asterisk lists it; `picked_up` is on its way to us. */
export type ListedState = 'dialing' | 'ringing' | 'picked_up' | 'answered';

/** Q.850 «redirected to new destination». */
const redirectedCause = 23;
/** More than can lie between an event and its repeat. */
const rememberedEvents = 16;

export function advanceLeg(leg: Leg, input: LegInput): LegStep {
  switch (input.input) {
    case 'event':
      return onEvent(leg, input.event);
    case 'limit_reached':
      return endByLimit(leg);
    case 'failure_confirmed':
      return leg.prompt?.promptId === input.promptId
        ? failPrompt(leg, leg.prompt, 'Asterisk could not play one of its sounds')
        : { leg, actions: [] };
    case 'taken':
      return onAnswered(leg);
    case 'hang_up':
      return { leg: { ...leg, endedByUs: leg.endedByUs ?? 'hang_up' }, actions: [] };
    case 'say':
      return { leg: replacePrompt(leg, input), actions: [] };
    case 'silence':
      return { leg: silencePrompt(leg), actions: [] };
    case 'record':
      return { leg: beginRecording(leg, input.recordingId), actions: [] };
    case 'recording_failed':
      return endRecording(leg, input);
    case 'recordings_overdue':
      return giveRecordingsUp(leg);
    case 'fell_silent':
      return onQuiet(leg, input.until);
    case 'found':
      return onFound(leg, input.state);
  }
}

function onEvent(leg: Leg, event: AriChannelEvent): LegStep {
  const mark = markOf(event);
  if (leg.seen.includes(mark)) return { leg, actions: [] };
  const fresh = { ...leg, seen: [...leg.seen, mark].slice(-rememberedEvents) };
  switch (event.type) {
    case 'Dial':
      return onDial(event.redirected ? { ...fresh, redirected: true } : fresh, event.dialStatus);
    case 'StasisStart':
      return onAnswered(fresh);
    case 'ChannelDtmfReceived':
      return onDigit(fresh, event);
    case 'ChannelTalkingStarted':
      return onTalking(fresh);
    case 'ChannelTalkingFinished':
      return onQuiet(fresh, null);
    case 'PlaybackStarted':
    case 'PlaybackContinuing':
    case 'PlaybackFinished':
      return advancePrompt(fresh, event);
    case 'StasisEnd':
      // whatever was playing ended with it, as «failed»
      return { leg: { ...fresh, prompt: null }, actions: [] };
    case 'RecordingFinished':
      return endRecording(fresh, { recordingId: event.recordingId, problem: null });
    case 'RecordingFailed':
      return endRecording(fresh, { recordingId: event.recordingId, problem: 'Asterisk could not record' });
    case 'ChannelDestroyed':
      return onDestroyed(fresh, event);
  }
}

function onDial(leg: Leg, dialStatus: string): LegStep {
  if (leg.pickedUp) return { leg, actions: [] };
  if (dialStatus === 'ANSWER') return { leg: { ...leg, pickedUp: true }, actions: [{ do: 'clear_limit' }] };
  if (dialStatus === 'RINGING' && !leg.rang) return onSign({ ...leg, rang: true }, 'ringing');
  if (dialStatus === 'PROGRESS' && !leg.progressed) return onSign({ ...leg, progressed: true }, 'progress');
  return { leg, actions: [] };
}

/** The first sign of ringing starts the ring limit; a second of another kind is told, but gives no more time. */
function onSign(leg: Leg, type: 'ringing' | 'progress'): LegStep {
  const limit: LegAction[] = leg.phase === 'dialing' ? [{ do: 'start_ring_limit' }] : [];
  return { leg: { ...leg, phase: 'ringing' }, actions: [...limit, { do: 'tell', fact: { type } }] };
}

function onAnswered(leg: Leg): LegStep {
  if (leg.phase === 'answered') return { leg, actions: [] };
  return {
    leg: { ...leg, phase: 'answered', pickedUp: true },
    actions: [{ do: 'clear_limit' }, { do: 'tell', fact: { type: 'answered' } }],
  };
}

function onDigit(leg: Leg, { digit, durationMs }: { digit: string; durationMs: number | null }): LegStep {
  const key = keys.find((candidate) => candidate === digit);
  // A to D, which no phone has
  if (key === undefined) return { leg, actions: [] };
  return { leg, actions: [{ do: 'tell', fact: { type: 'key', key, durationMs } }] };
}

function onTalking(leg: Leg): LegStep {
  if (leg.isTalking) return { leg, actions: [] };
  const told: LegAction = { do: 'tell', fact: { type: 'talking_started' } };
  return { leg: { ...leg, isTalking: true }, actions: [told, { do: 'watch_sound' }] };
}

/** @param until when the last sound came; null where Asterisk itself has just told of its end */
function onQuiet(leg: Leg, until: number | null): LegStep {
  if (!leg.isTalking) return { leg, actions: [] };
  const told: LegAction = { do: 'tell', fact: { type: 'talking_ended', until } };
  return { leg: { ...leg, isTalking: false }, actions: [{ do: 'unwatch_sound' }, told] };
}

function onDestroyed(
  leg: Leg,
  { cause, techCause }: { cause: number | null; techCause: number | null },
): LegStep {
  const { pickedUp, rang, progressed, redirected } = leg;
  // A status means that the far end refused before our own hang-up took effect: ours leaves none (measured).
  const theyWereFirst = !pickedUp && (techCause !== null || redirected);
  const evidence: HangUpEvidence = {
    answered: pickedUp,
    rang,
    progressed,
    sipCode: techCause,
    // Asterisk ends a redirected channel while it still notes why: one of ten under load had lost status and cause (measured).
    q850Cause: redirected && !cause ? redirectedCause : cause,
    endedByUs: theyWereFirst ? null : leg.endedByUs,
  };
  const ended = { ...leg, ended: evidence };
  return { leg: ended, actions: [{ do: 'clear_limit' }, ...endOf(ended)] };
}

function endByLimit(leg: Leg): LegStep {
  if (leg.pickedUp) return { leg, actions: [] };
  const limit = leg.phase === 'dialing' ? 'setup_timeout' : 'ring_timeout';
  return { leg: { ...leg, endedByUs: leg.endedByUs ?? limit }, actions: [{ do: 'hang_up' }] };
}

function onFound(known: Leg, state: ListedState): LegStep {
  const leg: Leg = { ...known, prompt: null, voicesUnknown: true, isTalking: false };
  // our own limit, or somebody's hang-up, may have come while Asterisk could not be told
  const again: LegAction[] = leg.endedByUs === null ? [] : [{ do: 'hang_up' }];
  // an event that came after the list was made knows better
  if (leg.phase === 'answered') return { leg, actions: again };
  switch (state) {
    case 'answered':
      return {
        leg: { ...leg, phase: 'answered', pickedUp: true },
        actions: [{ do: 'clear_limit' }, ...again],
      };
    case 'picked_up':
      return {
        leg: { ...leg, phase: 'ringing', pickedUp: true },
        actions: [{ do: 'clear_limit' }, ...again],
      };
    case 'ringing':
      return {
        leg: { ...leg, phase: 'ringing', rang: true },
        actions: leg.phase === 'dialing' ? [{ do: 'start_ring_limit' }, ...again] : again,
      };
    case 'dialing':
      return { leg, actions: again };
  }
}

function markOf(event: AriChannelEvent): string {
  const base = `${event.type} ${event.timestamp}`;
  switch (event.type) {
    case 'Dial':
      return `${base} ${event.dialStatus}`;
    case 'ChannelDtmfReceived':
      return `${base} ${event.digit}`;
    case 'PlaybackStarted':
    case 'PlaybackContinuing':
    case 'PlaybackFinished':
      return `${base} ${event.playbackId} ${event.mediaUri}`;
    case 'RecordingFinished':
    case 'RecordingFailed':
      return `${base} ${event.recordingId}`;
    case 'StasisStart':
    case 'StasisEnd':
    case 'ChannelTalkingStarted':
    case 'ChannelTalkingFinished':
    case 'ChannelDestroyed':
      return base;
  }
}
