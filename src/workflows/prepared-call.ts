import type { Flow } from '../domain/flows/compile-flow.ts';
import type { SpokenPart } from '../domain/prompts/spoken-part.ts';
import { spokenPartKey } from '../domain/prompts/spoken-part.ts';
import { assert } from '../lib/assert.ts';
import type { Rendition } from '../speech/rendition-cache.ts';

/** A call whose every word is on disk: without this it is not dialled, and nothing is rendered while somebody listens. */
export interface PreparedCall {
  flow: Flow;
  /** Ids of its questions, in its order. */
  questions: readonly string[];
  renditions: ReadonlyMap<string, Rendition>;
  /** What the gateway itself says when the database cannot be reached during the call. */
  asides: { pleaseWait: SpokenPart[]; goodbye: SpokenPart[] };
  /** How long each step's own words last, for telling how much of the flow was heard. */
  speechMsByStep: Readonly<Record<string, number>>;
}

/** The sound files of what the engine wants said, in order. */
export function soundsOf(prepared: PreparedCall, parts: readonly SpokenPart[]): string[] {
  return parts.map((part) => renditionFor(prepared.renditions, part).sound);
}

export function renditionFor(renditions: ReadonlyMap<string, Rendition>, part: SpokenPart): Rendition {
  const rendition = renditions.get(spokenPartKey(part));
  assert(
    rendition,
    `the engine speaks only what was prepared, not ${part.kind === 'text' ? 'an unprepared text' : 'an unprepared pause'}`,
  );
  return rendition;
}
