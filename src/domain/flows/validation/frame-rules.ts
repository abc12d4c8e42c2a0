import { reservedWords } from '../expressions/expression.ts';
import { isAsking, type StepDefinition } from '../flow-definition.ts';
import type { MendableFault } from '../../fault.ts';
import { pointerTo } from '../../pointer-to.ts';
import { stepFault, type DraftFlow, type FlowRule } from './draft-flow.ts';
import { freeKeys } from './free-keys.ts';
import { oneOf, suggestionFrom } from '../../suggest.ts';

/** What concerns the flow as a whole: names that are there once, and what its own fields say. */
export const frameRules: readonly FlowRule[] = [
  doubleIds,
  reservedNames,
  flowKeys,
  completeAfter,
  doubleLanguages,
  onePersonStep,
];

function doubleIds({ ids }: DraftFlow): MendableFault[] {
  return ids.flatMap((id, index) =>
    id !== null && ids.indexOf(id) < index
      ? [
          stepFault(index, '/id', {
            detail: `is taken already by step ${ids.indexOf(id) + 1}: «${id}»`,
            suggestion: `Call it «${freeName(id, ids)}», for instance.`,
          }),
        ]
      : [],
  );
}

function reservedNames({ steps }: DraftFlow): MendableFault[] {
  const isReserved = (name: string): boolean =>
    reservedWords.has(name) || name === 'language' || name === 'score';
  const detail = 'is a word with a meaning of its own in expressions; choose another';
  const names = steps.map(({ step }) => step.id);
  const instead = (name: string): string => `Call it «${freeName(`my_${name}`, names)}», for instance.`;
  return steps.flatMap(({ index, step }) => {
    if (isAsking(step) && isReserved(step.id) && !isItsOwn(step))
      return [stepFault(index, '/id', { detail, suggestion: instead(step.id) })];
    return namesGiven(step).flatMap(([pointer, name]) => {
      if (isReserved(name)) return [stepFault(index, pointer, { detail, suggestion: instead(name) })];
      const isTaken = steps.some((other) => isAsking(other.step) && other.step.id === name);
      const hidden = 'is the id of a question, whose answer would hide the variable';
      return isTaken ? [stepFault(index, pointer, { detail: hidden, suggestion: instead(name) })] : [];
    });
  });
}

/** With a number behind it that no other name has. */
function freeName(name: string, taken: readonly (string | null)[]): string {
  if (!taken.includes(name)) return name;
  let number = 2;
  while (taken.includes(`${name}_${number}`)) number += 1;
  return `${name}_${number}`;
}

/** A language step may be called `language`: its answer is what the word means. */
function isItsOwn(step: StepDefinition): boolean {
  return step.type === 'language' && step.id === 'language';
}

/** Variables to which the step gives a value, and where it says so. */
function namesGiven(step: StepDefinition): [pointer: string, name: string][] {
  if (step.type === 'set') return [['/variable', step.variable]];
  if (step.type !== 'lookup') return [];
  return Object.keys(step.values).map((name) => [pointerTo('values', name), name]);
}

function flowKeys(draft: DraftFlow): MendableFault[] {
  const { frame } = draft;
  const { repeat, opt_out: optOut } = frame.keys ?? {};
  return repeat !== undefined && repeat === optOut
    ? [
        {
          pointer: '/keys/opt_out',
          detail: 'must not be the same key as «repeat»',
          suggestion: freeKeys(draft),
        },
      ]
    : [];
}

function completeAfter({ frame, ids }: DraftFlow): MendableFault[] {
  const id = frame.complete_after;
  const known = ids.filter((each) => each !== null);
  return id === undefined || ids.includes(id)
    ? []
    : [
        {
          pointer: '/complete_after',
          detail: 'must be the id of a step in the flow',
          suggestion: known.length > 0 ? `Make it ${oneOf(known)}.` : 'Give the steps ids first.',
          ...suggestionFrom(known, id),
        },
      ];
}

function doubleLanguages({ frame: { languages } }: DraftFlow): MendableFault[] {
  return languages.flatMap((language, index) =>
    languages.indexOf(language) < index
      ? [
          {
            pointer: pointerTo('languages', index),
            detail: 'is in the list already',
            suggestion: `Take the second «${language}» out.`,
          },
        ]
      : [],
  );
}

/** Who is there is asked in one place: everything behind it is that person's. */
function onePersonStep({ steps }: DraftFlow): MendableFault[] {
  const asking = steps.filter(({ step }) => step.type === 'person');
  return asking.slice(1).map(({ index }) =>
    stepFault(index, '/type', {
      detail: `asks who is there a second time; lead back to «${asking[0]?.step.id ?? ''}» instead`,
      suggestion: `Take the step out, and write "next": "${asking[0]?.step.id ?? ''}" where it is to be asked again.`,
    }),
  );
}
