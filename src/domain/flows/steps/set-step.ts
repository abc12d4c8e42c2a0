import { assert } from '../../../lib/assert.ts';
import { targetOf } from '../compile-flow.ts';
import { evaluateExpression } from '../expressions/evaluate-expression.ts';
import { valueOf } from '../flow-values.ts';
import type { SetStep } from './set-definition.ts';
import { silentStep } from './silent-step.ts';

/** Keeps what an expression comes to under a name. */
export const setStep = silentStep<SetStep>({
  leave(flow, step, knowledge) {
    const expression = flow.expressions.get(step.value);
    assert(expression, 'every expression of a compiled flow is parsed');
    knowledge.variables[step.variable] = evaluateExpression(expression, (name) =>
      valueOf(flow, knowledge, name),
    );
    return targetOf(flow, step.id, step.next);
  },
  exits: (step) => [{ pointer: '/next', target: step.next, needsKey: false }],
});
