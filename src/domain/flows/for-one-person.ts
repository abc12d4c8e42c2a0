import { compileFlow, type Flow } from './compile-flow.ts';
import type { StepDefinition } from './flow-definition.ts';

const variants = new WeakMap<Flow, Flow>();

/**
 * The flow as it is played where nobody is known to share the phone, as with most who call a line: the question who is there is passed without a word, and
 * all answers are those of the one person whose phone it is.
 */
export function forOnePerson(flow: Flow): Flow {
  if (flow.personStep === null) return flow;
  const known = variants.get(flow);
  if (known !== undefined) return known;
  const steps = flow.definition.steps.map(passedInSilence);
  const variant = compileFlow({ ...flow.definition, steps }, flow.words);
  variants.set(flow, variant);
  return variant;
}

function passedInSilence(step: StepDefinition): StepDefinition {
  if (step.type !== 'person') return step;
  const { id, next } = step;
  return { id, type: 'branch', ...(next === undefined ? {} : { else: next }) };
}
