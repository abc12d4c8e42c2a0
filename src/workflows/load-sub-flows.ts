import { z } from 'zod';
import { flowName } from '../domain/flows/steps/sub-flow-definition.ts';
import type { FlowDefinition, FlowReference } from '../domain/flows/flow-definition.ts';
import { expandFlow } from '../domain/flows/sub-flows/expand-flow.ts';
import { subFlowNames, type SubFlows } from '../domain/flows/sub-flows/sub-flows.ts';
import { assert } from '../lib/assert.ts';
import type { FlowStore } from '../db/flow-store.ts';

interface LoadSubFlowsDependencies {
  flows: Pick<FlowStore, 'getFlow'>;
}

/** More flows than this are not looked for; a flow has at most 500 steps, with all that it plays. */
const mostFlows = 500;

/** Every flow that these names lead to, and those that these play in turn, each fetched once. */
export async function loadSubFlows(
  { flows }: LoadSubFlowsDependencies,
  names: readonly string[],
): Promise<SubFlows> {
  const found = new Map<string, ReturnType<SubFlows['flowOf']>>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined && found.size < mostFlows; name = open.pop()) {
    if (found.has(name)) continue;
    const [id = '', version] = name.split('@');
    const stored = await flows.getFlow(id, version === undefined ? null : Number(version));
    const reference = stored && { id: stored.id, version: stored.version };
    found.set(name, reference && { reference, definition: stored.definition });
    if (stored !== null) open.push(...subFlowNames(stored.definition.steps));
  }
  return { flowOf: (name) => found.get(name) ?? null };
}

/** A stored flow as it is played: with the steps of the flows that it plays, in the versions that it was stored with. */
export async function asPlayed(
  deps: LoadSubFlowsDependencies,
  definition: FlowDefinition,
): Promise<FlowDefinition> {
  const names = subFlowNames(definition.steps);
  if (names.length === 0) return definition;
  const expanded = expandFlow(definition, await loadSubFlows(deps, names));
  assert(expanded.result === 'expanded', 'a flow was stored with flows that it can play');
  return expanded.definition;
}

/** Flows that the JSON names, which may be anything: what is wrong with it is said by whoever validates it. */
export function subFlowNamesIn(json: unknown): string[] {
  const steps = z.object({ steps: z.array(z.unknown()) }).safeParse(json).data?.steps ?? [];
  return steps.flatMap((step) => z.object({ flow: flowName }).safeParse(step).data?.flow ?? []);
}

/** The same by its name and version; null where it is not on record. */
export async function definitionAsPlayed(
  deps: LoadSubFlowsDependencies,
  { id, version }: FlowReference,
): Promise<FlowDefinition | null> {
  const stored = await deps.flows.getFlow(id, version);
  return stored && asPlayed(deps, stored.definition);
}
