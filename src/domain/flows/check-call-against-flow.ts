import type { Fault } from '../fault.ts';
import { pointerTo } from '../pointer-to.ts';
import { isAsking, questionIds, type AskingStep, type FlowDefinition } from './flow-definition.ts';
import { nobody } from './steps/person-keys.ts';
import { suggestionFrom } from '../suggest.ts';
import { isPossible, possibleAnswers } from './possible-answers.ts';
import { voiceAnswer } from './steps/voice-message-definition.ts';

/** What a request for a call says about its flow. */
export interface CallOfFlow {
  language?: string | undefined;
  responses?: Readonly<Record<string, string>> | undefined;
  start_at?: string | undefined;
  people?: readonly PersonOfCall[] | undefined;
}

interface PersonOfCall {
  id: string;
  name: string;
  responses?: Readonly<Record<string, string>> | undefined;
}

/** Everything in a request that does not fit the flow: its language, its `start_at`, and answers that nobody could have given. */
export function checkCallAgainstFlow(flow: FlowDefinition, call: CallOfFlow): Fault[] {
  return [
    ...languageFaults(flow, call),
    ...startFaults(flow, call),
    ...responseFaults(flow, call.responses ?? {}, '/responses'),
    ...peopleFaults(flow, call.people),
  ];
}

function languageFaults(flow: FlowDefinition, { language }: CallOfFlow): Fault[] {
  if (language === undefined || flow.languages.includes(language)) return [];
  return [
    { pointer: '/language', detail: `must be one of the flow's languages: ${flow.languages.join(', ')}` },
  ];
}

function startFaults(flow: FlowDefinition, { start_at: startAt }: CallOfFlow): Fault[] {
  const ids = flow.steps.map((step) => step.id);
  if (startAt === undefined || ids.includes(startAt)) return [];
  return [
    { pointer: '/start_at', detail: 'must be the id of a step in the flow', ...suggestionFrom(ids, startAt) },
  ];
}

/** A flow asks who is there if it has a step for it, and needs people then; else nobody would be asked. */
function peopleFaults(flow: FlowDefinition, people: CallOfFlow['people']): Fault[] {
  const asks = flow.steps.some((step) => step.type === 'person');
  if (people === undefined)
    return asks
      ? [{ pointer: '/people', detail: 'must be given: the flow asks who of them is on the phone' }]
      : [];
  if (!asks)
    return [{ pointer: '/people', detail: 'is for a flow with a person step, and this flow has none' }];
  return people.flatMap((person, index) => {
    const earlier = people.slice(0, index);
    const at = pointerTo('people', index);
    return [
      ...(person.id === nobody
        ? [{ pointer: `${at}/id`, detail: `must not be «${nobody}», which stands for nobody of them` }]
        : []),
      ...(earlier.some(({ id }) => id === person.id)
        ? [{ pointer: `${at}/id`, detail: 'is the id of somebody before' }]
        : []),
      ...(earlier.some(({ name }) => name === person.name)
        ? [{ pointer: `${at}/name`, detail: 'is the name of somebody before: nobody could tell them apart' }]
        : []),
      ...responseFaults(flow, person.responses ?? {}, `${at}/responses`),
    ];
  });
}

function responseFaults(
  flow: FlowDefinition,
  responses: Readonly<Record<string, string>>,
  at: string,
): Fault[] {
  return Object.entries(responses).flatMap(([question, value]) => {
    const pointer = `${at}${pointerTo(question)}`;
    const step = flow.steps.find(({ id }) => id === question);
    if (step === undefined || !isAsking(step) || step.type === 'person') {
      return [
        { pointer, detail: 'must be a question of the flow', ...suggestionFrom(questionIds(flow), question) },
      ];
    }
    const detail = answerFault(flow, step, value);
    return detail === null ? [] : [{ pointer, detail }];
  });
}

function answerFault(flow: FlowDefinition, step: AskingStep, value: string): string | null {
  if (step.type === 'voice_message')
    return voiceAnswer.safeParse(value).success ? null : 'must be a text of 1 to 2000 characters';
  const values = possibleAnswers(flow, step);
  if (values === null) {
    return isPossible(flow, step, value)
      ? null
      : 'must be digits that the question accepts: see its min, max, range and pattern';
  }
  return values.includes(value) ? null : `must be one of the question's options: ${values.join(', ')}`;
}
