import { beforeEach, describe, expect, it } from 'vitest';
import { createIdSource } from '../../../src/domain/ids.ts';
import { Simulator } from '../../../src/telephony/simulator/simulator.ts';
import type { DialRequest, TelephonyEvent } from '../../../src/telephony/telephony.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const startMs = Date.parse('2026-03-02T12:00:00Z');
let clock: VirtualClock;
let simulator: Simulator;
let events: TelephonyEvent[];
let invited: DialRequest[];
let newRequest: (number: string) => DialRequest;

beforeEach(async () => {
  clock = new VirtualClock(startMs);
  events = [];
  invited = [];
  simulator = new Simulator({
    clock,
    soundDurationMs: () => 2000,
    onInvite: (request) => void invited.push(request),
  });
  simulator.onEvent((event) => void events.push(event));
  const ids = createIdSource(clock, (count) => new Uint8Array(count));
  newRequest = (number) => ({
    leg: ids.newId('att'),
    endpoint: `PJSIP/${number}@simulator`,
    callerId: null,
    setupTimeoutMs: 20_000,
    ringTimeoutMs: 40_000,
    absoluteTimeoutMs: 900_000,
    detectTalk: false,
  });
  await simulator.start();
});

const types = (): string[] => events.map((event) => event.type);
const times = (type: string): number[] =>
  events.flatMap((event) => (event.type === type && 'at' in event ? [event.at - startMs] : []));

async function answered(number: string): Promise<DialRequest> {
  const request = newRequest(number);
  await simulator.dial(request);
  await clock.runUntil(() => types().includes('answered'));
  return request;
}

describe('handsets', () => {
  it.each(['+919000171111', '919000171111', '09000171111'])(
    'are dialled in any format: %s',
    async (number) => {
      await simulator.dial(newRequest(number));
      await clock.runUntilIdle();
      expect(events.at(-1)).toMatchObject({ type: 'hung_up', evidence: { sipCode: 486 } });
    },
  );

  it.each(['+919876543210', '+919000991234', '+919001001234'])('do not exist at %s', async (number) => {
    await simulator.dial(newRequest(number));
    await clock.runUntilIdle();
    expect(events.at(-1)).toMatchObject({ type: 'hung_up', evidence: { sipCode: 404 } });
  });

  it('ring one second and press 1.2 s after the end of speech', async () => {
    const { leg } = await answered('+919000001239');
    expect(times('answered')[0]! - times('ringing')[0]!).toBe(1000);
    await simulator.say(leg, { promptId: 'p1', sounds: ['a', 'b'], silenceMs: 8000 });
    await clock.runUntil(() => types().includes('key'));
    expect(times('key')[0]! - times('answered')[0]!).toBe(4000 + 1200);
  });

  it('take prompts with less than 1.2 s between them for one asking', async () => {
    const { leg } = await answered('+919000001239');
    await simulator.say(leg, { promptId: 'p1', sounds: ['a'], silenceMs: 0 });
    await clock.advanceBy(2000 + 1100);
    await simulator.say(leg, { promptId: 'p2', sounds: ['b'], silenceMs: 8000 });
    await clock.runUntil(() => types().includes('key'));
    expect(times('key')).toEqual([1200 + 2000 + 1100 + 2000 + 1200]);
  });

  it('hear the end of speech where a prompt is stopped', async () => {
    const { leg } = await answered('+919000001239');
    await simulator.say(leg, { promptId: 'p1', sounds: ['a'], silenceMs: 8000 });
    await clock.advanceBy(500);
    await simulator.stopPrompt(leg, 'p1');
    await clock.runUntil(() => types().includes('key'));
    expect(times('key')).toEqual([1200 + 500 + 1200]);
  });

  it('are deaf to silence alone', async () => {
    const { leg } = await answered('+919000001239');
    await simulator.say(leg, { promptId: 'p1', sounds: [], silenceMs: 8000 });
    await clock.advanceBy(60_000);
    expect(types()).not.toContain('key');
  });

  it('press by the clock, from the first sound on', async () => {
    const { leg } = await answered('+919000021239');
    await clock.advanceBy(5000);
    await simulator.say(leg, { promptId: 'p1', sounds: ['a', 'b', 'c'], silenceMs: 8000 });
    await clock.advanceBy(10_000);
    expect(times('key').map((at) => at - 6200)).toEqual([1000, 2500, 4000]);
  });
});

describe('a prompt', () => {
  it('must be stopped before another is spoken', async () => {
    const { leg } = await answered('+919000009999');
    await simulator.say(leg, { promptId: 'p1', sounds: ['a'], silenceMs: 0 });
    await expect(simulator.say(leg, { promptId: 'p2', sounds: ['b'], silenceMs: 0 })).rejects.toThrow(
      'must be stopped',
    );
  });

  it('is stopped within its silence, and gone after it', async () => {
    const { leg } = await answered('+919000009999');
    await simulator.say(leg, { promptId: 'p1', sounds: ['a'], silenceMs: 3000 });
    await clock.advanceBy(4999);
    expect(await simulator.stopPrompt(leg, 'p1')).toBe('done');
    await simulator.say(leg, { promptId: 'p2', sounds: ['a'], silenceMs: 3000 });
    await clock.advanceBy(5000);
    expect(await simulator.stopPrompt(leg, 'p2')).toBe('gone');
  });

  it('is told of no more once the leg is gone', async () => {
    simulator = new Simulator({ clock, soundDurationMs: () => null });
    simulator.onEvent((event) => void events.push(event));
    await simulator.start();
    const { leg } = await answered('+919000009999');
    await simulator.say(leg, { promptId: 'p1', sounds: ['missing'], silenceMs: 0 });
    await simulator.hangUp(leg);
    await clock.runUntilIdle();
    expect(types().slice(-2)).toEqual(['answered', 'hung_up']);
  });

  it('cannot be spoken to a phone that still rings', async () => {
    const request = newRequest('+919000199999');
    await simulator.dial(request);
    await clock.runUntil(() => types().includes('ringing'));
    expect(await simulator.say(request.leg, { promptId: 'p1', sounds: ['a'], silenceMs: 0 })).toBe('gone');
  });
});

describe('a lost connection', () => {
  it('leaves the phone ringing, untold, and refuses everything', async () => {
    const request = newRequest('+919000109999');
    await simulator.dial(request);
    simulator.loseConnection('the cable was pulled');
    expect(await simulator.dial(newRequest('+919000109999'))).toMatchObject({ result: 'refused' });
    await expect(simulator.legs()).rejects.toMatchObject({ code: 'telephony_unavailable' });
    await expect(simulator.hangUp(request.leg)).rejects.toMatchObject({ code: 'telephony_unavailable' });
    await clock.advanceBy(1500);
    simulator.restoreConnection();
    expect(await simulator.legs()).toEqual([{ leg: request.leg, state: 'answered' }]);
    await clock.runUntilIdle();
    expect(types()).toEqual(['connected', 'disconnected', 'connected', 'hung_up']);
    expect(invited).toHaveLength(1);
  });
});

describe('a dial that is made to fail', () => {
  it.each([
    ['refused', 'refused', 0],
    ['unsure_sent', 'unsure', 1],
    ['unsure_lost', 'unsure', 0],
  ] as const)('%s', async (fault, result, invites) => {
    simulator.failNextDials(fault);
    expect(await simulator.dial(newRequest('+919000109999'))).toMatchObject({ result });
    expect(invited).toHaveLength(invites);
    expect(await simulator.legs()).toHaveLength(invites);
    expect(await simulator.dial(newRequest('+919000109999'))).toEqual({ result: 'sent' });
  });
});
