import { libraryOf } from '../domain/prompts/library.ts';
import { validateFlow } from '../domain/flows/validate-flow.ts';
import type { BuiltInWords } from '../domain/prompts/built-in-words.ts';
import type { Clock } from '../lib/clock.ts';
import type { FlowStore } from '../db/flow-store.ts';
import type { StoreFlowResult } from './use-cases.ts';

export interface StoreFlowDependencies {
  flows: Pick<FlowStore, 'putFlow' | 'getFlow'>;
  words: BuiltInWords;
  clock: Clock;
}

/** Stores a flow as a new immutable version, or says everything that is wrong with it. */
export async function storeFlow(
  deps: StoreFlowDependencies,
  request: { id: string; definition: unknown },
): Promise<StoreFlowResult> {
  const validated = validateFlow(request.definition, libraryOf(deps.words));
  if (validated.result === 'invalid') return { result: 'invalid', faults: validated.faults };
  return {
    result: 'stored',
    ...(await deps.flows.putFlow({ id: request.id, definition: validated.flow, at: deps.clock.now() })),
  };
}
