import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  capThatBinds,
  fitsFrom,
  mayHaveRung,
  parseFrequencyCap,
  type FrequencyCap,
} from '../../../src/domain/calls/frequency-cap.ts';
import type { VerdictReason } from '../../../src/domain/calls/verdict.ts';

const dayMs = 24 * 3_600_000;

describe('parseFrequencyCap', () => {
  it.each<[string, FrequencyCap | null]>([
    ['3/P7D', { most: 3, periodMs: 7 * dayMs }],
    ['1/PT12H', { most: 1, periodMs: dayMs / 2 }],
    ['9/PT1M', { most: 9, periodMs: 60_000 }],
    ['9/PT59S', null],
    ['9/P366D', { most: 9, periodMs: 366 * dayMs }],
    ['9/P366DT1S', null],
    ['0/P7D', null],
    ['3', null],
    ['3/7', null],
    ['3/P7D ', null],
    ['3/PT1S', null],
    ['3/P400D', null],
    ['10000/P7D', null],
  ])('%j', (text, cap) => {
    expect(parseFrequencyCap(text)).toEqual(cap);
  });
});

describe('the instant at which one more ring fits', () => {
  const cap: FrequencyCap = { most: 2, periodMs: 100 };
  it.each<[string, number[], number]>([
    ['nothing rang', [], 1_000],
    ['one ring is left', [950], 1_000],
    ['both were', [950, 960], 1_050],
    ['both were, whatever their order', [960, 950], 1_050],
    ['the first has just left the period', [900, 960], 1_000],
    ['the first is still in it', [901, 960], 1_001],
    ['there were more than allowed', [910, 920, 930], 1_020],
    ['all were long ago', [1, 2, 3], 1_000],
  ])('where %s', (_name, rangAt, expected) => {
    expect(fitsFrom(cap, { rangAt, at: 1_000 })).toBe(expected);
  });

  it('keeps to the cap in any period, wherever rings are wanted', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 500 }),
        fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 60 }),
        (most, periodMs, gaps) => {
          const rangAt: number[] = [];
          let now = 0;
          for (const gap of gaps) {
            now = fitsFrom({ most, periodMs }, { rangAt, at: now + gap });
            rangAt.push(now);
          }
          for (const from of rangAt)
            expect(rangAt.filter((at) => at >= from && at < from + periodMs).length).toBeLessThanOrEqual(
              most,
            );
        },
      ),
    );
  });
});

it('binds every call but those in an emergency', () => {
  const cap: FrequencyCap = { most: 1, periodMs: dayMs };
  expect(capThatBinds({ purpose: 'service' }, cap)).toBe(cap);
  expect(capThatBinds({ purpose: 'promotional' }, cap)).toBe(cap);
  expect(capThatBinds({ purpose: 'emergency' }, cap)).toBeNull();
});

describe('an attempt', () => {
  const ended = (reason: VerdictReason) => {
    const verdict = { reason, fault: 'none', retryable: false, sipCode: null, q850Cause: null } as const;
    return { ringingAt: null, answeredAt: null, ended: { at: 9, verdict } };
  };
  /** Of which no ringing was seen. */
  const rangBy: Record<VerdictReason, boolean> = {
    no_answer: true,
    rejected: true,
    lost: true,
    answered: false,
    busy: false,
    unreachable: false,
    invalid_number: false,
    machine: false,
    congestion: false,
    trunk_failure: false,
    cancelled: false,
  };
  it.each(Object.entries(rangBy) as [VerdictReason, boolean][])('that ended as %s: %s', (reason, rang) => {
    expect(mayHaveRung(ended(reason))).toBe(rang);
    expect(mayHaveRung({ ...ended(reason), ringingAt: 1 })).toBe(true);
    expect(mayHaveRung({ ...ended(reason), answeredAt: 1 })).toBe(true);
  });

  it('may ring while it has not ended', () => {
    expect(mayHaveRung({ ringingAt: null, answeredAt: null, ended: null })).toBe(true);
  });
});
