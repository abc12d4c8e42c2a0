import type { Call } from '../../src/domain/calls/call.ts';
import { said } from '../support/said.ts';

const both = (en: string, hi: string) => ({ text: { en, hi } });
const choice = (id: string, question: string, options: Record<string, unknown>) => ({
  ...{ id, type: 'choice', say: said(question), options, give_up: 'sorry', attempts: 2 },
  first_key_timeout: 'PT4S',
});

const helpline = (to: string | readonly string[], more: object = {}) => ({
  title: 'Somebody to talk to',
  languages: ['en'],
  keys: { opt_out: '0' },
  steps: [
    {
      ...{ id: 'agent', type: 'transfer', to, say: said('We put you through.'), max_wait: 'PT25S' },
      ...{ whisper: said('A parent is calling.'), on_busy: 'busy', otherwise: 'sorry' },
      ...more,
    },
    choice('useful', 'Was that useful?', { 1: { value: 'yes' }, 2: { value: 'no' } }),
    { id: 'noted', type: 'message', say: said('Your opinion is noted.'), next: 'end' },
    { id: 'busy', type: 'message', say: said('They are on the phone.'), next: 'end' },
    { id: 'sorry', type: 'message', say: said('Sorry, nobody is there.') },
  ],
});

/**
 * Flows in which what is said next tells what must have been answered before: no question can be given up and passed, so that
 * `meaningOf` can say of each text which response it depends on.
 */
export const simulatedFlows: Record<string, unknown> = {
  quiz: {
    title: 'Quiz',
    languages: ['en'],
    keys: { repeat: '*', opt_out: '0' },
    steps: [
      { id: 'welcome', type: 'message', say: said('Hello {{name}}, this is a recording.'), barge_in: false },
      {
        ...choice('q1', 'Question one: seven or nine?', { 1: { value: 'seven' }, 2: { value: 'nine' } }),
        correct: 'seven',
        on_correct: { say: said('One is right.') },
        on_wrong: { say: said('One is wrong.') },
      },
      choice('q2', 'Question two: east or west?', { 1: { value: 'east' }, 2: { value: 'west' } }),
      {
        ...{
          id: 'q3',
          type: 'digits',
          say: said('Question three: how many?'),
          max: 2,
          terminator: '#',
          attempts: 2,
        },
        give_up: 'sorry',
      },
      {
        id: 'thanks',
        type: 'message',
        say: [said('All three are answered. You scored'), { number: '{{score.correct}}' }],
      },
      { id: 'done', type: 'hang_up', result: 'done' },
      { id: 'sorry', type: 'message', say: said('Sorry, we could not hear you.') },
    ],
  },
  menu: {
    title: 'Tea or coffee',
    languages: ['en'],
    keys: { opt_out: '0' },
    complete_after: 'tea',
    steps: [
      choice('drink', 'Tea or coffee?', {
        1: { value: 'tea' },
        2: { value: 'coffee' },
        3: { value: 'none', next: 'end' },
      }),
      { id: 'by-drink', type: 'branch', on: 'drink', cases: { tea: 'tea' }, else: 'coffee' },
      { id: 'tea', type: 'message', say: said('Tea it is.'), next: 'age' },
      { id: 'coffee', type: 'message', say: said('Coffee it is.'), next: 'age' },
      {
        ...{
          id: 'age',
          type: 'digits',
          say: said('How old are you?'),
          max: 2,
          range: [1, 99],
          confirm: true,
        },
        ...{ attempts: 3, give_up: 'sorry' },
      },
      { id: 'twice', type: 'set', variable: 'twice', value: 'age * 2' },
      { id: 'noted', type: 'message', say: said('Your age is noted.') },
      { id: 'done', type: 'hang_up', result: 'done' },
      { id: 'sorry', type: 'message', say: said('Sorry, we could not hear you.') },
    ],
  },
  family: {
    title: 'A shared phone',
    languages: ['en', 'hi'],
    keys: { opt_out: '0' },
    steps: [
      { id: 'language', type: 'language', attempts: 2 },
      { id: 'who', type: 'person', attempts: 2 },
      { id: 'hello', type: 'message', say: both('Hello {{person.name}}.', 'नमस्ते {{person.name}}।') },
      {
        ...{ id: 'agree', type: 'consent', say: both('May we ask?', 'क्या हम पूछें?') },
        ...{ attempts: 2, otherwise: 'end' },
      },
      {
        ...choice('well', '', { 1: { value: 'yes' }, 2: { value: 'no' } }),
        say: both('Are you well?', 'आप ठीक हैं?'),
      },
      { id: 'noted', type: 'message', say: both('Your health is noted.', 'आपका हाल लिख लिया।'), next: 'end' },
      { id: 'sorry', type: 'message', say: both('Sorry, we could not hear you.', 'माफ़ कीजिए।') },
    ],
  },
  helpline: helpline('+919000609999'),
  engaged: helpline('+919000179999'),
  /** One who is engaged, one who never picks up, and two who talk. */
  queue: helpline(['+919000179998', '+919000609998', '+919000199998', '+919000609997'], {
    ...{ ring_time: 'PT8S', max_wait: 'PT50S', on_no_answer: 'sorry' },
  }),
  notice: {
    title: 'Notice',
    languages: ['en'],
    steps: [
      { id: 'first', type: 'message', say: said('School opens on Monday.') },
      { id: 'second', type: 'message', say: said('Please bring your books, {{name}}.') },
    ],
  },
};

/** A response that a text depends on: a question, and perhaps its answer. */
interface Dependence {
  question: string;
  fits: (value: string) => boolean;
}

const any = (): boolean => true;
const is = (wanted: string) => (value: string) => value === wanted;

const dependences: Readonly<Record<string, Dependence>> = {
  'en:One is right.': { question: 'q1', fits: is('seven') },
  'en:One is wrong.': { question: 'q1', fits: is('nine') },
  'en:Question two: east or west?': { question: 'q1', fits: any },
  'en:Question three: how many?': { question: 'q2', fits: any },
  'en:All three are answered. You scored': { question: 'q3', fits: any },
  'en:Tea it is.': { question: 'drink', fits: is('tea') },
  'en:Coffee it is.': { question: 'drink', fits: is('coffee') },
  'en:How old are you?': { question: 'drink', fits: any },
  'en:Are you well?': { question: 'agree', fits: is('yes') },
  'hi:आप ठीक हैं?': { question: 'agree', fits: is('yes') },
  'en:Your health is noted.': { question: 'well', fits: any },
  'hi:आपका हाल लिख लिया।': { question: 'well', fits: any },
  'en:Your opinion is noted.': { question: 'useful', fits: any },
  'en:Your age is noted.': { question: 'age', fits: any },
};

/** Who of a shared phone is greeted said who they are. */
function greetingOf({ people }: Call, sound: string): Dependence | undefined {
  const greeted = people.find(({ name }) => [`en:Hello ${name}.`, `hi:नमस्ते ${name}।`].includes(sound));
  return greeted && { question: 'who', fits: is(greeted.id) };
}

/** The response that must be on record when this was heard to its end, and is not; null where all is well. */
export function missingResponse(call: Call, sound: string): string | null {
  const dependence = dependences[sound] ?? greetingOf(call, sound);
  if (dependence === undefined) return null;
  const { question, fits } = dependence;
  return call.responses.some((response) => response.question === question && fits(response.value))
    ? null
    : question;
}
