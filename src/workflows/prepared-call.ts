import type { Flow } from '../domain/flows/compile-flow.ts';
import type { FlowReference } from '../domain/flows/flow-definition.ts';
import type { SpokenPart } from '../domain/prompts/spoken-part.ts';
import { spokenPartKey } from '../domain/prompts/spoken-part.ts';
import { assert } from '../lib/assert.ts';
import type { PromptSound } from '../telephony/telephony.ts';
import type { Rendition } from '../speech/rendition-cache.ts';

/** A call whose every word is on disk: without this it is not dialled, and nothing is rendered while somebody listens. */
export interface PreparedCall {
  flow: Flow;
  reference: FlowReference;
  /** Ids of its questions, in its order. */
  questions: readonly string[];
  renditions: ReadonlyMap<string, CallRendition>;
  /** By the language that is being spoken: a call may be in several, one after the other. */
  speech: Readonly<Record<string, PreparedSpeech>>;
}

/** A sound, and of which version of a prompt it is; null for what is of no library. */
export interface CallRendition extends Rendition {
  version?: number | null;
}

export interface PreparedSpeech {
  /** What the gateway itself says when the database cannot be reached during the call. */
  asides: { pleaseWait: SpokenPart[]; goodbye: SpokenPart[] };
  /** How long each step's own words last, for telling how much of the flow was heard. */
  speechMsByStep: Readonly<Record<string, number>>;
}

/** Of the language that a talk is in. */
export function speechIn(prepared: PreparedCall, language: string): PreparedSpeech {
  const speech = prepared.speech[language];
  assert(speech, `the call was prepared in «${language}»`);
  return speech;
}

/** The sound files of what the engine wants said, in order. */
export function soundsOf(prepared: PreparedCall, parts: readonly SpokenPart[]): PromptSound[] {
  return parts.map((part) =>
    part.kind === 'own_words'
      ? { recordingId: part.recordingId }
      : renditionFor(prepared.renditions, part).sound,
  );
}

export function lengthMs(prepared: PreparedCall, part: SpokenPart): number {
  return part.kind === 'own_words' ? part.durationMs : renditionFor(prepared.renditions, part).durationMs;
}

export function renditionFor(
  renditions: ReadonlyMap<string, CallRendition>,
  part: SpokenPart,
): CallRendition {
  const rendition = renditions.get(spokenPartKey(part));
  assert(rendition, `the engine speaks only what was prepared, not an unprepared ${part.kind}`);
  return rendition;
}
