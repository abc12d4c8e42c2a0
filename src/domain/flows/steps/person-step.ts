import { speakBuiltIn } from '../../prompts/speak-built-in.ts';
import { speak, type Voice } from '../../prompts/speak.ts';
import type { SpokenPart } from '../../prompts/spoken-part.ts';
import { targetOf } from '../compile-flow.ts';
import type { SessionPerson } from '../flow-session.ts';
import { voiceOf } from '../flow-values.ts';
import { keys, type Key } from '../keys.ts';
import type { Onward } from '../step-behaviour.ts';
import { say, type Turn } from '../turn.ts';
import { answerQuestion, giveUpExit, recordAnswer } from './ask-question.ts';
import { knowPerson } from './know-person.ts';
import { oneKeyQuestion } from './one-key-question.ts';
import { nobody } from './person-keys.ts';
import type { PersonStep } from './person-definition.ts';

const betweenNames: SpokenPart = { kind: 'pause', durationMs: 300 };

/**
 * Asked anew in each talk, and again whenever the flow comes back to it. Until somebody is known, no answer, no resume point and no variable of
 * anybody is in force; then the talk goes on where that person left off.
 */
export const personStep = oneKeyQuestion<PersonStep>({
  meaningOf(turn, step, key) {
    const { people } = turn.session;
    const place = keys.indexOf(key);
    const person = people[place];
    if (person !== undefined) return () => goOnWith(turn, step, { person, key });
    return place === people.length ? () => endForNobody(turn, step, key) : undefined;
  },
  leave: (flow, step, knowledge) =>
    (knowledge.person ?? null) === null ? null : targetOf(flow, step.id, step.next),
  ownWords: (_flow, step, voice) => [
    ...speak(step.say ?? 'system.person_intro', voice),
    ...voice.people.flatMap(({ name }, place) => option(voice, { name, key: keyAt(place) })),
    betweenNames,
    ...speakBuiltIn(voice, { say: 'system.person_none', key: keyAt(voice.people.length) }),
  ],
  otherWords: (_flow, _step, voice) => [
    ...speak('system.person_none_goodbye', voice),
    ...speak('system.goodbye', voice),
  ],
  exits: (step) => [{ pointer: '/next', target: step.next, needsKey: true }, giveUpExit(step)],
});

function goOnWith(
  turn: Turn,
  step: PersonStep,
  { person, key }: { person: SessionPerson; key: Key },
): Onward {
  const { session, flow } = turn;
  knowPerson(flow, session, person);
  session.met.push(step.id);
  const leave = (): string | null => {
    const wanted = [person.resumeAt, session.onward].find((id) => id !== null && flow.steps.has(id));
    return wanted ?? personStep.leave(flow, step, session);
  };
  return answerQuestion(turn, step, { value: person.id, key, correct: null, words: undefined, leave });
}

/** The call has not reached whom it was for; it may be tried again. */
function endForNobody(turn: Turn, step: PersonStep, key: Key): Onward {
  recordAnswer(turn, step, { value: nobody, key, correct: null });
  const parts = speak('system.person_none_goodbye', voiceOf(turn.flow, turn.session));
  return say(turn, { parts, purpose: 'after_response', waitMs: 0 }) ? 'stay' : { goTo: null };
}

function option(voice: Voice, { name, key }: { name: string; key: Key }): SpokenPart[] {
  return [betweenNames, ...speakBuiltIn(voice, { say: 'system.person_option', name, key })];
}

function keyAt(place: number): Key {
  return keys[place] ?? '9';
}
