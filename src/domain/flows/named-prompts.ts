import { builtInPromptIds } from '../prompts/built-in-words.ts';
import { itemsOf } from '../prompts/say.ts';
import type { FlowDefinition } from './flow-definition.ts';
import { behaviourOf } from './step-behaviours.ts';

/** Prompts that the flow speaks and that only the library can have, each once, in the flow's order. */
export function namedPrompts(flow: FlowDefinition): string[] {
  const sayings = flow.steps.flatMap((step) => behaviourOf(step).sayings(step));
  const items = sayings.flatMap((saying) => ('say' in saying ? itemsOf(saying.say) : []));
  const ids = items.filter((item) => typeof item === 'string');
  return [...new Set(ids)].filter((id) => !builtInPromptIds.has(id));
}
