import { adviseOnFlow } from '../domain/flows/advice/advise-on-flow.ts';
import { compileFlow } from '../domain/flows/compile-flow.ts';
import { lengthOfPart } from '../domain/prompts/part-length.ts';
import type { RehearseFlowDependencies } from './rehearse-flow.ts';
import { storeFlow, type StoreFlowDependencies } from './store-flow.ts';
import { libraryFor } from './library-for.ts';
import type { StoreFlowResult } from './use-cases.ts';

/** Stores a flow for its author, who is told what would make it easier for the people who are called. */
export async function storeAdvisedFlow(
  deps: StoreFlowDependencies & Pick<RehearseFlowDependencies, 'knownDurationMs'>,
  request: { id: string; definition: unknown },
): Promise<StoreFlowResult> {
  const stored = await storeFlow(deps, request);
  if (stored.result === 'invalid') return stored;
  const advice = adviseOnFlow({
    flow: compileFlow(stored.flow.definition, deps.words),
    lengthOf: (part) => lengthOfPart(part, deps.knownDurationMs(part)),
    hasPrompt: await libraryFor(deps, stored.flow.definition),
  });
  return { ...stored, advice };
}
