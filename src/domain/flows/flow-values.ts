import { wordsOf } from '../prompts/built-in-words.ts';
import type { Voice } from '../prompts/speak.ts';
import { scoreNames, type Flow } from './compile-flow.ts';
import type { FlowScore, FlowSession, FlowValue, SessionResponse } from './flow-session.ts';
import { ownValue } from './own-value.ts';

/** What expressions and prompts can know in a call. */
export type Knowledge = Pick<FlowSession, 'language' | 'variables' | 'responses'> & {
  /** Who shares the phone, and who of them is there; left out where it is one person's. */
  person?: string | null;
  people?: readonly { id: string; name: string }[];
};

/** The value of a name: a response first, then what the flow knows by itself, then a variable; null for what nobody knows. */
export function valueOf(flow: Flow, knowledge: Knowledge, name: string): FlowValue {
  const response = ownValue(knowledge.responses, name);
  if (response !== undefined) return response.value;
  if (name === 'language') return knowledge.language;
  if (name === 'person.id') return knowledge.person ?? null;
  if (name === 'person.name')
    return knowledge.people?.find((person) => person.id === knowledge.person)?.name ?? null;
  if (name.startsWith('score.')) return scoreValue(scoreOf(flow, knowledge.responses), name);
  return ownValue(knowledge.variables, name) ?? null;
}

/** How many quiz questions were answered, and how many of them correctly; null in a flow that has none. */
export function scoreOf(flow: Flow, responses: Readonly<Record<string, SessionResponse>>): FlowScore | null {
  const graded = flow.definition.steps.filter((step) => step.type === 'choice' && step.correct !== undefined);
  if (graded.length === 0) return null;
  const given = graded.flatMap((step) => ownValue(responses, step.id) ?? []);
  const correct = given.filter((response) => response.correct === true).length;
  return { correct, answered: given.length, total: graded.length };
}

/** The voice of a call, with what it knows by now. */
export function voiceOf(flow: Flow, knowledge: Knowledge): Voice {
  return {
    language: knowledge.language,
    words: wordsOf(flow.words, knowledge.language),
    people: knowledge.people ?? [],
    valueOf: (name) => valueOf(flow, knowledge, name),
    isKnownLate: (name) => flow.lateNames.has(name),
    greatestOf: (name) => (scoreNames.some((each) => each === name) ? totalScoreOf(flow) : null),
  };
}

function totalScoreOf(flow: Flow): number {
  return scoreOf(flow, {})?.total ?? 0;
}

function scoreValue(score: FlowScore | null, name: string): number | null {
  if (name === 'score.correct') return score?.correct ?? null;
  if (name === 'score.answered') return score?.answered ?? null;
  return name === 'score.total' ? (score?.total ?? null) : null;
}
