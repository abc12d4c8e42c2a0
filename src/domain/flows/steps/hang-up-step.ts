import type { HangUpStep } from './hang-up-definition.ts';
import { silentStep } from './silent-step.ts';
import type { StepBehaviour } from '../step-behaviour.ts';

/** Ends the flow; its result is for the orchestrator. */
export const hangUpStep: StepBehaviour<HangUpStep> = {
  ...silentStep<HangUpStep>({
    leave: () => null,
    exits: () => [{ pointer: '', target: 'end', needsKey: false }],
  }),
  enter(turn, step) {
    turn.session.result = step.result ?? null;
    return { goTo: null };
  },
};
