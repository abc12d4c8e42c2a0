import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compileFlow } from '../../../src/domain/flows/compile-flow.ts';
import { createSession } from '../../../src/domain/flows/create-session.ts';
import type { StepType } from '../../../src/domain/flows/flow-definition.ts';
import type { SessionPerson } from '../../../src/domain/flows/flow-session.ts';
import { validateFlow } from '../../../src/domain/flows/validate-flow.ts';
import { libraryOf } from '../../../src/domain/prompts/library.ts';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';
import { FlowLine } from '../../support/flow-line.ts';
import { plainStart } from '../../support/plain-start.ts';

const words = await loadBuiltInWords(join(import.meta.dirname, '../../../prompts'));

/** What somebody may be doing in a step when they press one of the flow's keys. */
interface Moment {
  when: string;
  step: Record<string, unknown>;
  /** From the beginning of the step on. */
  arrive: (line: FlowLine) => void;
  /** Where nothing is to be heard again, a key for it is kept for the next question. */
  repeats?: false;
  /** The opt-out's key is a digit that could be the first of several: it counts when no other follows. */
  isDigit?: true;
}

const say = { text: { en: 'The words of this step.' } };
const atOnce = (): void => undefined;
const halfway = (line: FlowLine): void => line.waitHalfway();
const heardOut = (line: FlowLine): void => line.wait();
const asked = (step: Record<string, unknown>): Moment[] => [
  { when: 'asked', step, arrive: halfway },
  { when: 'waited for', step, arrive: heardOut },
];

const options = { 1: { value: 'a' }, 2: { value: 'b' } };
const digits = { type: 'digits', say, max: 2, range: [1, 99], confirm: true };
const message = { type: 'voice_message', say, max_duration: 'PT20S', max_silence: 'PT3S', review: true };

/** Every type is there, or the compiler refuses this. Those with no moment take no time. */
const moments: { readonly [T in StepType]: readonly Moment[] } = {
  message: [{ when: 'spoken to', step: { type: 'message', say }, arrive: halfway }],
  choice: [
    ...asked({ type: 'choice', say, options }),
    {
      when: 'told that the answer is right',
      step: {
        type: 'choice',
        say,
        options,
        correct: 'a',
        on_correct: { say: { text: { en: 'That is right.' } } },
      },
      arrive(line) {
        line.press('1');
        line.waitHalfway();
      },
      repeats: false,
    },
  ],
  digits: [
    ...asked(digits).map((moment): Moment => ({ ...moment, isDigit: true })),
    {
      when: 'asked whether the digits are right',
      step: digits,
      arrive(line) {
        line.wait();
        line.press('4');
        line.press('2');
        line.waitHalfway();
      },
    },
  ],
  language: asked({ type: 'language' }),
  person: asked({ type: 'person' }),
  consent: asked({ type: 'consent', say }),
  voice_message: [
    { when: 'asked', step: message, arrive: halfway },
    {
      when: 'recorded',
      step: message,
      arrive(line) {
        line.wait();
        line.speak(2_000);
      },
    },
    {
      when: 'asked whether to keep it',
      step: message,
      arrive(line) {
        line.wait();
        line.speak(2_000);
        line.press('#');
        line.waitHalfway();
      },
    },
  ],
  lookup: [
    {
      when: 'kept waiting',
      step: {
        type: 'lookup',
        url: 'https://school.example.org/fees',
        values: { due: { from: '/due', as: 'number' } },
        time_limit: 'PT5S',
        otherwise: 'end',
      },
      arrive: atOnce,
      repeats: false,
    },
  ],
  transfer: [
    {
      when: 'told that somebody is called',
      step: { type: 'transfer', to: '+919000609999', say, otherwise: 'end' },
      arrive: halfway,
    },
    {
      when: 'waiting with music',
      step: { type: 'transfer', to: '+919000609999', otherwise: 'end' },
      arrive: heardOut,
      repeats: false,
    },
  ],
  branch: [],
  set: [],
  sub_flow: [],
  hang_up: [],
};

const cases = Object.entries(moments).flatMap(([type, each]) => each.map((moment) => ({ type, ...moment })));

it.each(cases)(
  'in «$type», while $when, the key for opting out asks for it again, and then ends the call',
  (moment) => {
    const line = lineAt(moment);
    line.press('0');
    if (moment.isDigit) line.wait();
    expect(line.heard.at(-1)).toContain('If you want no more of these calls, press 0 once more.');
    line.press('0');
    while (!line.isOver) line.wait();
    expect(line.session.ending).toBe('opted_out');
  },
);

const repeating = cases.filter((moment) => moment.repeats !== false);

it.each(repeating)(
  'in «$type», while $when, the key for repeating says the same again, and costs no try',
  (moment) => {
    const line = lineAt(moment);
    const heard = line.heard.at(-1)?.replace(/ …$/, '') ?? '';
    const { attempts } = line.session;
    line.press('*');
    expect(line.heard.at(-1)).toBe(heard);
    expect(line.heard.filter((each) => each.startsWith(heard)).length).toBeGreaterThan(1);
    expect(line.session.attempts).toEqual(attempts);
  },
);

it('says a question for digits again where its key is a digit that alone is no answer, and costs no try', () => {
  const step = { type: 'digits', say, max: 2, range: [10, 99], terminator: '#' };
  const line = lineAt({ when: 'waited for', step, arrive: heardOut }, { repeat: '9', opt_out: '0' });
  const [question] = line.heard;
  line.press('9');
  line.press('#');
  expect(line.heard.slice(1)).toEqual([question]);
  expect(line.session.attempts).toEqual({ noInput: 0, invalid: 0 });
  line.press('9');
  line.press('0');
  expect(line.session.responses['here']).toMatchObject({ value: '90' });
});

function lineAt({ step, arrive }: Moment, keys = { repeat: '*', opt_out: '0' }): FlowLine {
  const definition = {
    title: 'One step',
    languages: ['en', 'es'],
    keys,
    steps: [
      { id: 'here', ...step },
      { id: 'bye', type: 'message', say: 'system.goodbye' },
    ],
  };
  const validated = validateFlow(inBoth(definition), libraryOf(words));
  if (validated.result === 'invalid') throw new Error(JSON.stringify(validated.faults));
  const flow = compileFlow(validated.flow, words);
  const line = new FlowLine(
    flow,
    createSession(flow, {
      ...plainStart,
      people: [person('p1', 'Asha'), person('p2', 'Ravi')],
    }),
    {
      replies: [{ afterMs: 4_000, result: { result: 'failed', problem: 'nobody answered' } }],
      transfers: [{ joinsAfterMs: null, endsAfterMs: 40_000, result: 'no_answer' }],
    },
  );
  line.start();
  arrive(line);
  return line;
}

function person(id: string, name: string): SessionPerson {
  return { id, name, responses: {}, variables: {}, resumeAt: null, completed: false, score: null };
}

/** The same words in the flow's other language. */
function inBoth<T>(definition: T): T {
  return JSON.parse(JSON.stringify(definition).replaceAll(/"en":("[^"]*")/g, '"en":$1,"es":$1')) as T;
}
