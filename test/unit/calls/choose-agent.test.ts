import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { chooseAgent, type SeenAgent } from '../../../src/domain/calls/choose-agent.ts';
import type { PersonHash } from '../../../src/domain/calls/call.ts';
import { transferResults, type TransferResult } from '../../../src/domain/flows/transfer.ts';

const now = 1_800_000_000_000;
const until = now + 45_000;

function agent(name: string, changes: Partial<SeenAgent> = {}): SeenAgent {
  return { agent: name as PersonHash, isEngaged: false, left: null, calls: 0, ...changes };
}

const left = (secondsAgo: number, as: TransferResult | null) => ({
  left: { at: now - secondsAgo * 1_000, as },
});

function called(seen: readonly SeenAgent[]): string[] | string {
  const next = chooseAgent(seen, { now, until });
  if (next.do === 'call') return next.agents.map((each) => each.agent);
  return next.do === 'end' ? next.result : next.do;
}

describe('which agent is called next', () => {
  it.each<[string, SeenAgent[], string[] | string]>([
    ['in the order of the flow, where nobody was ever called', [agent('a'), agent('b')], ['a', 'b']],
    [
      'whoever was left alone longest',
      [agent('a', left(60, 'talked')), agent('b', left(600, 'talked'))],
      ['b', 'a'],
    ],
    [
      'whoever was not called in this round, before all who were',
      [agent('a', { calls: 1, ...left(600, 'busy') }), agent('b', left(60, 'talked'))],
      ['b', 'a'],
    ],
    ['not whoever is engaged', [agent('a', { isEngaged: true }), agent('b')], ['b']],
    ['not whoever did not pick up a moment ago', [agent('a', left(29, 'no_answer')), agent('b')], ['b']],
    ['whoever did not pick up a while ago', [agent('a', left(30, 'no_answer'))], ['a']],
    ['nobody, while all are engaged', [agent('a', { isEngaged: true })], 'wait'],
    ['nobody, while all were called a moment ago', [agent('a', left(10, 'busy'))], 'wait'],
    ['not whoever had a talk three seconds ago', [agent('a', left(3, 'talked'))], 'wait'],
    ['not whoever was left and nobody saw how', [agent('a', left(29, null)), agent('b')], ['b']],
  ])('%s', (_, seen, expected) => {
    expect(called(seen)).toEqual(expected);
  });
});

describe('a queue that has joined nobody', () => {
  const soon = now + 2_999;
  it.each<[string, SeenAgent[], TransferResult]>([
    ['somebody is engaged', [agent('a', { isEngaged: true }), agent('b', left(1, 'no_answer'))], 'busy'],
    ['somebody was busy', [agent('a', { calls: 1, ...left(20, 'busy') })], 'busy'],
    ['nobody picked up', [agent('a', { calls: 1, ...left(20, 'no_answer') }), agent('b')], 'no_answer'],
    ['nobody picked up for somebody else', [agent('a', left(20, 'no_answer'))], 'no_answer'],
    ['none could be reached', [agent('a', { calls: 1, ...left(20, 'failed') })], 'failed'],
    ['nobody was called', [agent('a'), agent('b', left(9_000, 'busy'))], 'failed'],
  ])('says so where %s', (_, seen, result) => {
    expect(chooseAgent(seen, { now, until: soon })).toEqual({ do: 'end', result });
  });

  it('is given up as soon as nobody can be called any more in time', () => {
    const seen = [agent('a', { calls: 1, ...left(1, 'no_answer') }), agent('b', left(5, 'no_answer'))];
    expect(chooseAgent(seen, { now, until: now + 27_999 })).toEqual({ do: 'end', result: 'no_answer' });
    expect(chooseAgent(seen, { now, until: now + 28_000 })).toEqual({ do: 'wait' });
  });

  it('never rings a phone for less than three seconds', () => {
    expect(chooseAgent([agent('a')], { now, until: now + 3_000 })).toMatchObject({ do: 'call' });
    expect(chooseAgent([agent('a')], { now, until: now + 2_999 })).toMatchObject({ do: 'end' });
  });
});

const anyAgent = fc.record({
  agent: fc.constantFrom('a', 'b', 'c').map((name) => name as PersonHash),
  isEngaged: fc.boolean(),
  left: fc.option(
    fc.record({
      at: fc.integer({ min: now - 100_000, max: now }),
      as: fc.option(fc.constantFrom(...transferResults)),
    }),
  ),
  calls: fc.nat(3),
});

it('calls nobody who is engaged or was left less than five seconds ago, and waits for nobody in vain', () => {
  fc.assert(
    fc.property(
      fc.array(anyAgent, { maxLength: 5 }),
      fc.integer({ min: -1_000, max: 60_000 }),
      (seen, ms) => {
        const next = chooseAgent(seen, { now, until: now + ms });
        if (next.do === 'call') {
          expect(next.agents.length).toBeGreaterThan(0);
          for (const { isEngaged, left: last } of next.agents) {
            expect(isEngaged).toBe(false);
            expect(now - (last?.at ?? 0)).toBeGreaterThanOrEqual(5_000);
          }
        }
        if (next.do === 'wait') expect(ms).toBeGreaterThan(3_000);
        if (next.do === 'end') expect(['busy', 'no_answer', 'failed']).toContain(next.result);
      },
    ),
  );
});
