import { libraryOf } from '../domain/prompts/library.ts';
import { validateFlow } from '../domain/flows/validate-flow.ts';
import type { BuiltInWords } from '../domain/prompts/built-in-words.ts';
import type { Clock } from '../lib/clock.ts';
import type { FlowStore } from '../db/flow-store.ts';
import type { Fault, StoredFlow } from './use-cases.ts';

export interface StoreFlowDependencies {
  flows: Pick<FlowStore, 'putFlow' | 'getFlow'>;
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
  const validated = validateFlow(request.definition, libraryOf(deps.words));
  if (validated.result === 'invalid') return { result: 'invalid', faults: validated.faults };
  const mute = validated.flow.languages.flatMap((language, index) =>
    deps.speaks(language)
      ? []
      : [{ pointer: `/languages/${index}`, detail: `is «${language}», for which there is no voice` }],
  );
  if (mute.length > 0) return { result: 'invalid', faults: mute };
  return {
    result: 'stored',
    ...(await deps.flows.putFlow({ id: request.id, definition: validated.flow, at: deps.clock.now() })),
  };
}
