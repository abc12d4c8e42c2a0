import { compileFlow, type Flow } from '../domain/flows/compile-flow.ts';
import type { FlowReference } from '../domain/flows/flow-definition.ts';
import type { BuiltInWords } from '../domain/prompts/built-in-words.ts';
import { assert } from '../lib/assert.ts';
import { asPlayed } from './load-sub-flows.ts';
import type { FlowStore } from '../db/flow-store.ts';

/** Flows that calls are on or wait for; a stored version never changes, so what was loaded once stays true. */
const mostKept = 200;

/** Gives stored flows ready for playing, and keeps those that were used last. */
export function createFlowLoader(deps: {
  flows: Pick<FlowStore, 'getFlow'>;
  words: BuiltInWords;
}): (flow: FlowReference) => Promise<Flow> {
  const kept = new Map<string, Flow>();
  return async (reference) => {
    const key = `${reference.id}@${reference.version}`;
    const flow = kept.get(key) ?? (await load(deps, reference));
    kept.delete(key);
    kept.set(key, flow);
    const oldest = kept.keys().next();
    if (kept.size > mostKept && !oldest.done) kept.delete(oldest.value);
    return flow;
  };
}

async function load(
  deps: { flows: Pick<FlowStore, 'getFlow'>; words: BuiltInWords },
  reference: FlowReference,
): Promise<Flow> {
  const stored = await deps.flows.getFlow(reference.id, reference.version);
  assert(stored, 'a version of a flow that a call was accepted with stays on record');
  return compileFlow(await asPlayed(deps, stored.definition), deps.words);
}
