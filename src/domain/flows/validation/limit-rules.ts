import type { StepOf } from '../flow-definition.ts';
import type { MendableFault } from '../../fault.ts';
import { pointerTo } from '../../pointer-to.ts';
import { lengthsOf, parseKeyPattern } from '../key-pattern.ts';
import { stepFault, type FlowRule } from './draft-flow.ts';

/** Limits that nobody could keep: answers that are asked for and can never be entered. */
export const limitRules: readonly FlowRule[] = [
  ({ steps }) =>
    steps.flatMap(({ index, step }) =>
      step.type !== 'digits'
        ? []
        : [...rangeFaults(step), ...patternFaults(step)].map(({ pointer, ...fault }) =>
            stepFault(index, pointer, fault),
          ),
    ),
];

/** Beyond this, numbers are not exact, and ranges are refused for that. */
const mostExactDigits = 15;

function rangeFaults({ max, range }: StepOf<'digits'>): MendableFault[] {
  if (range === undefined || max > mostExactDigits) return [];
  const [least, greatest] = range;
  const most = 10 ** max - 1;
  if (least > greatest || least > most || greatest <= most) return [];
  return [
    {
      pointer: pointerTo('range', 1),
      detail: `can never be entered with ${max} ${max === 1 ? 'digit' : 'digits'}`,
      suggestion: `Set "max" to ${String(greatest).length}, or end the range at ${most}.`,
    },
  ];
}

function patternFaults({ min = 1, max, pattern }: StepOf<'digits'>): MendableFault[] {
  const parsed = pattern === undefined ? null : parseKeyPattern(pattern);
  if (parsed?.result !== 'pattern' || min > max) return [];
  const lengths = [...lengthsOf(parsed.pattern)];
  if (lengths.some((length) => length >= min && length <= max)) return [];
  return [
    {
      pointer: pointerTo('pattern'),
      detail: `can never be matched: it speaks of ${lengths.join(' or ')} digits, and ${min === max ? min : `${min} to ${max}`} are taken`,
      suggestion: 'Make «min» and «max» those of the pattern.',
    },
  ];
}
