import type { Call } from '../domain/calls/call.ts';
import type { Flow } from '../domain/flows/compile-flow.ts';
import { questionIds } from '../domain/flows/flow-definition.ts';
import { collectSpokenParts, speechByStep } from '../domain/flows/collect-spoken-parts.ts';
import { systemPrompt, type BuiltInWords } from '../domain/prompts/built-in-words.ts';
import type { SpokenPart } from '../domain/prompts/spoken-part.ts';
import type { RenditionCache } from '../speech/rendition-cache.ts';
import { renditionFor, type PreparedCall } from './prepared-call.ts';

export interface PrepareCallDependencies {
  renditions: Pick<RenditionCache, 'renderAll'>;
  words: BuiltInWords;
}

/**
 * Renders everything that a call could ever say in its language, before it is dialled: nothing is synthesised while somebody listens.
 *
 * @throws PromptUnavailable naming what cannot be spoken
 */
export async function prepareCall(
  deps: PrepareCallDependencies,
  request: { call: Call; flow: Flow; signal: AbortSignal },
): Promise<PreparedCall> {
  const { call, flow, signal } = request;
  const asides = {
    pleaseWait: systemPrompt(deps.words, { id: 'system.please_wait', language: call.language }),
    goodbye: systemPrompt(deps.words, { id: 'system.goodbye', language: call.language }),
  };
  const speech = { language: call.language, variables: call.variables };
  const parts = [...collectSpokenParts(flow, speech), ...asides.pleaseWait, ...asides.goodbye];
  const renditions = await deps.renditions.renderAll(parts, { signal });
  const durationMs = (spoken: readonly SpokenPart[]): number =>
    spoken.reduce((sum, part) => sum + renditionFor(renditions, part).durationMs, 0);
  const speechMsByStep = Object.fromEntries(
    Object.entries(speechByStep(flow, speech)).map(([step, spoken]) => [step, durationMs(spoken)]),
  );
  return { flow, questions: questionIds(flow.definition), renditions, asides, speechMsByStep };
}
