import { libraryOf } from '../domain/prompts/library.ts';
import type { Fault } from '../domain/fault.ts';
import { collectSpokenParts } from '../domain/flows/collect-spoken-parts.ts';
import { compileFlow } from '../domain/flows/compile-flow.ts';
import { pinSubFlows, type SubFlows } from '../domain/flows/sub-flows/sub-flows.ts';
import type { FlowDefinition } from '../domain/flows/flow-definition.ts';
import { validateFlow, type ValidatedFlow } from '../domain/flows/validate-flow.ts';
import type { BuiltInWords } from '../domain/prompts/built-in-words.ts';
import type { Clock } from '../lib/clock.ts';
import type { FlowStore } from '../db/flow-store.ts';
import type { PromptStore } from '../db/prompt-store.ts';
import { fetchFlowSounds, type FetchFlowSoundsDependencies } from './fetch-flow-sounds.ts';
import { loadSubFlows, subFlowNamesIn } from './load-sub-flows.ts';
import type { StoredFlow } from './use-cases.ts';

export interface StoreFlowDependencies extends FetchFlowSoundsDependencies {
  flows: Pick<FlowStore, 'putFlow' | 'getFlow'>;
  prompts: Pick<PromptStore, 'names'>;
  words: BuiltInWords;
  clock: Clock;
  /** Whether there is a voice for the language. */
  speaks: (language: string) => boolean;
}

export type FlowStored =
  { result: 'stored'; flow: StoredFlow; created: boolean } | { result: 'invalid'; faults: Fault[] };

/** Stores a flow as a new immutable version, or says everything that is wrong with it. */
export async function storeFlow(
  deps: StoreFlowDependencies,
  request: { id: string; definition: unknown },
): Promise<FlowStored> {
  const subFlows = await loadSubFlows(deps, subFlowNamesIn(request.definition));
  const plays = { subFlows, within: [request.id] };
  const validated = await validateWithLibrary(deps, { definition: request.definition, plays });
  if (validated.result === 'invalid') return { result: 'invalid', faults: validated.faults };
  const mute = muteLanguages(deps, validated.flow);
  if (mute.length > 0) return { result: 'invalid', faults: mute };
  const fetched = await fetchFlowSounds(deps, validated.flow);
  if (fetched.result === 'invalid') return fetched;
  const definition = pinSubFlows(fetched.definition, subFlows);
  return {
    result: 'stored',
    ...(await deps.flows.putFlow({ id: request.id, definition, at: deps.clock.now() })),
  };
}

/** Most flows need no more than the built-in prompts; the database is asked about the others only. */
export async function validateWithLibrary(
  deps: Pick<StoreFlowDependencies, 'words' | 'prompts'>,
  { definition, plays }: { definition: unknown; plays: { subFlows: SubFlows; within: string[] } },
): Promise<ValidatedFlow> {
  const validated = validateFlow(definition, libraryOf(deps.words), plays);
  if (validated.result === 'valid') return validated;
  return validateFlow(definition, libraryOf(deps.words, await deps.prompts.names()), plays);
}

/** A language without a voice can be spoken by recordings alone. */
function muteLanguages(
  deps: Pick<StoreFlowDependencies, 'words' | 'speaks'>,
  definition: FlowDefinition,
): Fault[] {
  const flow = compileFlow(definition, deps.words);
  return definition.languages.flatMap((language, index) => {
    if (deps.speaks(language)) return [];
    const parts = collectSpokenParts(flow, { language, variables: {} });
    const isSpoken = parts.some(
      (part) => part.kind === 'text' || (part.kind === 'prompt' && part.text !== null),
    );
    const detail = `is «${language}», for which there is no voice: say everything in it by prompts that are recorded`;
    const suggestion = `Upload a recording in «${language}» for each text and name it as a prompt, set up a voice, or leave «${language}» out.`;
    return isSpoken ? [{ pointer: `/languages/${index}`, detail, suggestion }] : [];
  });
}
