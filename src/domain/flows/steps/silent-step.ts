import { assert } from '../../../lib/assert.ts';
import type { Flow } from '../compile-flow.ts';
import type { Knowledge } from '../flow-values.ts';
import type { Exit, Onward, StepBehaviour } from '../step-behaviour.ts';

/** A step that the person does not meet: it goes on at once. */
export function silentStep<S extends { id: string }>(silent: {
  leave: (flow: Flow, step: S, knowledge: Knowledge) => string | null;
  exits: (step: S) => Exit[];
}): StepBehaviour<S> {
  return {
    ...silent,
    enter: (turn, step) => ({ goTo: silent.leave(turn.flow, step, turn.session) }),
    ask: neverMet,
    owns: () => false,
    takeKey: neverMet,
    promptEnded: neverMet,
    silence: neverMet,
    sayings: () => [],
    ownWords: () => [],
    otherWords: () => [],
  };
}

function neverMet(_turn: unknown, step: { id: string }): Onward {
  assert(false, `nobody waits in the silent step «${step.id}»`);
}
