import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AsteriskTelephony } from '../../src/telephony/asterisk/asterisk-telephony.ts';
import { createAsteriskTelephony } from '../../src/telephony/asterisk/asterisk-telephony.ts';
import type { LegId } from '../../src/telephony/telephony.ts';
import type { KeptLog } from '../support/kept-log.ts';
import { keptLog } from '../support/kept-log.ts';
import { dialTo, labTelephonyOptions, testSounds, useLab } from '../support/lab.ts';
import type { TcpProxy } from '../support/tcp-proxy.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import type { WatchedEvents } from '../support/watch-events.ts';
import { watchEvents } from '../support/watch-events.ts';

const lab = useLab();
let network: TcpProxy;
let telephony: AsteriskTelephony;
let events: WatchedEvents;
let log: KeptLog;

const timing = {
  retry: { firstMs: 50, longestMs: 200 },
  pingEveryMs: 100,
  silenceLimitMs: 500,
  replacedRetryMs: 60_000,
};

beforeEach(async () => {
  network = await startTcpProxy(Number(new URL(lab().gateway.ariUrl).port));
  [telephony, events] = await connected();
});

afterEach(async () => {
  await telephony.stop();
  await network.close();
});

async function connected(): Promise<[AsteriskTelephony, WatchedEvents]> {
  const url = `http://127.0.0.1:${network.port}`;
  log = keptLog();
  const made = createAsteriskTelephony({ ...labTelephonyOptions(lab()), url, timing, log });
  const watched = watchEvents(made);
  await made.start();
  expect(made.problem()).toBeNull();
  return [made, watched];
}

async function answered(behaviour: string, keys: string): Promise<LegId> {
  const dial = dialTo(behaviour, keys);
  await telephony.dial(dial);
  await events.until('answered', ({ leg }) => leg === dial.leg);
  return dial.leg;
}

async function endOf(leg: LegId): Promise<void> {
  expect(await telephony.hangUp(leg)).toBe('done');
  await events.until('hung_up', (event) => event.leg === leg);
}

it('goes on with a call that it was talking in', { timeout: 20_000 }, async () => {
  const leg = await answered('00', '1299');
  await telephony.say(leg, {
    promptId: 'before',
    sounds: Array(9).fill(testSounds.asking),
    silenceMs: 9_000,
  });
  events.clear();
  network.cut();
  await events.until('connected');
  expect(events.all.map(({ type }) => type)).toEqual(['disconnected', 'connected']);
  expect(await telephony.legs()).toEqual([{ leg, state: 'answered' }]);
  await telephony.say(leg, { promptId: 'after', sounds: [testSounds.asking], silenceMs: 5_000 });
  // had the old prompt gone on, it would have held the new one back for seconds
  expect((await events.until('key')).key).toBe('1');
  expect(events.all.filter(({ type }) => type === 'prompt_ended')).toMatchObject([{ promptId: 'after' }]);
  await endOf(leg);
});

it('takes up a phone that was picked up while it was away', { timeout: 20_000 }, async () => {
  const dial = dialTo('00', '1999');
  await telephony.dial(dial);
  await events.until('ringing');
  network.refuse(true);
  network.cut();
  await events.until('disconnected');
  events.clear();
  await untilListedAs('Up', dial.leg);
  network.refuse(false);
  await events.until('connected');
  await events.until('answered');
  await telephony.say(dial.leg, { promptId: 'p', sounds: [testSounds.asking], silenceMs: 5_000 });
  expect((await events.until('key')).key).toBe('1');
  await endOf(dial.leg);
});

/** Asked of Asterisk directly, past the network that is away. */
async function untilListedAs(state: string | null, leg: LegId): Promise<void> {
  const { ariUrl, ariUser, ariPassword } = lab().gateway;
  const authorization = `Basic ${Buffer.from(`${ariUser}:${ariPassword}`).toString('base64')}`;
  const listed = async (): Promise<string | null> => {
    const reply = await fetch(`${ariUrl}/ari/channels/${leg}`, { headers: { authorization } });
    return ((await reply.json()) as { state?: string }).state ?? null;
  };
  await expect.poll(listed, { timeout: 10_000 }).toBe(state);
}

it('finds no leg any more that ended while it was away', { timeout: 20_000 }, async () => {
  const dial = dialTo('17');
  await telephony.dial(dial);
  await events.until('ringing');
  network.refuse(true);
  network.cut();
  await events.until('disconnected');
  events.clear();
  expect(telephony.problem()).toMatchObject({ code: 'unreachable' });
  await expect(telephony.legs()).rejects.toMatchObject({ code: 'telephony_unavailable' });
  expect(await telephony.dial(dialTo('00'))).toMatchObject({ result: 'refused' });
  await untilListedAs(null, dial.leg);
  network.refuse(false);
  await events.until('connected');
  expect(await telephony.legs()).toEqual([]);
  expect(events.all.filter(({ type }) => type === 'hung_up')).toEqual([]);
});

it('ends a call whose ring limit passed while it was away', { timeout: 20_000 }, async () => {
  const dial = dialTo('19', '9999', { ringTimeoutMs: 600 });
  await telephony.dial(dial);
  await events.until('ringing');
  network.refuse(true);
  network.cut();
  await events.until('disconnected');
  events.clear();
  await expect
    .poll(() => log.lines.some(({ message }) => message.includes('time limit')), { timeout: 5_000 })
    .toBe(true);
  network.refuse(false);
  const { evidence } = await events.until('hung_up');
  expect(evidence).toMatchObject({ rang: true, endedByUs: 'ring_timeout' });
});

it('notices a connection that is dead though nobody closed it', { timeout: 20_000 }, async () => {
  const dial = dialTo('00', '2999');
  await telephony.dial(dial);
  await events.until('ringing');
  network.swallow(true);
  const lost = await events.until('disconnected');
  events.clear();
  expect(lost.reason).toContain('nothing came from Asterisk');
  events.clear();
  await untilListedAs('Up', dial.leg);
  network.swallow(false);
  await events.until('connected');
  expect(await telephony.legs()).toEqual([{ leg: dial.leg, state: 'answered' }]);
  await telephony.say(dial.leg, { promptId: 'p', sounds: [testSounds.asking], silenceMs: 5_000 });
  expect((await events.until('key')).key).toBe('2');
  await endOf(dial.leg);
});

it('lets a new process take up the calls of one that died', { timeout: 20_000 }, async () => {
  const leg = await answered('00', '1299');
  await telephony.say(leg, { promptId: 'old', sounds: Array(9).fill(testSounds.asking), silenceMs: 9_000 });
  network.cut();
  await telephony.stop();
  [telephony, events] = await connected();
  expect(await telephony.legs()).toEqual([{ leg, state: 'answered' }]);
  expect(await telephony.stopPrompt(leg, 'old')).toBe('done');
  await telephony.say(leg, { promptId: 'new', sounds: [testSounds.asking], silenceMs: 5_000 });
  expect((await events.until('key')).key).toBe('1');
  await endOf(leg);
  expect(await telephony.legs()).toEqual([]);
});

it('steps back when another gateway takes the Asterisk over', { timeout: 20_000 }, async () => {
  const [other, eventsOfOther] = await connected();
  try {
    await events.until('disconnected');
    events.clear();
    expect(telephony.problem()).toMatchObject({ code: 'lost_leadership' });
    const dial = dialTo('17');
    expect(await telephony.dial(dial)).toMatchObject({ result: 'refused' });
    expect(await other.dial(dial)).toEqual({ result: 'sent' });
    await eventsOfOther.until('hung_up');
    expect(other.problem()).toBeNull();
  } finally {
    await other.stop();
  }
});

it(
  'goes on trying when Asterisk itself dies, and connects when it is back',
  { timeout: 40_000 },
  async () => {
    await lab().gateway.kill9();
    await events.until('disconnected');
    events.clear();
    events.clear();
    await lab().gateway.startAgain();
    await events.until('connected');
    const dial = dialTo('17');
    expect(await telephony.dial(dial)).toEqual({ result: 'sent' });
    expect((await events.until('hung_up')).evidence).toMatchObject({ sipCode: 486 });
  },
);
