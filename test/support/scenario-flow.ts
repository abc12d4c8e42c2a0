import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FlowDefinition } from '../../src/domain/flows/flow-definition.ts';
import { expandFlow } from '../../src/domain/flows/sub-flows/expand-flow.ts';
import type { SubFlows } from '../../src/domain/flows/sub-flows/sub-flows.ts';
import { validateFlow } from '../../src/domain/flows/validate-flow.ts';
import type { BuiltInWords } from '../../src/domain/prompts/built-in-words.ts';
import { libraryOf } from '../../src/domain/prompts/library.ts';
import type { Scenario } from './play-scenario.ts';

const folder = join(import.meta.dirname, '../scenarios/flows');

/** The flow of a story as it is played: validated, with the steps of the flows that it plays. */
export function scenarioFlow({ flow, plays = {} }: Scenario, words: BuiltInWords): FlowDefinition {
  const subFlows: SubFlows = {
    flowOf(name) {
      const file = plays[name];
      if (file === undefined) return null;
      const definition = valid(readFlow(file), { words, subFlows });
      return { reference: { id: name.split('@', 1)[0] ?? name, version: 1 }, definition };
    },
  };
  const written = valid(typeof flow === 'string' ? readFlow(flow) : flow, { words, subFlows });
  const expanded = expandFlow(written, subFlows);
  if (expanded.result === 'faults') throw new Error(JSON.stringify(expanded.faults));
  return expanded.definition;
}

function valid(
  json: unknown,
  { words, subFlows }: { words: BuiltInWords; subFlows: SubFlows },
): FlowDefinition {
  const validated = validateFlow(json, libraryOf(words), { subFlows, within: [] });
  if (validated.result === 'valid') return validated.flow;
  throw new Error(`the flow is not valid: ${JSON.stringify(validated.faults, null, 1)}`);
}

function readFlow(name: string): unknown {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
}
