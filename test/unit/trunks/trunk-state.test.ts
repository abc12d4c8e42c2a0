import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../../src/domain/calls/call.ts';
import type { Verdict } from '../../../src/domain/calls/verdict.ts';
import type { AttemptId } from '../../../src/domain/ids.ts';
import {
  downReason,
  downUntil,
  sightingKeptMs,
  withSighting,
} from '../../../src/domain/trunks/trunk-sightings.ts';
import { trunkSignOf } from '../../../src/domain/trunks/trunk-sign.ts';
import {
  conditionOf,
  freeChannels,
  healthOf,
  newTrunkState,
  withSign,
  type TrunkState,
} from '../../../src/domain/trunks/trunk-state.ts';

const t0 = 1_800_000_000_000;
const fresh = newTrunkState('carrier-a');

function attempt(verdict: Partial<Verdict> | null, changes: Partial<Attempt> = {}): Attempt {
  const ended: Verdict = {
    reason: 'trunk_failure',
    fault: 'carrier',
    retryable: true,
    sipCode: null,
    q850Cause: null,
    ...verdict,
  };
  return {
    id: 'att_01k6m3q4t8v5w2x9y7z1a3b5c7' as AttemptId,
    number: 1,
    trunk: 'carrier-a',
    asterisk: 'asterisk',
    epoch: 1,
    callerId: null,
    sendAt: t0,
    startedAt: t0,
    goneBy: t0 + 1_000_000,
    ringingAt: null,
    answeredAt: null,
    recording: null,
    endRequested: null,
    ended: verdict === null ? null : { at: t0 + 9, verdict: ended },
    ...changes,
  };
}

describe('what an attempt shows of its trunk', () => {
  it.each<[string, Attempt, string | null]>([
    ['nothing while it is dialled', attempt(null), null],
    ['that it works, once it rings', attempt(null, { ringingAt: t0 + 2 }), 'came_through'],
    ['that it works, once it is answered', attempt(null, { answeredAt: t0 + 2 }), 'came_through'],
    ['that it works, by who is busy', attempt({ reason: 'busy', fault: 'callee' }), 'came_through'],
    [
      'that it works, by a phone that is off',
      attempt({ reason: 'unreachable', fault: 'callee' }),
      'came_through',
    ],
    ['that it is full', attempt({ reason: 'congestion', sipCode: 503 }), 'refused_for_room'],
    ['that it says nothing until our limit', attempt({}), 'met_silence'],
    ['that nobody is there', attempt({ sipCode: 408 }), 'met_silence'],
    ['that it fails', attempt({ sipCode: 500 }), 'failed'],
    ['that it does not know us', attempt({ sipCode: 403, fault: 'configuration' }), 'failed'],
    ['nothing, where it was given back', attempt({ fault: 'gateway' }), null],
    ['nothing, where it was cancelled', attempt({ reason: 'cancelled', fault: 'none' }), null],
    ['nothing, where it was lost', attempt({ reason: 'lost', fault: 'unknown' }), null],
    [
      'that it works, though it failed after ringing',
      attempt({ sipCode: 503 }, { ringingAt: t0 }),
      'came_through',
    ],
  ])('%s', (_name, made, sign) => {
    expect(trunkSignOf(made)?.sign ?? null).toBe(sign);
  });
});

describe('how a trunk is', () => {
  const drained: TrunkState = { ...fresh, drainedAt: t0 };
  const down: TrunkState = {
    ...fresh,
    sightings: { west: { up: false, reason: 'It is away.', since: t0, seenAt: t0 } },
  };
  const refused = (times: number): TrunkState =>
    Array.from({ length: times }).reduce<TrunkState>(
      (state) => withSign(state, { sign: 'refused_for_room', claimedAt: t0, sentAt: t0, at: t0 }),
      fresh,
    );

  it.each<[string, TrunkState, number, string, string | null]>([
    ['new', fresh, 3, 'up', null],
    ['drained, with calls on it', drained, 3, 'draining', null],
    ['drained, without', drained, 0, 'drained', null],
    ['away', down, 0, 'down', 'It is away.'],
    ['full once', refused(1), 0, 'slowed', null],
    ['full again and again', refused(5), 0, 'closed', 'Several calls in a row failed before any phone rang.'],
  ])('%s', (_name, state, live, condition, reason) => {
    expect(conditionOf(state, { now: t0, live })).toBe(condition);
    expect(healthOf(state, t0)).toEqual({ up: reason === null, reason });
    const free = freeChannels(state, { channels: 9, live: { all: live, unproven: 0 }, now: t0 });
    expect(free > 0).toBe(condition === 'up' || condition === 'slowed');
  });

  it('is down where all who know see it down, and no longer than they say so', () => {
    let sightings = withSighting({}, 'west', { up: false, reason: 'It is away.', at: t0 });
    expect(downReason(sightings, t0)).toBe('It is away.');
    sightings = withSighting(sightings, 'east', { up: true, reason: null, at: t0 + 10 });
    expect(downReason(sightings, t0 + 10)).toBeNull();
    sightings = withSighting(sightings, 'east', null);
    expect(downReason(sightings, t0 + 10)).toBe('It is away.');
    expect(downReason(sightings, t0 + sightingKeptMs)).toBeNull();
    expect(withSighting(sightings, 'north', { up: true, reason: null, at: t0 + sightingKeptMs })).toEqual({
      north: { up: true, reason: null, since: t0 + sightingKeptMs, seenAt: t0 + sightingKeptMs },
    });
  });

  it('is down until the last who saw it so is not believed any more', () => {
    const west = withSighting({}, 'west', { up: false, reason: 'It is away.', at: t0 });
    const both = withSighting(west, 'east', { up: false, reason: 'It is away.', at: t0 + 10_000 });
    expect(downUntil(both, t0 + 10_000)).toBe(t0 + 10_000 + sightingKeptMs);
    expect(downUntil(both, t0 + sightingKeptMs)).toBe(t0 + 10_000 + sightingKeptMs);
    expect(downUntil(both, t0 + 10_000 + sightingKeptMs)).toBeNull();
  });

  it('is slowed down once by what was claimed together and left one after the other', () => {
    const claimed = [0, 100, 200, 300].map((afterMs) =>
      attempt({ reason: 'congestion', sipCode: 503 }, { startedAt: t0, sendAt: t0 + afterMs }),
    );
    const signs = claimed.flatMap((each) => trunkSignOf(each) ?? []);
    const state = signs.reduce(
      (now, sign, index) => withSign(now, { ...sign, at: t0 + 5 + 100 * index }),
      fresh,
    );
    expect(signs).toHaveLength(4);
    expect(state.pace).toEqual({ factor: 0.5, slowedAt: t0 + 5 });
    expect(state.breaker.failures).toBe(4);
  });

  it('is slowed no longer than until its pace has grown back', () => {
    expect(conditionOf(refused(1), { now: t0 + 49_000, live: 0 })).toBe('slowed');
    expect(conditionOf(refused(1), { now: t0 + 50_000, live: 0 })).toBe('up');
  });

  it('has no channel free where more calls are on it than it has, since it was given fewer', () => {
    expect(freeChannels(fresh, { channels: 3, live: { all: 5, unproven: 0 }, now: t0 })).toBe(0);
  });

  it('has been so since it changed, however often that is confirmed', () => {
    const first = withSighting({}, 'west', { up: true, reason: null, at: t0 });
    const again = withSighting(first, 'west', { up: true, reason: null, at: t0 + 500 });
    expect(again['west']).toMatchObject({ since: t0, seenAt: t0 + 500 });
    const changed = withSighting(again, 'west', { up: false, reason: 'x', at: t0 + 900 });
    expect(changed['west']).toMatchObject({ since: t0 + 900 });
  });
});
