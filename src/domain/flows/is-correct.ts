import type { FlowDefinition } from './flow-definition.ts';
import { gradeOf } from './steps/choice-step.ts';

/** Whether an answer is right; null where the question is no quiz question, or there is none of this name. */
export function isCorrect(flow: FlowDefinition, answer: { question: string; value: string }): boolean | null {
  const step = flow.steps.find(({ id }) => id === answer.question);
  return step?.type === 'choice' ? gradeOf(step, answer.value) : null;
}
