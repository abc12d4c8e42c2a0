import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDurationMs } from '../../../src/lib/duration.ts';

describe('parseDurationMs', () => {
  it.each([
    ['PT10M', 600_000],
    ['PT6S', 6_000],
    ['PT0.5S', 500],
    ['PT0.05S', 50],
    ['PT1H30M', 5_400_000],
    ['P7D', 604_800_000],
    ['P1DT2H3M4.005S', 93_784_005],
    ['P2W', 1_209_600_000],
    ['PT0S', 0],
    ['PT90M', 5_400_000],
  ])('reads %s as %d ms', (text, durationMs) => {
    expect(parseDurationMs(text)).toBe(durationMs);
  });

  it.each([
    '',
    'P',
    'PT',
    'P1DT',
    '10M',
    'PT10',
    'PT-5S',
    '-PT5S',
    'P1M',
    'P1Y',
    'PT1.5H',
    'PT.5S',
    'PT5S ',
    'pt5s',
    'PT١S',
    'P1W2D',
    'PT5S5M',
    'PT99999999999S',
    'PT0.0001S',
  ])('refuses «%s»', (text) => {
    expect(parseDurationMs(text)).toBeNull();
  });

  it('never throws, and gives whole milliseconds or nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^P?T?[\dWDHMS.T]*$/)), (text) => {
        const durationMs = parseDurationMs(text);
        return durationMs === null || (Number.isSafeInteger(durationMs) && durationMs >= 0);
      }),
    );
  });
});

describe('formatDuration', () => {
  it.each([
    [0, 'PT0S'],
    [500, 'PT0.5S'],
    [600_000, 'PT10M'],
    [5_400_000, 'PT1H30M'],
    [604_800_000, 'P7D'],
    [86_400_001, 'P1DT0.001S'],
  ])('writes %d ms as %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
  });

  it('writes what parseDurationMs reads', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999 * 86_400_000 }), (durationMs) => {
        expect(parseDurationMs(formatDuration(durationMs))).toBe(durationMs);
      }),
    );
  });
});
