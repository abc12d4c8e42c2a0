import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LegInput } from '../../../src/telephony/asterisk/advance-leg.ts';
import { advanceLeg } from '../../../src/telephony/asterisk/advance-leg.ts';
import type { AriChannelEvent } from '../../../src/telephony/asterisk/ari-message.ts';
import type { Leg, LegAction } from '../../../src/telephony/asterisk/leg.ts';
import { adoptedLeg, newLeg, playbacksOf } from '../../../src/telephony/asterisk/leg.ts';

/** One event at a second of its own, so that none is taken for the repeat of another. */
type Untimed = AriChannelEvent extends infer E
  ? E extends unknown
    ? Omit<E, 'timestamp' | 'channelId'>
    : never
  : never;

let now = 0;
function event(fields: Untimed, ms?: number): LegInput {
  const timestamp = new Date(ms ?? (now += 1_000)).toISOString();
  return { input: 'event', event: { ...fields, timestamp, channelId: 'leg' } };
}

const dial = (dialStatus: string): LegInput => event({ type: 'Dial', dialStatus, redirected: false });
const redirected = (): LegInput => event({ type: 'Dial', dialStatus: 'CANCEL', redirected: true });
const start = (): LegInput => event({ type: 'StasisStart', incoming: null });
const end = (): LegInput => event({ type: 'StasisEnd' });
const digit = (key: string): LegInput => event({ type: 'ChannelDtmfReceived', digit: key, durationMs: 100 });
const pressed = (key: string, ms: number): LegInput =>
  event({ type: 'ChannelDtmfReceived', digit: key, durationMs: 100 }, ms);
const destroyed = (cause: number, techCause: number | null): LegInput =>
  event({ type: 'ChannelDestroyed', cause, techCause });
const say = (promptId: string, sounds: number): LegInput => ({ input: 'say', promptId, sounds });
const limit: LegInput = { input: 'limit_reached' };
const hangUp: LegInput = { input: 'hang_up' };
const found = (state: 'dialing' | 'ringing' | 'picked_up' | 'answered'): LegInput => ({
  input: 'found',
  state,
});

const started = (voice: string, ms?: number): LegInput =>
  event({ type: 'PlaybackStarted', playbackId: `leg-${voice}`, mediaUri: 'm' }, ms);
const over = (voice: string, ms?: number): LegInput =>
  event({ type: 'PlaybackContinuing', playbackId: `leg-${voice}`, mediaUri: 'm' }, ms);
const finished = (voice: string, failed = false): LegInput =>
  event({ type: 'PlaybackFinished', playbackId: `leg-${voice}`, mediaUri: 'm', failed });

function run(
  inputs: LegInput[],
  from: Leg = newLeg('leg'),
): { leg: Leg; did: string[]; actions: LegAction[] } {
  let leg = from;
  const actions: LegAction[] = [];
  for (const input of inputs) {
    const step = advanceLeg(leg, input);
    leg = step.leg;
    actions.push(...step.actions);
  }
  return { leg, did: actions.map(named), actions };
}

function named(action: LegAction): string {
  if (action.do === 'stop_playback') return `stop ${action.playbackId}`;
  if (action.do !== 'tell') return action.do;
  const { fact } = action;
  if (fact.type === 'key') return `key ${fact.key}`;
  if (fact.type === 'prompt_ended' || fact.type === 'prompt_failed') return `${fact.type} ${fact.promptId}`;
  return fact.type;
}

const gone = ['clear_limit', 'hung_up', 'forget'];
const cases: [string, LegInput[], string[]][] = [
  ['rings once', [dial(''), dial('RINGING'), dial('RINGING')], ['start_ring_limit', 'ringing']],
  [
    'has sound, then rings, with one limit for both',
    [dial('PROGRESS'), dial('RINGING')],
    ['start_ring_limit', 'progress', 'ringing'],
  ],
  [
    'is answered when Asterisk hands it over',
    [dial('ANSWER'), start()],
    ['clear_limit', 'clear_limit', 'answered'],
  ],
  [
    'is told twice of two things, one after the other',
    [pressed('1', 1), pressed('2', 1), pressed('1', 1), pressed('2', 1)],
    ['key 1', 'key 2'],
  ],
  ['has a key pressed twice, a millisecond apart', [pressed('1', 1), pressed('1', 2)], ['key 1', 'key 1']],
  ['is answered once', [start(), start()], ['clear_limit', 'answered']],
  [
    'does not ring after it was picked up',
    [dial('ANSWER'), dial('RINGING'), dial('PROGRESS')],
    ['clear_limit'],
  ],
  ['is ended at the limit of its set-up', [limit], ['hang_up']],
  [
    'is ended at the limit of its ringing',
    [dial('RINGING'), limit],
    ['start_ring_limit', 'ringing', 'hang_up'],
  ],
  ['is not ended by a limit that comes with its answer', [dial('ANSWER'), limit], ['clear_limit']],
  [
    'hears keys',
    [start(), digit('1'), digit('*'), digit('#')],
    ['clear_limit', 'answered', 'key 1', 'key *', 'key #'],
  ],
  ['passes over keys that no phone has', [start(), digit('A'), digit('')], ['clear_limit', 'answered']],
  ['is gone', [destroyed(1, 404)], gone],
  [
    'ends its prompt with the last sound',
    [say('p', 2), started('a'), over('a'), started('a'), over('a'), started('a')],
    ['prompt_ended p'],
  ],
  [
    'ends a prompt without silence with the playback',
    [say('p', 2), started('a'), over('a'), started('a'), finished('a')],
    ['prompt_ended p'],
  ],
  [
    'ends a prompt once',
    [say('p', 1), started('a'), over('a'), started('a'), finished('a')],
    ['prompt_ended p'],
  ],
  ['says nothing of silence alone', [say('p', 0), started('a'), over('a'), started('a'), finished('a')], []],
  [
    'says nothing of a prompt that was silenced',
    [say('p', 1), started('a'), { input: 'silence' }, finished('a')],
    [],
  ],
  ['ignores the late end of the prompt before', [say('p', 1), started('a'), say('q', 1), finished('a')], []],
  [
    'ignores the end of an id that is used again',
    [say('p', 1), started('a'), say('q', 1), say('r', 1), finished('a')],
    [],
  ],
  [
    'notices a missing sound before another',
    [say('p', 2), started('a', 5), over('a', 6)],
    ['stop leg-a', 'prompt_failed p'],
  ],
  ['takes the shortest sound for a sound', [say('p', 1), started('a', 5), over('a', 25)], ['prompt_ended p']],
  ['waits before it believes a failure', [say('p', 1), started('a'), finished('a', true)], ['await_failure']],
  [
    'believes a failure when nothing else follows',
    [say('p', 1), started('a'), finished('a', true), { input: 'failure_confirmed', promptId: 'p' }],
    ['await_failure', 'stop leg-a', 'prompt_failed p'],
  ],
  [
    'takes a failure for the hang-up that follows it',
    [say('p', 1), started('a'), finished('a', true), end(), { input: 'failure_confirmed', promptId: 'p' }],
    ['await_failure'],
  ],
  [
    'does not blame the next prompt for the failure of the one before',
    [
      say('p', 1),
      started('a'),
      finished('a', true),
      say('q', 1),
      { input: 'failure_confirmed', promptId: 'p' },
    ],
    ['await_failure'],
  ],
  ['is found ringing', [found('ringing')], ['start_ring_limit']],
  [
    'is found on its way to us, and then answered',
    [found('picked_up'), limit, start()],
    ['clear_limit', 'clear_limit', 'answered'],
  ],
  ['is found answered, without a word', [found('answered')], ['clear_limit']],
  ['is ended again when found after a lost hang-up', [hangUp, found('answered')], ['clear_limit', 'hang_up']],
  ['is ended again when found after its limit', [limit, found('dialing')], ['hang_up', 'hang_up']],
  [
    'stays answered when an older list says ringing',
    [start(), found('ringing')],
    ['clear_limit', 'answered'],
  ],
];

describe('a leg', () => {
  it.each(cases)('%s', (_, inputs, did) => {
    expect(run(inputs).did).toEqual(did);
  });

  it('is not moved by the repeat of any event', () => {
    for (const [, inputs, did] of cases) {
      const doubled = inputs.flatMap((input): LegInput[] =>
        input.input === 'event' ? [input, input] : [input],
      );
      expect(run(doubled).did).toEqual(did);
    }
  });

  it('alternates between its two voices', () => {
    const voices = ['p', 'q', 'r'].map(
      (_, index, all) => run(all.slice(0, index + 1).map((id) => say(id, 1))).leg.prompt?.voice,
    );
    expect(voices).toEqual(['a', 'b', 'a']);
  });

  it('may be speaking with both voices when it was taken up', () => {
    const adopted = adoptedLeg('leg');
    expect(playbacksOf(adopted)).toEqual(['leg-a', 'leg-b']);
    expect(playbacksOf(run([say('p', 1)], adopted).leg)).toEqual(['leg-a']);
    expect(playbacksOf(run([found('answered')]).leg)).toEqual(['leg-a', 'leg-b']);
  });
});

describe('what is known of the end', () => {
  const none = { answered: false, rang: false, progressed: false, endedByUs: null };
  const ends: [string, LegInput[], [number, number | null], object][] = [
    ['busy', [dial('RINGING')], [17, 486], { ...none, rang: true }],
    ['announcement', [dial('PROGRESS')], [1, 404], { ...none, progressed: true }],
    [
      'picked up and gone before we had it',
      [dial('RINGING'), dial('ANSWER')],
      [16, null],
      { ...none, rang: true, answered: true },
    ],
    [
      'our ring limit',
      [dial('RINGING'), limit],
      [16, null],
      { ...none, rang: true, endedByUs: 'ring_timeout' },
    ],
    ['a redirect', [redirected()], [23, 302], none],
    ['a redirect whose cause Asterisk lost', [redirected()], [0, null], { ...none, q850Cause: 23 }],
    ['a redirect just before our limit', [redirected(), limit], [23, null], none],
    ['our set-up limit', [limit], [16, null], { ...none, endedByUs: 'setup_timeout' }],
    ['our hang-up after our limit', [limit, hangUp], [16, null], { ...none, endedByUs: 'setup_timeout' }],
    ['their refusal just before our limit', [dial('RINGING'), limit], [17, 486], { ...none, rang: true }],
    [
      'our hang-up of a talk',
      [start(), hangUp],
      [16, null],
      { ...none, answered: true, endedByUs: 'hang_up' },
    ],
  ];
  it.each(ends)('%s', (_, inputs, [cause, techCause], expected) => {
    const last = run([...inputs, destroyed(cause, techCause)]).actions.find(
      (a) => a.do === 'tell' && a.fact.type === 'hung_up',
    );
    expect(last).toMatchObject({ fact: { evidence: { q850Cause: cause, sipCode: techCause, ...expected } } });
  });
});

it('tells each thing that happens once to a leg at most once, in whatever order events come', () => {
  const any = fc.constantFrom<(() => LegInput)[]>(
    () => dial('RINGING'),
    () => dial('PROGRESS'),
    () => dial('ANSWER'),
    start,
    () => started('a'),
    () => over('a'),
    () => finished('a'),
    () => finished('b', true),
    () => found('ringing'),
    () => found('answered'),
    () => limit,
    end,
  );
  fc.assert(
    fc.property(fc.array(any), (makers) => {
      const { did } = run([say('p', 1), ...makers.map((make) => make())]);
      for (const once of ['ringing', 'progress', 'answered', 'prompt_ended p'])
        expect(did.filter((name) => name === once).length).toBeLessThanOrEqual(1);
      if (did.includes('answered')) expect(did.slice(did.indexOf('answered'))).not.toContain('ringing');
    }),
  );
});
