import { pointerTo, type FlowFault } from './fault.ts';
import { isQuestion, questionIds, type FlowDefinition, type QuestionStep } from './flow-definition.ts';
import { suggestionFrom } from './validation/suggest.ts';
import { isAcceptable } from './steps/accept-digits.ts';

/** What a request for a call says about its flow. */
export interface CallOfFlow {
  language?: string | undefined;
  responses?: Readonly<Record<string, string>> | undefined;
  start_at?: string | undefined;
}

/** Everything in a request that does not fit the flow: its language, its `start_at`, and answers that nobody could have given. */
export function checkCallAgainstFlow(flow: FlowDefinition, call: CallOfFlow): FlowFault[] {
  return [...languageFaults(flow, call), ...startFaults(flow, call), ...responseFaults(flow, call)];
}

function languageFaults(flow: FlowDefinition, { language }: CallOfFlow): FlowFault[] {
  if (language === undefined || flow.languages.includes(language)) return [];
  return [
    { pointer: '/language', detail: `must be one of the flow's languages: ${flow.languages.join(', ')}` },
  ];
}

function startFaults(flow: FlowDefinition, { start_at: startAt }: CallOfFlow): FlowFault[] {
  const ids = flow.steps.map((step) => step.id);
  if (startAt === undefined || ids.includes(startAt)) return [];
  return [
    { pointer: '/start_at', detail: 'must be the id of a step in the flow', ...suggestionFrom(ids, startAt) },
  ];
}

function responseFaults(flow: FlowDefinition, { responses = {} }: CallOfFlow): FlowFault[] {
  return Object.entries(responses).flatMap(([question, value]) => {
    const pointer = pointerTo('responses', question);
    const step = flow.steps.find(({ id }) => id === question);
    if (step === undefined || !isQuestion(step)) {
      return [
        { pointer, detail: 'must be a question of the flow', ...suggestionFrom(questionIds(flow), question) },
      ];
    }
    const detail = answerFault(step, value);
    return detail === null ? [] : [{ pointer, detail }];
  });
}

function answerFault(step: QuestionStep, value: string): string | null {
  if (step.type === 'digits') {
    return isAcceptable(step, value)
      ? null
      : 'must be digits that the question accepts: see its min, max, range and pattern';
  }
  const values = [...new Set(Object.values(step.options).map((option) => option.value))];
  return values.includes(value) ? null : `must be one of the question's options: ${values.join(', ')}`;
}
