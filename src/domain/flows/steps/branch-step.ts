import { assert } from '../../../lib/assert.ts';
import { targetOf, type Flow } from '../compile-flow.ts';
import { evaluateExpression, isTrue } from '../expressions/evaluate-expression.ts';
import { valueOf, type Knowledge } from '../flow-values.ts';
import { ownValue } from '../own-value.ts';
import type { Exit } from '../step-behaviour.ts';
import type { BranchStep } from './branch-definition.ts';
import { silentStep } from './silent-step.ts';

/** Goes by what is known; nobody hears anything of it. */
export const branchStep = silentStep<BranchStep>({
  leave: (flow, step, knowledge) => targetOf(flow, step.id, wayOf(flow, step, knowledge) ?? step.else),
  exits: (step) => [...caseExits(step), ...conditionExits(step), exit('/else', step.else)],
});

function wayOf(flow: Flow, step: BranchStep, knowledge: Knowledge): string | undefined {
  if (step.on === undefined) return conditionThatHolds(flow, step, knowledge)?.next;
  const value = valueOf(flow, knowledge, step.on);
  return value === null ? undefined : ownValue(step.cases ?? {}, String(value));
}

function conditionThatHolds(flow: Flow, step: BranchStep, knowledge: Knowledge) {
  return step.when?.find((condition) => {
    const expression = flow.expressions.get(condition.if);
    assert(expression, 'every expression of a compiled flow is parsed');
    return isTrue(evaluateExpression(expression, (name) => valueOf(flow, knowledge, name)));
  });
}

function caseExits(step: BranchStep): Exit[] {
  return Object.entries(step.cases ?? {}).map(([value, target]) =>
    exit(`/cases/${value.replaceAll('~', '~0').replaceAll('/', '~1')}`, target),
  );
}

function conditionExits(step: BranchStep): Exit[] {
  return (step.when ?? []).map(({ next }, index) => exit(`/when/${index}/next`, next));
}

function exit(pointer: string, target: string | undefined): Exit {
  return { pointer, target, needsKey: false };
}
