import type { Call } from '../calls/call.ts';
import { isAsking, type FlowDefinition } from '../flows/flow-definition.ts';
import { possibleAnswers } from '../flows/possible-answers.ts';

/** What a campaign's report counts of a call whose person is forgotten: an answer that belongs to nobody any more. */
export interface CountedAnswer {
  question: string;
  value: string;
}

/** How an answer is counted that only this person may have given: digits, a voice, who of a shared phone they are. */
export const erasedAnswer = 'erased';

/** One of the options that a flow offers to everybody tells nothing of who chose it, and is counted as it was. */
export function countedAnswers(
  { responses }: Pick<Call, 'responses'>,
  flow: Pick<FlowDefinition, 'languages' | 'steps'> | null,
): CountedAnswer[] {
  return responses.map(({ question, value }) => {
    const step = flow?.steps.find(({ id }) => id === question);
    const offered = flow && step && isAsking(step) ? possibleAnswers(flow, step) : null;
    return { question, value: offered?.includes(value) === true ? value : erasedAnswer };
  });
}
