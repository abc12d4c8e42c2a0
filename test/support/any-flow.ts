import fc from 'fast-check';
import { keys } from '../../src/domain/flows/flow-definition.ts';
import { transferResults } from '../../src/domain/flows/transfer.ts';
import type { ComingTransfer } from './coming-transfers.ts';
import type { ComingReply } from './flow-line.ts';

/**
 * Flows of every shape, many of them valid: whoever uses these asks `validateFlow` first. Steps lead forward mostly, and back only along
 * keys, so that few are refused for loops.
 */
const ids = ['s0', 's1', 's2', 's3', 's4', 's5'];

const anySay = fc.constantFrom<unknown>(
  { text: { en: 'Some words.', hi: 'कुछ शब्द।' } },
  { text: { en: 'Dear {{person.name}}.', hi: 'प्रिय {{person.name}}।' } },
  { text: { en: 'Hello {{name}}.', hi: 'नमस्ते {{name}}।' } },
  'system.thank_you',
  [{ text: { en: 'The score is', hi: 'अंक' } }, { pause: 'PT0.3S' }, { number: '{{x}}' }],
  [{ number: '{{y}}' }],
  [{ digits: '{{y}}' }, { date: '2026-01-31' }, { time: '{{y}}' }],
);

function maybe<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined, freq: 2 });
}

function forward(index: number): fc.Arbitrary<string> {
  return fc.constantFrom('next', 'next', 'end', ...ids.slice(index + 1, index + 3));
}

const question = (index: number) => ({
  id: fc.constant(ids[index]),
  say: anySay,
  barge_in: maybe(fc.boolean()),
  type_ahead: maybe(fc.boolean()),
  attempts: maybe(fc.integer({ min: 1, max: 3 })),
  no_input: maybe(fc.record({ say: anySay })),
  give_up: maybe(forward(index)),
});

function anyChoice(index: number) {
  const option = fc.record({
    value: fc.constantFrom('a', 'b', 'c'),
    next: maybe(fc.constantFrom('next', 'end', ...ids)),
  });
  const options = fc
    .uniqueArray(fc.constantFrom(...keys.slice(0, 7)), { minLength: 1, maxLength: 4 })
    .chain((used) =>
      fc
        .tuple(...used.map(() => option))
        .map((each) => Object.fromEntries(used.map((key, at) => [key, each[at]]))),
    );
  return fc
    .record({
      ...question(index),
      type: fc.constant('choice'),
      options,
      on_correct: maybe(fc.constant({ say: 'system.thank_you' })),
    })
    .map((step) => {
      const correct = Object.values(step.options)[0]?.value;
      return step.on_correct === undefined ? step : { ...step, correct };
    });
}

function anyDigits(index: number) {
  return fc.record({
    ...question(index),
    type: fc.constant('digits'),
    max: fc.integer({ min: 1, max: 4 }),
    terminator: maybe(fc.constant('#')),
    range: maybe(fc.constant([1, 9])),
    pattern: maybe(fc.constantFrom('[1-9]\\d*', '\\d{1,3}')),
    confirm: maybe(fc.boolean()),
    next: maybe(forward(index)),
  });
}

function anyVoiceMessage(index: number) {
  return fc.record({
    ...question(index),
    type_ahead: fc.constant(undefined),
    type: fc.constant('voice_message'),
    max_duration: maybe(fc.constantFrom('PT1S', 'PT5S')),
    max_silence: maybe(fc.constantFrom('PT1S', 'PT8S')),
    stop_key: maybe(fc.constantFrom('#', '5', '1')),
    review: maybe(fc.boolean()),
    read_reference: maybe(fc.boolean()),
    next: maybe(forward(index)),
  });
}

function anyLanguage(index: number) {
  const options = fc.constantFrom(
    { 1: { language: 'en' }, 3: { language: 'hi', label: 'हिन्दी' } },
    { 2: { language: 'hi' }, 1: { language: 'en' } },
  );
  return fc.record({
    ...question(index),
    type: fc.constant('language'),
    say: maybe(anySay),
    options: maybe(options),
    next: maybe(forward(index)),
  });
}

function anyConsent(index: number) {
  return fc.record({
    ...question(index),
    type_ahead: fc.constant(undefined),
    type: fc.constant('consent'),
    next: maybe(forward(index)),
    otherwise: maybe(forward(index)),
  });
}

function anyPerson(index: number) {
  const { id, barge_in, attempts, no_input } = question(index);
  return fc.record({
    ...{ id, barge_in, attempts, no_input },
    type: fc.constant('person'),
    say: maybe(fc.constant('system.thank_you')),
    next: maybe(forward(index)),
  });
}

function anyLookup(index: number) {
  const asked = { id: fc.constant(ids[index]), type: fc.constant('lookup') };
  const kinds = fc.constantFrom('number', 'digits', 'date', 'time', 'text');
  return fc
    .record({
      ...asked,
      as: kinds,
      time_limit: maybe(fc.constantFrom('PT1S', 'PT9S')),
      wait: maybe(fc.record({ say: anySay })),
      otherwise: forward(index),
      next: maybe(forward(index)),
    })
    .map(({ as, ...step }) => ({
      ...step,
      url: 'https://example.org/look',
      query: { of: '{{x}}', at: '{{s0}}' },
      values: { y: { from: '/value', as } },
    }));
}

function anyTransfer(index: number) {
  return fc.record({
    id: fc.constant(ids[index]),
    type: fc.constant('transfer'),
    to: fc
      .constantFrom('60', '60', '17', '19', '21', '31', '10')
      .map((behaviour) => `+919000${behaviour}9999`),
    say: maybe(anySay),
    whisper: maybe(anySay),
    wait: maybe(fc.record({ say: maybe(anySay), music: maybe(fc.boolean()) })),
    max_wait: maybe(fc.constantFrom('PT5S', 'PT1M')),
    on_busy: maybe(forward(index)),
    on_no_answer: maybe(forward(index)),
    otherwise: forward(index),
    next: maybe(forward(index)),
  });
}

/** What becomes of such transfers. */
export const anyTransfers: fc.Arbitrary<ComingTransfer[]> = fc.array(
  fc.record({
    joinsAfterMs: fc.constantFrom(null, 0, 3_000, 20_000),
    endsAfterMs: fc.constantFrom(0, 4_000, 30_000, 90_000),
    result: fc.constantFrom(...transferResults),
  }),
  { maxLength: 4 },
);

/** Replies to such look-ups, some of which no step can use. */
export const anyReplies: fc.Arbitrary<ComingReply[]> = fc.array(
  fc.record({
    afterMs: fc.constantFrom(0, 200, 1_000, 4_000, 60_000),
    result: fc.oneof(
      fc.constant({ result: 'failed' as const, problem: 'nobody is there' }),
      fc.record({
        result: fc.constant('replied' as const),
        reply: fc.oneof(
          fc.record({
            value: fc.constantFrom<unknown>(
              7,
              -0.5,
              '12',
              '2026-02-28',
              '2026-02-30',
              '23:59',
              'no',
              null,
              1e300,
            ),
          }),
          fc.jsonValue(),
        ),
      }),
    ),
  }),
  { maxLength: 4 },
);

function anyStep(index: number): fc.Arbitrary<unknown> {
  const id = fc.constant(ids[index]);
  const values = fc.constantFrom('x + 1', 's0', 'language', "s1 = 'a'", '7', 'y * 1000003 / 7', '0 - 5');
  return fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({
        id,
        type: fc.constant('message'),
        say: anySay,
        barge_in: maybe(fc.boolean()),
        next: maybe(forward(index)),
      }),
    },
    { weight: 4, arbitrary: anyChoice(index) },
    { weight: 3, arbitrary: anyDigits(index) },
    { weight: 1, arbitrary: anyLanguage(index) },
    { weight: 1, arbitrary: anyConsent(index) },
    { weight: 1, arbitrary: anyPerson(index) },
    { weight: 2, arbitrary: anyVoiceMessage(index) },
    { weight: 1, arbitrary: anyLookup(index) },
    { weight: 1, arbitrary: anyTransfer(index) },
    {
      weight: 1,
      arbitrary: fc.record({ id, type: fc.constant('set'), variable: fc.constant('y'), value: values }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        id,
        type: fc.constant('branch'),
        when: fc.tuple(fc.record({ if: values, next: forward(index) })),
        else: maybe(forward(index)),
      }),
    },
  );
}

/** JSON of a flow in English and Hindi, with `name` and `x` as variables of the call. */
export const anyFlow: fc.Arbitrary<unknown> = fc
  .record({
    keys: maybe(fc.record({ repeat: maybe(fc.constant('*')), opt_out: maybe(fc.constant('0')) })),
    complete_after: maybe(fc.constantFrom('s0', 's1')),
    type_ahead: maybe(fc.boolean()),
    steps: fc
      .constantFrom(1, 2, 4, 5, 6, 6, 6)
      .chain((count) => fc.tuple(...ids.slice(0, count).map((_, index) => anyStep(index)))),
  })
  .map(
    ({ steps, type_ahead: typeAhead, ...rest }) =>
      JSON.parse(
        JSON.stringify({
          title: 'Any',
          languages: ['en', 'hi'],
          defaults: { type_ahead: typeAhead },
          public_variables: ['name', 'x', 'y'],
          steps,
          ...rest,
        }),
      ) as unknown,
  );
