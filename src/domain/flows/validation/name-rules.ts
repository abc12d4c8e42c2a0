import { personNames, scoreNames } from '../compile-flow.ts';
import { namesOf } from '../expressions/expression.ts';
import { parseExpression } from '../expressions/parse-expression.ts';
import { isAsking, type StepDefinition } from '../flow-definition.ts';
import type { MendableFault } from '../../fault.ts';
import { pointerTo } from '../../pointer-to.ts';
import { isPossible, possibleAnswers } from '../possible-answers.ts';
import { stepFault, type DraftFlow, type FlowRule } from './draft-flow.ts';
import { oneOf, suggestionFrom } from '../../suggest.ts';

/**
 * What expressions and branches read. A plain name that is no question may be a variable of the call, which nobody knows yet; a name with
 * a dot can only be a part of the score.
 */
export const nameRules: readonly FlowRule[] = [
  (draft) =>
    draft.steps.flatMap(({ index, step }) =>
      faultsOf(draft, step).map(({ pointer, ...fault }) => stepFault(index, pointer, fault)),
    ),
];

function faultsOf(draft: DraftFlow, step: StepDefinition): MendableFault[] {
  if (step.type === 'set') return expressionFaults(draft, '/value', step.value);
  if (step.type !== 'branch') return [];
  const conditions = (step.when ?? []).flatMap((condition, at) =>
    expressionFaults(draft, pointerTo('when', at, 'if'), condition.if),
  );
  const { on, cases = {} } = step;
  if (on === undefined) return conditions;
  return [...conditions, ...nameFaults(draft, '/on', on), ...impossibleCases(draft, on, Object.keys(cases))];
}

function expressionFaults(draft: DraftFlow, pointer: string, text: string): MendableFault[] {
  const parsed = parseExpression(text);
  if (parsed.result === 'fault')
    return [
      {
        pointer,
        detail: parsed.detail,
        suggestion: `Write it as in ${exampleFor(draft)}, with values in quotes.`,
      },
    ];
  return [...new Set(namesOf(parsed.expression))].flatMap((name) => nameFaults(draft, pointer, name));
}

function nameFaults(draft: DraftFlow, pointer: string, name: string): MendableFault[] {
  const isScore = scoreNames.some((each) => each === name);
  if (isScore && !hasScore(draft))
    return [
      {
        pointer,
        detail: `reads «${name}», but no question of the flow has «correct»`,
        suggestion: 'Give the choice steps that count a "correct", the value of their right option.',
      },
    ];
  if (isPersons(name) && draft.steps.some(({ step }) => step.type === 'person')) return [];
  if (isScore || isPlain(draft, name)) return [];
  const known = [...scoreNames, ...personNames, ...questions(draft)];
  return [
    {
      pointer,
      detail: `reads «${name}», which nothing gives a value`,
      suggestion: readable(draft),
      ...suggestionFrom(known, name),
    },
  ];
}

function isPersons(name: string): boolean {
  return personNames.some((each) => each === name);
}

/** A question, or what may be a variable; a step that asks nothing has no value, whatever its name. */
function isPlain(draft: DraftFlow, name: string): boolean {
  const step = draft.steps.find((each) => each.step.id === name)?.step;
  const isSet = draft.steps.some(
    (each) =>
      (each.step.type === 'set' && each.step.variable === name) ||
      (each.step.type === 'lookup' && Object.hasOwn(each.step.values, name)),
  );
  if (step !== undefined) return isAsking(step) || isSet;
  return draft.ids.includes(name) || /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

function impossibleCases(draft: DraftFlow, on: string, values: readonly string[]): MendableFault[] {
  const step = draft.steps.find((each) => each.step.id === on)?.step;
  const detail = `can never come: no answer to «${on}» has this value`;
  if (step !== undefined && isAsking(step)) {
    const possible = possibleAnswers(draft.frame, step) ?? [];
    return values
      .filter((value) => !isPossible(draft.frame, step, value))
      .map((value) => ({
        pointer: pointerTo('cases', value),
        detail,
        suggestion:
          possible.length > 0
            ? `Make it ${oneOf(possible)}, or take the case out.`
            : `Take the case out, or let «${on}» take such an answer.`,
        ...suggestionFrom(possible, value),
      }));
  }
  if (on !== 'language') return [];
  const others = values.filter((value) => !draft.frame.languages.includes(value));
  return others.map((value) => ({
    pointer: pointerTo('cases', value),
    detail: 'is no language of the flow',
    suggestion: `Make it ${oneOf(draft.frame.languages)}, or add it to "languages".`,
  }));
}

/** What there is to read instead. */
function readable(draft: DraftFlow): string {
  const ids = questions(draft);
  return ids.length > 0
    ? `Read an answer (${oneOf(ids)}) or a variable of the call.`
    : 'Read a variable of the call, or add a question before it.';
}

function exampleFor(draft: DraftFlow): string {
  return `«${questions(draft)[0] ?? 'age'} = '1' and count > 2»`;
}

function hasScore(draft: DraftFlow): boolean {
  return (
    draft.hasGaps || draft.steps.some(({ step }) => step.type === 'choice' && step.correct !== undefined)
  );
}

function questions(draft: DraftFlow): string[] {
  return draft.steps.flatMap(({ step }) => (isAsking(step) ? [step.id] : []));
}
