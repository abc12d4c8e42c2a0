import { afterEach, beforeEach, expect, it } from 'vitest';
import type { HangUpEvidence } from '../../src/domain/calls/verdict.ts';
import type { AsteriskTelephony } from '../../src/telephony/asterisk/asterisk-telephony.ts';
import { createAsteriskTelephony } from '../../src/telephony/asterisk/asterisk-telephony.ts';
import type { DialRequest } from '../../src/telephony/telephony.ts';
import { dialTo, labTelephonyOptions, newLegId, testSounds, useLab } from '../support/lab.ts';
import type { WatchedEvents } from '../support/watch-events.ts';
import { watchEvents } from '../support/watch-events.ts';

const lab = useLab();
let telephony: AsteriskTelephony;
let events: WatchedEvents;

beforeEach(async () => {
  telephony = createAsteriskTelephony(labTelephonyOptions(lab()));
  events = watchEvents(telephony);
  await telephony.start();
  expect(telephony.problem()).toBeNull();
});

afterEach(async () => {
  const left = await telephony.legs();
  await telephony.stop();
  expect(left).toEqual([]);
});

const nothing: HangUpEvidence = {
  answered: false,
  rang: false,
  progressed: false,
  sipCode: null,
  q850Cause: null,
  endedByUs: null,
};

/** Asterisk keeps the status of a redirect most times only. */
const statusOfRedirect = expect.toBeOneOf([302, null]) as number;

const notTaken: [string, string, Partial<HangUpEvidence>][] = [
  ['17', 'rings, then busy', { rang: true, sipCode: 486, q850Cause: 17 }],
  ['20', 'unreachable without ringing', { sipCode: 480, q850Cause: 19 }],
  ['21', 'rings, then declines', { rang: true, sipCode: 603, q850Cause: 21 }],
  ['22', 'refused without ringing', { sipCode: 403, q850Cause: 21 }],
  ['23', 'rings, then unreachable', { rang: true, sipCode: 480, q850Cause: 19 }],
  ['24', 'announced, then unknown', { progressed: true, sipCode: 404, q850Cause: 1 }],
  ['30', 'redirected', { sipCode: statusOfRedirect, q850Cause: 23 }],
  ['31', 'no such number', { sipCode: 404, q850Cause: 1 }],
  ['34', 'congestion', { sipCode: 503, q850Cause: 34 }],
];

it('knows why a call was not taken, for each kind of handset', { timeout: 20_000 }, async () => {
  const seen = await Promise.all(notTaken.map(([behaviour]) => evidenceOf(dialTo(behaviour))));
  const expected = notTaken.map(([, , evidence]) => ({ ...nothing, ...evidence }));
  expect(named(notTaken, seen)).toEqual(named(notTaken, expected));
});

/** However long it takes to ring, it rings as long as it may. */
const shortRinging = { ringTimeoutMs: 1_000 };
const shortSetUp = { setupTimeoutMs: 700 };

const endedByLimits: [string, string, Partial<HangUpEvidence>, Partial<DialRequest>][] = [
  ['19', 'rings on', { rang: true, q850Cause: 16, endedByUs: 'ring_timeout' }, shortRinging],
  ['25', 'sound but no answer', { progressed: true, q850Cause: 16, endedByUs: 'ring_timeout' }, shortRinging],
  ['38', 'no sign at all', { q850Cause: 16, endedByUs: 'setup_timeout' }, shortSetUp],
];

it('ends a call at our own limits of set-up and ringing', { timeout: 20_000 }, async () => {
  const seen = await Promise.all(
    endedByLimits.map(([behaviour, , , limits]) => evidenceOf(dialTo(behaviour, '9999', limits))),
  );
  const expected = endedByLimits.map(([, , evidence]) => ({ ...nothing, ...evidence }));
  expect(named(endedByLimits, seen)).toEqual(named(endedByLimits, expected));
});

async function evidenceOf(dial: DialRequest): Promise<HangUpEvidence> {
  expect(await telephony.dial(dial)).toEqual({ result: 'sent' });
  return (await events.until('hung_up', ({ leg }) => leg === dial.leg)).evidence;
}

function named<T>(table: [string, string, ...unknown[]][], values: T[]): Record<string, T | undefined> {
  return Object.fromEntries(
    table.map(([behaviour, words], index) => [`${behaviour} ${words}`, values[index]]),
  );
}

it('tells ringing, answered and hung up, in this order and once each', { timeout: 20_000 }, async () => {
  const dial = dialTo('10');
  await telephony.dial(dial);
  const { evidence } = await events.until('hung_up');
  expect(events.of(dial.leg).map(({ type }) => type)).toEqual(['ringing', 'answered', 'hung_up']);
  expect(evidence).toEqual({ ...nothing, answered: true, rang: true, q850Cause: 16 });
});

it('hears every key of the handset once, with its duration', { timeout: 40_000 }, async () => {
  const dial = dialTo('00', '1287');
  await telephony.dial(dial);
  await events.until('answered');
  for (const [index, key] of ['1', '2', '*', '#'].entries()) {
    const promptId = `p${index}`;
    await telephony.say(dial.leg, { promptId, sounds: [testSounds.asking], silenceMs: 4_000 });
    await events.until('prompt_ended', (event) => event.promptId === promptId);
    const pressed = await events.until('key', (event) => event.key === key);
    expect(pressed.durationMs).toBeGreaterThan(50);
    expect(await telephony.stopPrompt(dial.leg, promptId)).toBe('done');
  }
  expect(await telephony.hangUp(dial.leg)).toBe('done');
  const { evidence } = await events.until('hung_up');
  expect(evidence).toEqual({ ...nothing, answered: true, rang: true, q850Cause: 16, endedByUs: 'hang_up' });
  expect(events.all.filter(({ type }) => type === 'key')).toHaveLength(4);
  expect(events.all.filter(({ type }) => type === 'prompt_ended')).toHaveLength(4);
});

it('hears keys that come as fast as a string', { timeout: 20_000 }, async () => {
  const dial = dialTo('04', '1287');
  await telephony.dial(dial);
  await events.until('answered');
  await telephony.say(dial.leg, { promptId: 'p', sounds: [testSounds.asking], silenceMs: 6_000 });
  await events.until('key', ({ key }) => key === '#');
  const heard = events.all.flatMap((event) => (event.type === 'key' ? [event.key] : []));
  expect(heard).toEqual(['1', '2', '*', '#']);
  await telephony.hangUp(dial.leg);
  await events.until('hung_up');
});

it('hangs up while it rings', { timeout: 20_000 }, async () => {
  const dial = dialTo('19');
  await telephony.dial(dial);
  await events.until('ringing');
  expect(await telephony.hangUp(dial.leg)).toBe('done');
  const { evidence } = await events.until('hung_up');
  expect(evidence).toEqual({ ...nothing, rang: true, q850Cause: 16, endedByUs: 'hang_up' });
  expect(await telephony.hangUp(dial.leg)).toBe('gone');
});

it(
  'says nothing of a prompt that was stopped, nor of one that was replaced',
  { timeout: 20_000 },
  async () => {
    const dial = dialTo('00');
    await telephony.dial(dial);
    await events.until('answered');
    await telephony.say(dial.leg, { promptId: 'stopped', sounds: [testSounds.asking], silenceMs: 1_000 });
    expect(await telephony.stopPrompt(dial.leg, 'stopped')).toBe('done');
    expect(await telephony.stopPrompt(dial.leg, 'stopped')).toBe('gone');
    await telephony.say(dial.leg, { promptId: 'replaced', sounds: [testSounds.asking], silenceMs: 1_000 });
    await telephony.say(dial.leg, {
      promptId: 'heard',
      sounds: [testSounds.short, testSounds.short],
      silenceMs: 0,
    });
    const ended = await events.until('prompt_ended');
    const answered = await events.until('answered');
    expect(ended.promptId).toBe('heard');
    expect(ended.at - answered.at).toBeGreaterThan(550);
    await telephony.hangUp(dial.leg);
    await events.until('hung_up');
    expect(events.all.filter(({ type }) => type === 'prompt_ended')).toHaveLength(1);
    expect(
      await telephony.say(dial.leg, { promptId: 'late', sounds: [testSounds.short], silenceMs: 0 }),
    ).toBe('gone');
    expect(await telephony.stopPrompt(dial.leg, 'late')).toBe('gone');
  },
);

it.each([
  ['before the silence', ['no-such-sound'], 2_000],
  ['as the first of two', ['no-such-sound', testSounds.short], 0],
  ['as the last', [testSounds.short, 'no-such-sound'], 0],
])('tells of a sound that is missing %s', { timeout: 20_000 }, async (_, sounds, silenceMs) => {
  const dial = dialTo('00');
  await telephony.dial(dial);
  await events.until('answered');
  await telephony.say(dial.leg, { promptId: 'p', sounds, silenceMs });
  await events.until('prompt_failed');
  await telephony.hangUp(dial.leg);
  await events.until('hung_up');
  expect(events.of(dial.leg).map(({ type }) => type)).toEqual([
    'ringing',
    'answered',
    'prompt_failed',
    'hung_up',
  ]);
});

it('does not take a hang-up during a prompt for a failure of the prompt', { timeout: 20_000 }, async () => {
  const dial = dialTo('10');
  await telephony.dial(dial);
  await events.until('answered');
  await telephony.say(dial.leg, {
    promptId: 'p',
    sounds: [testSounds.asking, testSounds.asking],
    silenceMs: 9_000,
  });
  await events.until('hung_up');
  expect(events.of(dial.leg).map(({ type }) => type)).toEqual(['ringing', 'answered', 'hung_up']);
});

it('ends a call that stays up by its absolute limit', { timeout: 20_000 }, async () => {
  const dial = dialTo('00', '9999', { absoluteTimeoutMs: 3_000 });
  await telephony.dial(dial);
  const { evidence } = await events.until('hung_up');
  expect(evidence).toEqual({ ...nothing, answered: true, rang: true, q850Cause: 0 });
});

it('sends one INVITE for an id, while the call lives and after it', { timeout: 20_000 }, async () => {
  const dial = dialTo('17');
  const both = await Promise.all([telephony.dial(dial), telephony.dial(dial)]);
  expect(both.map(({ result }) => result)).toEqual(['sent', 'unsure']);
  await events.until('hung_up');
  expect(await telephony.dial(dial)).toMatchObject({ result: 'unsure' });
  expect(events.of(dial.leg).map(({ type }) => type)).toEqual(['ringing', 'hung_up']);
});

it.each([
  ['an endpoint that Asterisk does not have', { endpoint: 'PJSIP/+919000009999@nowhere' }],
  ['a way into the dialplan', { endpoint: 'Local/9000009999@from-carrier' }],
  ['two phones at once', { endpoint: 'PJSIP/1@carrier-a&PJSIP/2@carrier-a' }],
  ['a caller id with a name in it', { callerId: '"Bank" <+911600000001>' }],
])('refuses %s', async (_, changes) => {
  expect(await telephony.dial(dialTo('00', '9999', changes))).toMatchObject({ result: 'refused' });
});

it('lists the legs that there are, by state', { timeout: 20_000 }, async () => {
  const [silent, ringing, talking] = [dialTo('38'), dialTo('19'), dialTo('00')];
  await Promise.all([silent, ringing, talking].map((dial) => telephony.dial(dial)));
  await events.until('ringing', ({ leg }) => leg === ringing.leg);
  await events.until('answered', ({ leg }) => leg === talking.leg);
  const states = new Map((await telephony.legs()).map(({ leg, state }) => [leg, state]));
  expect(states).toEqual(
    new Map([
      [silent.leg, 'dialing'],
      [ringing.leg, 'ringing'],
      [talking.leg, 'answered'],
    ]),
  );
  await Promise.all([silent, ringing, talking].map(({ leg }) => telephony.hangUp(leg)));
  for (const { leg } of [silent, ringing, talking])
    await events.until('hung_up', (event) => event.leg === leg);
});

it('carries thirty calls at once, each with its own keys', { timeout: 60_000 }, async () => {
  const calls = Array.from({ length: 30 }, (_, index) => {
    const keys = `${1 + (index % 6)}${1 + ((index * 5) % 6)}99`;
    return { dial: dialTo('00', keys), keys: keys.slice(0, 2) };
  });
  await Promise.all(
    calls.map(async ({ dial, keys }) => {
      expect(await telephony.dial(dial)).toEqual({ result: 'sent' });
      await events.until('answered', ({ leg }) => leg === dial.leg);
      for (const promptId of ['first', 'second']) {
        await telephony.say(dial.leg, { promptId, sounds: [testSounds.asking], silenceMs: 5_000 });
        const count = promptId === 'first' ? 1 : 2;
        await events.until('key', ({ leg }) => leg === dial.leg && keysOf(leg).length === count);
      }
      expect(keysOf(dial.leg)).toBe(keys);
      await telephony.hangUp(dial.leg);
      await events.until('hung_up', ({ leg }) => leg === dial.leg);
    }),
  );
  expect(events.all.filter(({ type }) => type === 'hung_up')).toHaveLength(30);
});

it(
  'proves that Asterisk reads the sounds, or says which directory is wrong',
  { timeout: 20_000 },
  async () => {
    expect(await telephony.checkSounds(testSounds.short)).toBeNull();
    const problem = await telephony.checkSounds('no-such-sound');
    expect(problem).toMatchObject({ code: 'sounds_unreadable' });
    expect(problem?.detail).toContain('IVRS_ASTERISK_DATA_DIR');
    expect(telephony.problem()).toEqual(problem);
    expect(await telephony.dial(dialTo('00'))).toMatchObject({ result: 'refused' });
    expect(await telephony.checkSounds(testSounds.short)).toBeNull();
    expect(telephony.problem()).toBeNull();
  },
);

it('answers gone for a leg that never was', async () => {
  const leg = newLegId();
  expect(await telephony.hangUp(leg)).toBe('gone');
  expect(await telephony.say(leg, { promptId: 'p', sounds: [testSounds.short], silenceMs: 0 })).toBe('gone');
  expect(await telephony.stopPrompt(leg, 'p')).toBe('gone');
});

function keysOf(leg: string): string {
  return events
    .of(leg)
    .flatMap((event) => (event.type === 'key' ? [event.key] : []))
    .join('');
}
