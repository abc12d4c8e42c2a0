import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AttemptId } from '../../../src/domain/ids.ts';
import type { AsteriskTelephony } from '../../../src/telephony/asterisk/asterisk-telephony.ts';
import { createAsteriskTelephony } from '../../../src/telephony/asterisk/asterisk-telephony.ts';
import type { DialRequest, Telephony } from '../../../src/telephony/telephony.ts';
import type { CountingClock } from '../../support/counting-clock.ts';
import { countingClock } from '../../support/counting-clock.ts';
import type { KeptLog } from '../../support/kept-log.ts';
import { keptLog } from '../../support/kept-log.ts';
import type { WatchedEvents } from '../../support/watch-events.ts';
import { watchEvents } from '../../support/watch-events.ts';
import type { FakeAri, FakeReply, FakeRequest } from './fake-ari.ts';
import { startFakeAri } from './fake-ari.ts';

const leg = 'att_01m7y1qb9ycs5r65ms2g4fy4nc' as AttemptId;
const dial: DialRequest = {
  leg,
  endpoint: 'PJSIP/+919000001239@carrier-a',
  callerId: '+911600000001',
  setupTimeoutMs: 20_000,
  ringTimeoutMs: 30_000,
  absoluteTimeoutMs: 60_000,
  detectTalk: false,
};

let ari: FakeAri;
let clock: CountingClock;
let log: KeptLog;
let telephony: AsteriskTelephony;
let events: WatchedEvents;

beforeEach(async () => {
  ari = await startFakeAri();
  clock = countingClock();
  log = keptLog();
  telephony = createAsteriskTelephony({
    url: ari.url,
    user: 'ivrs',
    password: 'correct horse',
    app: 'ivrs',
    context: 'outgoing',
    soundsRoot: '/data',
    writtenAt: {
      address: '/asterisks/1/ari/url of asterisks.json',
      access: 'NORTH_PASSWORD',
      dataDir: 'IVRS_ASTERISK_DATA_DIR',
    },
    writtenCallsDir: null,
    silenceSounds: () => ['silence'],
    clock,
    random: () => 0,
    log,
    timing: {
      retry: { firstMs: 20, longestMs: 40 },
      pingEveryMs: 50,
      silenceLimitMs: 5_000,
      openLimitMs: 300,
      longestRequestMs: 300,
      soundsRetryMs: 30,
    },
  });
  events = watchEvents(telephony);
});

afterEach(async () => {
  await telephony.stop();
  await ari.close();
  expect(clock.timersSet()).toBe(0);
  await expect.poll(() => ari.connections()).toBe(0);
});

const isOriginate = ({ method, path }: FakeRequest): boolean =>
  method === 'POST' && path === `channels/${leg}`;
const at = '2026-11-21T03:09:23.257+0000';
const dialEvent = (dialstatus: string): object => ({
  type: 'Dial',
  timestamp: at,
  dialstatus,
  peer: { id: leg },
});
const destroyed = {
  type: 'ChannelDestroyed',
  timestamp: at,
  cause: 17,
  tech_cause: 486,
  channel: { id: leg },
};
const stasisStart = { type: 'StasisStart', timestamp: at, args: [], channel: { id: leg } };

describe('a connection that cannot be made', () => {
  it.each([
    [401, 'unauthorised', 'NORTH_PASSWORD'],
    [404, 'module_missing', 'ari.conf'],
    [503, 'unreachable', '/asterisks/1/ari/url of asterisks.json'],
  ])('is told for HTTP status %i as %s, with what to look at', async (status, code, hint) => {
    ari.refuseWith = status;
    await telephony.start();
    expect(telephony.problem()).toMatchObject({ code });
    expect(telephony.problem()?.detail).toContain(hint);
    expect(telephony.problem()?.detail).not.toContain('correct horse');
    ari.refuseWith = null;
    await events.until('connected');
    expect(telephony.problem()).toBeNull();
  });

  it('is told when nothing listens there', async () => {
    await ari.close();
    await telephony.start();
    expect(telephony.problem()).toMatchObject({ code: 'unreachable' });
    expect(telephony.problem()?.detail).toContain('ECONNREFUSED');
  });

  it('is told when an Asterisk is too old to answer over the WebSocket', async () => {
    ari.reply = () => null;
    await telephony.start();
    expect(telephony.problem()?.detail).toContain('22.4');
  });

  it('names the modules that are not loaded', async () => {
    const replies = new Map<string, FakeReply>([
      ['asterisk/modules/chan_pjsip.so', { status: 404, body: { message: 'not found' } }],
      ['asterisk/modules/res_stasis_playback.so', { status: 200, body: { status: 'Not Running' } }],
    ]);
    ari.reply = ({ path }) => replies.get(path);
    await telephony.start();
    expect(telephony.problem()).toMatchObject({ code: 'module_missing' });
    expect(telephony.problem()?.detail).toContain('chan_pjsip.so, res_stasis_playback.so');
    expect(await telephony.dial(dial)).toMatchObject({ result: 'refused', code: 'not_connected' });
    replies.clear();
    await events.until('connected');
  });

  it('can be given up while it is being made', async () => {
    ari.reply = () => null;
    const started = telephony.start();
    await telephony.stop();
    await started;
    expect(telephony.problem()).toMatchObject({ code: 'stopped' });
  });
});

describe('a request to dial', () => {
  beforeEach(() => telephony.start());

  const cases: [string, FakeReply, object][] = [
    ['was taken', { status: 200, body: {} }, { result: 'sent' }],
    [
      'names a wrong endpoint',
      { status: 500, body: { error: 'Allocation failed' } },
      { result: 'refused', code: 'refused_by_network' },
    ],
    ['is malformed', { status: 400, body: {} }, { result: 'refused', code: 'refused_by_network' }],
    ['finds its leg there already', { status: 409, body: {} }, { result: 'unsure' }],
    ['is cut off', 'cut', { result: 'unsure' }],
  ];
  it.each(cases)('that %s', async (_, reply, result) => {
    ari.reply = (request) => (isOriginate(request) ? reply : undefined);
    expect(await telephony.dial(dial)).toMatchObject(result);
  });

  it('that gets no reply in time is unsure, and a later event still tells', async () => {
    ari.reply = (request) => (isOriginate(request) ? null : undefined);
    expect(await telephony.dial(dial)).toMatchObject({ result: 'unsure' });
    ari.send(dialEvent('RINGING'));
    await events.until('ringing');
    ari.send(destroyed);
    await events.until('hung_up');
  });

  it('carries all that Asterisk must know in one body', async () => {
    await telephony.dial(dial);
    expect(ari.requests.find(isOriginate)?.body).toEqual({
      endpoint: 'PJSIP/+919000001239@carrier-a',
      context: 'outgoing',
      extension: 'attempt',
      priority: 1,
      timeout: 55,
      callerId: '+911600000001',
      variables: { 'TIMEOUT(absolute)': '60' },
    });
  });

  it('leaves once for an id, even when it is asked for ten times at once', async () => {
    await Promise.all(Array.from({ length: 10 }, () => telephony.dial(dial)));
    expect(ari.requests.filter(isOriginate)).toHaveLength(1);
  });

  it('may have its whole story told before its reply', async () => {
    ari.reply = (request) => {
      if (!isOriginate(request)) return undefined;
      ari.send(dialEvent('RINGING'));
      ari.send(destroyed);
      return { status: 200, body: {} };
    };
    expect(await telephony.dial(dial)).toEqual({ result: 'sent' });
    expect(events.of(leg).map(({ type }) => type)).toEqual(['ringing', 'hung_up']);
  });

  it.each([
    ['endpoint', { endpoint: 'Local/1@outgoing' }],
    ['caller id', { callerId: '"Bank" <+911600000001>' }],
  ])('is not sent with an %s that may not be dialled', async (_, fault) => {
    expect(await telephony.dial({ ...dial, ...fault })).toMatchObject({
      result: 'refused',
      code: 'not_dialable',
    });
    expect(ari.requests.some(isOriginate)).toBe(false);
  });

  it('is not sent while there is no connection', async () => {
    ari.refuseWith = 503;
    ari.cut();
    await events.until('disconnected');
    expect(await telephony.dial(dial)).toMatchObject({ result: 'refused', code: 'not_connected' });
    expect(ari.requests.some(isOriginate)).toBe(false);
  });
});

describe('what comes over the connection', () => {
  beforeEach(() => telephony.start());

  it('passes over what it does not understand, and keeps working', async () => {
    const strange = [
      '',
      '{',
      'null',
      '[]',
      '{"type":5}',
      '{"type":"StasisStart"}',
      '{"type":"constructor"}',
      '\u0000',
    ];
    for (const text of strange) ari.send(text);
    ari.send({ type: 'RESTResponse', request_id: 'nobody', status_code: 200 });
    ari.send({ type: 'RESTResponse' });
    ari.send({ type: 'SomethingNew', channel: 5 });
    expect(await telephony.dial(dial)).toEqual({ result: 'sent' });
    expect(events.all.map(({ type }) => type)).toEqual(['connected']);
    expect(log.lines.filter(({ message }) => message.includes('not understood'))).toHaveLength(8);
  });

  it('tells a key once though Asterisk tells it twice', async () => {
    await telephony.dial(dial);
    const key = (digit: string, timestamp: string): object => ({
      ...{ type: 'ChannelDtmfReceived', timestamp, digit, duration_ms: 90, channel: { id: leg } },
    });
    for (const event of [stasisStart, key('1', at), key('1', at), key('1', '2026-11-21T03:09:24.000+0000')])
      ari.send(event);
    ari.send(destroyed);
    await events.until('hung_up');
    expect(events.of(leg).map(({ type }) => type)).toEqual(['answered', 'key', 'key', 'hung_up']);
  });

  it('says nothing more of a leg after its hang-up', async () => {
    await telephony.dial(dial);
    for (const event of [destroyed, destroyed, stasisStart, dialEvent('RINGING')]) ari.send(event);
    await telephony.legs();
    expect(events.of(leg).map(({ type }) => type)).toEqual(['hung_up']);
  });
});

it('lists no leg whose end was told, though Asterisk still does for a moment', async () => {
  await telephony.start();
  await telephony.dial(dial);
  ari.send(destroyed);
  await events.until('hung_up');
  const other = 'att_01m7y1qb9ycs5r65ms2g4fy4nd';
  const channels = [leg, other, 'probe-1', 'incoming.17'].map((id) => ({ id, state: 'Ringing' }));
  ari.reply = ({ path }) => (path === 'channels' ? { status: 200, body: channels } : undefined);
  expect(await telephony.legs()).toEqual([{ leg: other, state: 'ringing' }]);
});

it.each([
  ['no list at all', { status: 500 }],
  ['a list of something else', { status: 200, body: [{ name: 'x' }] }],
])('does not take %s for an empty list', async (_, reply) => {
  await telephony.start();
  ari.reply = ({ path }) => (path === 'channels' ? reply : undefined);
  await expect(telephony.legs()).rejects.toMatchObject({ code: 'telephony_unavailable' });
});

it('lists a phone that was picked up while nobody listened as such, and tells its answer afterwards', async () => {
  ari.reply = ({ method, path }) =>
    method === 'GET' && path === 'channels' ? { status: 200, body: [{ id: leg, state: 'Up' }] } : undefined;
  await telephony.start();
  expect(await telephony.legs()).toEqual([{ leg, state: 'picked_up' }]);
  expect(events.of(leg)).toEqual([]);
  ari.send(stasisStart);
  await events.until('answered');
});

it('knows a leg of another process for answered though a key was told of before it was listed', async () => {
  ari.reply = ({ method, path }) => {
    if (method === 'GET' && path === 'channels') return { status: 200, body: [{ id: leg, state: 'Up' }] };
    if (path.startsWith('applications/')) return { status: 200, body: { channel_ids: [leg] } };
    return undefined;
  };
  await telephony.start();
  ari.send({
    type: 'ChannelDtmfReceived',
    timestamp: at,
    digit: '1',
    duration_ms: 100,
    channel: { id: leg },
  });
  await events.until('key');
  expect(await telephony.legs()).toEqual([{ leg, state: 'answered' }]);
  await telephony.hangUp(leg);
  ari.send({ type: 'ChannelDestroyed', timestamp: at, cause: 16, channel: { id: leg } });
  expect((await events.until('hung_up')).evidence).toMatchObject({ answered: true, endedByUs: 'hang_up' });
});

describe('the check of sounds', () => {
  /** An Asterisk that hands the far half of the probe over, and plays to it with this result. */
  function playing(state: string): void {
    ari.reply = ({ method, path }) => {
      const [, id] = /^channels\/(probe[^/]*)/.exec(path) ?? [];
      if (method !== 'POST' || id === undefined) return undefined;
      const far = path.includes('/play/') ? decodeURIComponent(id) : `${id};2`;
      const playback = { id: 'x', target_uri: `channel:${far}`, media_uri: 'm', state };
      const finished = { type: 'PlaybackFinished', timestamp: at, playback };
      ari.send(path.includes('/play/') ? finished : { ...stasisStart, channel: { id: far } });
      return { status: 200, body: {} };
    };
  }

  const isProbe = ({ method, path }: FakeRequest): boolean =>
    method === 'POST' && path.startsWith('channels/probe');
  const refuseProbes = (): void => {
    ari.reply = (request) => (isProbe(request) ? { status: 500 } : undefined);
  };
  const probes = (): number => ari.requests.filter(isProbe).length;
  const refused = { result: 'refused', code: 'not_connected' };

  it('is made after connecting where there was no connection', async () => {
    expect(await telephony.checkSounds('silence')).toMatchObject({ code: 'stopped' });
    playing('failed');
    await telephony.start();
    await expect.poll(() => telephony.problem()?.detail).toContain('cannot play the sound /data/silence');
    playing('done');
    expect(await telephony.checkSounds('silence')).toBeNull();
  });

  it('lets nothing be dialled between the connection and its result', async () => {
    playing('done');
    await telephony.checkSounds('silence');
    const connections = [
      () => telephony.start(),
      () => {
        ari.cut();
        return Promise.resolve();
      },
    ];
    for (const connect of connections) {
      let dialled: Promise<unknown> = Promise.resolve();
      telephony.onEvent(({ type }) => {
        if (type === 'connected') dialled = telephony.dial(dial);
      });
      const before = probes();
      await connect();
      await expect.poll(() => probes() - before).toBe(2);
      await expect.poll(() => telephony.problem()).toBeNull();
      expect(await dialled).toMatchObject(refused);
    }
    expect(await telephony.dial(dial)).toEqual({ result: 'sent' });
  });

  it('is a problem when Asterisk could not be asked: unproven is not proven', async () => {
    await telephony.start();
    refuseProbes();
    expect(await telephony.checkSounds('silence')).toMatchObject({ code: 'sounds_unreadable' });
    expect(log.lines.at(-1)).toMatchObject({ level: 'warn', fields: { code: 'refused' } });
    expect(await telephony.dial(dial)).toMatchObject(refused);
  });

  it('is made again by itself until Asterisk could be asked, with one timer at most', async () => {
    await telephony.start();
    const idle = clock.timersSet();
    refuseProbes();
    await Promise.all([telephony.checkSounds('silence'), telephony.checkSounds('silence')]);
    await expect.poll(probes).toBeGreaterThan(3);
    await expect.poll(() => clock.timersSet()).toBe(idle + 1);
    playing('done');
    await expect.poll(() => telephony.problem()).toBeNull();
    await expect.poll(() => clock.timersSet()).toBe(idle);
  });

  it('is not made again by itself once Asterisk said that it cannot play', async () => {
    await telephony.start();
    const idle = clock.timersSet();
    playing('failed');
    expect(await telephony.checkSounds('silence')).toMatchObject({ code: 'sounds_unreadable' });
    await expect.poll(() => clock.timersSet()).toBe(idle);
  });

  it('leaves no timer behind when the connection is lost before it is made again', async () => {
    refuseProbes();
    await telephony.start();
    await telephony.checkSounds('silence');
    ari.refuseWith = 503;
    ari.cut();
    await events.until('disconnected');
    const probed = probes();
    // what is left waits for the next try to connect, and nothing else
    expect(clock.timersSet()).toBeLessThanOrEqual(1);
    playing('done');
    ari.refuseWith = null;
    await expect.poll(() => telephony.problem()).toBeNull();
    expect(probes()).toBe(probed + 2);
  });
});

describe('a leg that is answered', () => {
  beforeEach(async () => {
    await telephony.start();
    await telephony.dial(dial);
    ari.send(stasisStart);
    await events.until('answered');
  });

  it('plays sounds and silence as one, and stops what runs before the next', async () => {
    await telephony.say(leg, { promptId: 'one', sounds: ['a', 'b'], silenceMs: 6_000 });
    await telephony.say(leg, { promptId: 'two', sounds: ['c'], silenceMs: 0 });
    const asked = ari.requests.slice(-3).map(({ method, path, body }) => [method, path, body]);
    expect(asked).toEqual([
      [
        'POST',
        `channels/${leg}/play/${leg}-a`,
        { media: ['sound:/data/a', 'sound:/data/b', 'sound:/data/silence'] },
      ],
      ['DELETE', `playbacks/${leg}-a`, null],
      ['POST', `channels/${leg}/play/${leg}-b`, { media: ['sound:/data/c'] }],
    ]);
  });

  it.each([404, 409, 412])('is gone when Asterisk answers a prompt with %i', async (status) => {
    ari.reply = ({ path }) => (path.includes('/play/') ? { status, body: {} } : undefined);
    expect(await telephony.say(leg, { promptId: 'p', sounds: ['a'], silenceMs: 0 })).toBe('gone');
  });

  it('tells of a prompt that Asterisk refuses to play', async () => {
    ari.reply = ({ path }) => (path.includes('/play/') ? { status: 500, body: {} } : undefined);
    expect(await telephony.say(leg, { promptId: 'p', sounds: ['a'], silenceMs: 0 })).toBe('done');
    expect((await events.until('prompt_failed')).promptId).toBe('p');
  });

  const requests: [string, (on: Telephony) => Promise<unknown>][] = [
    ['hanging up', (on) => on.hangUp(leg)],
    ['speaking', (on) => on.say(leg, { promptId: 'p', sounds: ['a'], silenceMs: 0 })],
    ['listing', (on) => on.legs()],
  ];
  it.each(requests)('says that Asterisk was out of reach when %s was cut off', async (_, act) => {
    ari.reply = ({ path }) => (path.startsWith('channels') ? 'cut' : undefined);
    const refused = expect(act(telephony)).rejects.toMatchObject({ code: 'telephony_unavailable' });
    await refused;
    ari.reply = () => undefined;
  });

  it('is hung up after all when the request for it was lost', async () => {
    ari.reply = ({ method, path }) => {
      if (method === 'DELETE' && path === `channels/${leg}`) return 'cut';
      return method === 'GET' && path === 'channels'
        ? { status: 200, body: [{ id: leg, state: 'Up' }] }
        : undefined;
    };
    events.clear();
    await expect(telephony.hangUp(leg)).rejects.toMatchObject({ code: 'telephony_unavailable' });
    ari.requests.length = 0;
    ari.reply = ({ method, path }) =>
      method === 'GET' && path === 'channels' ? { status: 200, body: [{ id: leg, state: 'Up' }] } : undefined;
    await events.until('connected');
    await telephony.legs();
    expect(ari.requests).toContainEqual(
      expect.objectContaining({ method: 'DELETE', path: `channels/${leg}` }),
    );
  });
});

it('forgets a leg that never came to be, and sets no timer for it any more', async () => {
  await telephony.start();
  ari.reply = (request) => {
    if (isOriginate(request)) return { status: 409, body: {} };
    return request.method === 'DELETE' ? { status: 404, body: {} } : undefined;
  };
  const idle = clock.timersSet();
  await telephony.dial({ ...dial, setupTimeoutMs: 50 });
  expect(clock.timersSet()).toBe(idle + 1);
  await expect.poll(() => clock.timersSet()).toBe(idle);
  expect(events.of(leg)).toEqual([]);
});

it('tells each loss and each return once, in turn', async () => {
  await telephony.start();
  for (let losses = 1; losses <= 3; losses += 1) {
    events.clear();
    ari.cut();
    await events.until('connected');
    expect(events.all.map(({ type }) => type)).toEqual(['disconnected', 'connected']);
  }
});

it('steps back when another client takes the application, and tries again slowly', async () => {
  await telephony.start();
  ari.send({ type: 'ApplicationReplaced', timestamp: at, application: 'ivrs' });
  await events.until('disconnected');
  expect(telephony.problem()).toMatchObject({ code: 'lost_leadership' });
  expect(log.lines.at(-1)?.fields).toMatchObject({ delayMs: 60_000 });
  await expect.poll(() => ari.connections()).toBe(0);
});
