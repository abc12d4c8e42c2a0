import { expect, it } from 'vitest';
import { createSoundWatch } from '../../../src/telephony/asterisk/sound-watch.ts';
import { newLegId } from '../../support/lab.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** A leg of which so many packets arrive in each 800 ms; null where Asterisk does not say. Gives when it was found silent, in seconds. */
async function silentAt(arriving: readonly (number | null)[], leaveAfterMs = Infinity): Promise<number[]> {
  const clock = new VirtualClock(0);
  const found: number[] = [];
  let packets = 1_000;
  let looks = 0;
  const send = () => {
    const more = arriving[Math.min(looks, arriving.length - 1)] ?? null;
    looks += 1;
    packets += more ?? 0;
    return Promise.resolve(
      more === null ? { status: 404, body: null } : { status: 200, body: { rxcount: packets } },
    );
  };
  const watch = createSoundWatch({ clock, send }, (_id, until) => found.push(until / 1000));
  const leg = newLegId();
  watch.watch(leg);
  if (leaveAfterMs < Infinity) clock.setTimer(leaveAfterMs, () => watch.unwatch(leg));
  await clock.advanceBy(120_000);
  expect(clock.pendingTimers).toBe(0);
  return found;
}

it.each([
  { what: 'sound that goes on', arriving: [40], found: [] },
  { what: 'sound that stops', arriving: [40, 40, 40, 0], found: [2.4] },
  { what: 'comfort noise after sound', arriving: [40, 40, 5], found: [1.6] },
  { what: 'a few lost packets', arriving: [40, 28, 40, 31, 40], found: [] },
  { what: 'an Asterisk that does not say', arriving: [null], found: [] },
  { what: 'an Asterisk that does not say for a moment', arriving: [40, null, 40, 40, 0], found: [3.2] },
])('$what: silent at $found', async ({ arriving, found }) => {
  expect(await silentAt(arriving)).toEqual(found);
});

it('sees nothing any more of a leg that is not watched', async () => {
  expect(await silentAt([40, 40, 0], 1_700)).toEqual([]);
});
