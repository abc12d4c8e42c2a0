import { expect, it } from 'vitest';
import { goneBy, legLimitMs, limitOfLateLeg } from '../../../src/domain/calls/leg-limit.ts';

const trunk = { setupTimeoutMs: 20_000, ringTimeoutMs: 45_000 };
const talkMs = 900_000;
const sendAt = Date.parse('2026-03-02T12:00:00Z');
const limitMs = legLimitMs(trunk, talkMs);

it('gives a leg time for its set-up, its ringing and its talk, and for the network to end it', () => {
  expect(limitMs).toBeGreaterThan(trunk.setupTimeoutMs + trunk.ringTimeoutMs + talkMs);
  for (const longer of [
    legLimitMs({ ...trunk, setupTimeoutMs: 21_000 }, talkMs),
    legLimitMs({ ...trunk, ringTimeoutMs: 46_000 }, talkMs),
    legLimitMs(trunk, talkMs + 1_000),
  ])
    expect(longer).toBe(limitMs + 1_000);
});

it.each([
  ['at its instant', 0, limitMs],
  ['late, but no later than the record allows for', 60_000, limitMs],
  ['later', 61_000, limitMs - 1_000],
])('ends every leg before its record says that it is gone: dialled %s', (_when, lateMs, expected) => {
  const gone = goneBy(sendAt, limitMs);
  const now = sendAt + lateMs;
  const limit = limitOfLateLeg({ now, goneBy: gone, limitMs });
  expect(limit).toBe(expected);
  expect(now + limit).toBeLessThanOrEqual(gone);
});
