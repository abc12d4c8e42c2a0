import { describe, expect, it } from 'vitest';
import type { Call } from '../../../src/domain/calls/call.ts';
import { defaultRetryPolicy } from '../../../src/domain/calls/retry-policy.ts';
import { mayTryTrunkFrom, trunkRound } from '../../../src/domain/calls/trunk-round.ts';
import type { Fault, VerdictReason } from '../../../src/domain/calls/verdict.ts';

type Attempts = Parameters<typeof trunkRound>[0];

/** `a 503` failed on the way over trunk a, `a rang` after ringing, `a back` was given back unsent. */
function attempts(...texts: string[]): Attempts {
  return texts.map((text) => {
    const [trunk = '', how = ''] = text.split(' ');
    const [reason, fault] = endings[how] ?? [];
    if (reason === undefined || fault === undefined) throw new Error(`there is no ending «${how}»`);
    const verdict = { reason, fault, retryable: true, sipCode: null, q850Cause: null };
    return { trunk, ringingAt: how === 'rang' ? 1 : null, answeredAt: null, ended: { at: 2, verdict } };
  });
}

const endings: Record<string, [VerdictReason, Fault]> = {
  '503': ['congestion', 'carrier'],
  '403': ['trunk_failure', 'configuration'],
  rang: ['trunk_failure', 'carrier'],
  back: ['trunk_failure', 'gateway'],
  busy: ['busy', 'callee'],
};

describe('the round of trunks that a call is in', () => {
  it.each<[string, Attempts, string[], number]>([
    ['nothing tried', [], [], 0],
    ['one that failed', attempts('a 503'), ['a'], 0],
    ['two that failed', attempts('a 503', 'b 403'), ['a', 'b'], 1],
    ['one given back in between', attempts('a 503', 'b back', 'b 503'), ['a', 'b'], 1],
    ['one that rang', attempts('a 503', 'b rang'), [], 0],
    ['one whose person was engaged', attempts('a 503', 'b 503', 'c busy'), [], 1],
    ['a second round', attempts('a 503', 'b 503', 'a 503'), ['a'], 1],
    ['a second round, whole', attempts('a 503', 'b 503', 'a 503', 'b 503'), ['a', 'b'], 2],
    ['a round after a ringing', attempts('a 503', 'b rang', 'b 503'), ['b'], 0],
  ])('%s', (_name, made, tried, failOvers) => {
    const round = trunkRound(made);
    expect([...round.tried]).toEqual(tried);
    expect(round.failOvers).toBe(failOvers);
  });
});

describe('a trunk that has failed in the present round', () => {
  it.each<[string, string[], string, number]>([
    ['may be tried after the wait that follows a round', ['b 503', 'a 503'], 'a', 2 + 60_000],
    ['also where it failed before another', ['a 503', 'b 503'], 'a', 2 + 60_000],
    ['also where the next attempt was given back', ['a 503', 'b back'], 'a', 2 + 60_000],
    ['is not the one that was not tried', ['a 503'], 'b', -Infinity],
    ['is none where the phone rang since', ['a 503', 'b rang'], 'a', -Infinity],
  ])('%s', (_name, made, trunk, from) => {
    const retry = {
      ...defaultRetryPolicy,
      afterMs: { ...defaultRetryPolicy.afterMs, trunk_failure: 60_000 },
    };
    expect(mayTryTrunkFrom({ attempts: attempts(...made) as Call['attempts'], retry }, trunk)).toBe(from);
  });
});
