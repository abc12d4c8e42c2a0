import type { MendableFault } from '../../fault.ts';
import { keys, type Key } from '../keys.ts';
import type { StepOf } from '../flow-definition.ts';
import type { DraftFlow } from './draft-flow.ts';
import { oneOf } from '../../suggest.ts';

/** Which keys are still to be had: in the step, or, without one, in every step of the flow. */
export function freeKeys(draft: DraftFlow, within?: StepOf<'choice' | 'language'>): string {
  const { repeat, opt_out: optOut } = draft.frame.keys ?? {};
  const steps = within === undefined ? draft.steps.map(({ step }) => step) : [within];
  const used = new Set<string | undefined>([
    repeat,
    optOut,
    ...steps.flatMap((step) =>
      (step.type === 'choice' || step.type === 'language') && step.options ? Object.keys(step.options) : [],
    ),
  ]);
  const free = keys.filter((key) => !used.has(key));
  return free.length === 0
    ? 'No key is free: make two questions of one.'
    : `Use a key that is free: ${oneOf(free)}.`;
}

/** A key of the step that the flow has for something else. */
export function flowKeyFaults(
  draft: DraftFlow,
  key: Key,
  at: { pointer: string; step: StepOf<'choice' | 'language'> },
): MendableFault[] {
  const { keys: flowKeys = {} } = draft.frame;
  const meaning = key === flowKeys.repeat ? 'repeat' : key === flowKeys.opt_out ? 'opt_out' : null;
  return meaning === null
    ? []
    : [
        {
          pointer: at.pointer,
          detail: `uses the key that the flow has for «${meaning}»`,
          suggestion: freeKeys(draft, at.step),
        },
      ];
}

/** For a key of the flow that a step needs for itself. */
export function moveFlowKey({ keys: flowKeys = {} }: DraftFlow['frame'], needed: readonly string[]): string {
  const taken = [...needed, flowKeys.repeat, flowKeys.opt_out];
  const free = keys.filter((key) => !taken.includes(key));
  return `Give the flow another key for it in "keys": ${oneOf(free)}.`;
}
