import type { HangUpEvidence } from '../../domain/calls/verdict.ts';
import type { Key } from '../../domain/flows/keys.ts';

/** One phone that we dialled, or that dialled us, as far as Asterisk's events tell of it. Moved by `advanceLeg` only. */
export interface Leg {
  readonly channelId: string;
  readonly phase: LegPhase;
  readonly rang: boolean;
  readonly progressed: boolean;
  /** The far end sent us to another number. */
  readonly redirected: boolean;
  /** The phone was picked up; Asterisk hands it to us a moment later, and only then it is `answered`. */
  readonly pickedUp: boolean;
  readonly endedByUs: HangUpEvidence['endedByUs'];
  /** What is spoken now, its silence included. */
  readonly prompt: LegPrompt | null;
  readonly lastVoice: Voice;
  /** After a loss of connection either voice may still be speaking. */
  readonly voicesUnknown: boolean;
  /** Sound is coming from the phone. */
  readonly isTalking: boolean;
  /** Recordings of it that are not over. */
  readonly recordings: readonly string[];
  /** The channel is gone, and it is not told yet: a recording of it is still being closed. */
  readonly ended: HangUpEvidence | null;
  /** The last few events, to tell repeats. */
  readonly seen: readonly string[];
}

export type LegPhase = 'dialing' | 'ringing' | 'answered';

/** The two playback ids of a leg: with only two, whoever takes a leg up again can stop what may be playing. */
export type Voice = 'a' | 'b';

/** Some sounds, then silence, all in one playback. */
export interface LegPrompt {
  readonly promptId: string;
  readonly voice: Voice;
  /** How many sounds it has before the silence. */
  readonly sounds: number;
  /** How many of its sounds and silences are over. */
  readonly over: number;
  /** When the present sound began, by Asterisk's clock, in milliseconds; null before the playback started. */
  readonly startedAt: number | null;
  /** Nothing is left to be told: its end was, or there is nothing but silence. */
  readonly told: boolean;
}

export type LegAction =
  | { do: 'tell'; fact: LegFact }
  | { do: 'start_ring_limit' }
  | { do: 'clear_limit' }
  | { do: 'hang_up' }
  | { do: 'stop_playback'; playbackId: string }
  | { do: 'await_failure'; promptId: string }
  | { do: 'watch_sound' }
  | { do: 'unwatch_sound' }
  | { do: 'end_snoop'; recordingId: string }
  | { do: 'await_recordings' }
  | { do: 'forget' };

export type LegFact =
  | { type: 'ringing' }
  | { type: 'progress' }
  | { type: 'answered' }
  | { type: 'key'; key: Key; durationMs: number | null }
  | { type: 'prompt_ended'; promptId: string }
  | { type: 'prompt_failed'; promptId: string; reason: string }
  | { type: 'recording_ended'; recordingId: string }
  | { type: 'recording_failed'; recordingId: string; reason: string }
  | { type: 'talking_started' }
  | { type: 'talking_ended'; until: number | null }
  | { type: 'hung_up'; evidence: HangUpEvidence };

export interface LegStep {
  leg: Leg;
  actions: LegAction[];
}

export function newLeg(channelId: string): Leg {
  return {
    channelId,
    phase: 'dialing',
    rang: false,
    progressed: false,
    redirected: false,
    pickedUp: false,
    endedByUs: null,
    prompt: null,
    lastVoice: 'b',
    voicesUnknown: false,
    isTalking: false,
    recordings: [],
    ended: null,
    seen: [],
  };
}

/** Somebody calls us, and was neither answered nor refused. */
export function offeredLeg(channelId: string): Leg {
  return { ...newLeg(channelId), phase: 'ringing' };
}

/** A leg that another process dialled, or that is known by a request only: what it plays is unknown. */
export function adoptedLeg(channelId: string): Leg {
  return { ...newLeg(channelId), voicesUnknown: true };
}

export function playbackIdOf(leg: Leg, voice: Voice): string {
  return `${leg.channelId}-${voice}`;
}

/** Playbacks that must be stopped so that the leg is silent for certain. */
export function playbacksOf(leg: Leg): string[] {
  if (leg.voicesUnknown) return [playbackIdOf(leg, 'a'), playbackIdOf(leg, 'b')];
  return leg.prompt === null ? [] : [playbackIdOf(leg, leg.prompt.voice)];
}
