import { targetOf } from '../compile-flow.ts';
import { silentStep } from './silent-step.ts';
import type { SubFlowStep } from './sub-flow-definition.ts';

/** In a flow that is ready to be played, `next` leads to the first step of the other flow: see `expand-flow.ts`. */
export const subFlowStep = silentStep<SubFlowStep>({
  leave: (flow, step) => targetOf(flow, step.id, step.next),
  exits: (step) => [{ pointer: '/next', target: step.next, needsKey: false }],
});
