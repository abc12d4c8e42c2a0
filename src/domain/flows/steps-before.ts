import type { StepDefinition, StepType } from './flow-definition.ts';
import { behaviourOf } from './step-behaviours.ts';

/**
 * Places of the steps that can be reached from the first without passing one of this type; the first such ones on each way are among them,
 * what lies behind them is not. In a flow without the type: every step that can be reached.
 */
export function placesBefore(steps: readonly StepDefinition[], type: StepType): Set<number> {
  const places = new Map(steps.map((step, place) => [step.id, place]));
  const reached = new Set([0]);
  const open = [0];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const step = steps[place];
    if (step === undefined || step.type === type) continue;
    for (const { target = 'next' } of behaviourOf(step).exits(step)) {
      const to = target === 'next' ? place + 1 : places.get(target);
      if (to === undefined || to >= steps.length || reached.has(to)) continue;
      reached.add(to);
      open.push(to);
    }
  }
  return reached;
}

/** The same by id. */
export function stepsBefore(steps: readonly StepDefinition[], type: StepType): Set<string> {
  return new Set([...placesBefore(steps, type)].flatMap((place) => steps[place]?.id ?? []));
}
