import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf, dayOfEvent } from '../../../src/db/event-day.ts';
import { createIdSource } from '../../../src/domain/ids.ts';
import { systemClock } from '../../../src/lib/clock.ts';

describe('the day of an event', () => {
  it.each([
    ['2026-11-21T00:00:00.000Z', '2026-11-21'],
    ['2026-11-21T23:59:59.999Z', '2026-11-21'],
    ['2000-02-29T12:00:00.000Z', '2000-02-29'],
  ])('of %s is %s', (instant, day) => {
    expect(dayOf(Date.parse(instant))).toBe(day);
  });

  it('is read from its id as it was made', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 47 }), (now) => {
        const ids = createIdSource({ ...systemClock, now: () => now }, (count) =>
          new Uint8Array(count).fill(255),
        );
        expect(dayOfEvent(ids.newId('evt'))).toBe(dayOf(now));
      }),
    );
  });

  it('is not read from what is no id', () => {
    for (const text of ['', 'evt_', 'evt_1', 'evt_!!!!!!!!!!', 'x', 'evt_zzzzzzzzzzzzzzzz']) {
      expect(() => dayOfEvent(text)).toThrow('an id begins with its instant');
    }
  });
});
