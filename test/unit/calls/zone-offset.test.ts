import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { isTimeZone, zoneOffsetMs } from '../../../src/domain/calls/zone-offset.ts';

/** With transitions at odd times of day, by half an hour, over the date line, or none at all. */
const zones = [
  ...[
    'Asia/Kolkata',
    'Asia/Kathmandu',
    'Africa/Monrovia',
    'Africa/Casablanca',
    'America/St_Johns',
    'America/Caracas',
  ],
  ...[
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'Pacific/Chatham',
    'Asia/Pyongyang',
    'Europe/London',
    'Antarctica/Troll',
  ],
];
const offsetByTemporal = (zone: string, at: number): number =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;

describe('the offset of a zone', () => {
  it('is what Temporal says, whatever was asked before', () => {
    const at = fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2060, 0, 1) });
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.array(at, { minLength: 1, maxLength: 5 }),
        (zone, instants) => {
          for (const each of instants) expect(zoneOffsetMs(zone, each)).toBe(offsetByTemporal(zone, each));
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    ...zones.map((zone): [string, number] => [zone, Date.UTC(2005, 0, 1)]),
    // 44 minutes and 30 seconds behind until 1972
    ['Africa/Monrovia', Date.UTC(1970, 0, 1)],
  ])('changes to the millisecond: %s', (zone, since) => {
    let at = Temporal.Instant.fromEpochMilliseconds(since).toZonedDateTimeISO(zone);
    for (let changes = 0; changes < 12; changes += 1) {
      const next = at.getTimeZoneTransition('next');
      if (next === null) return;
      at = next;
      const { epochMilliseconds } = at;
      for (const beside of [-1, 0, 1]) {
        const instant = epochMilliseconds + beside;
        expect(zoneOffsetMs(zone, instant)).toBe(offsetByTemporal(zone, instant));
      }
    }
  });

  it('is refused for what is no zone', () => {
    expect(['Asia/Kolkata', 'UTC'].map(isTimeZone)).toEqual([true, true]);
    expect(['Asia/Nowhere', '+05:30', ''].map(isTimeZone)).toEqual([false, false, false]);
  });
});
