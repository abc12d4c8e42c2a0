import { describe, expect, it } from 'vitest';
import type { QueueSeen } from '../../../src/domain/calls/queue-outlook.ts';
import { simulatorTrunk } from '../../../src/domain/calls/trunk.ts';
import { wait } from '../../../src/lib/wait.ts';
import { QueueWatch } from '../../../src/workflows/queue-watch.ts';
import { sampleCall } from '../../support/sample-call.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

function watching({ tookMs = 0, calls = 0 }: { tookMs?: number; calls?: number } = {}) {
  const clock = new VirtualClock(Date.parse('2026-03-02T12:00:00+05:30'));
  let looks = 0;
  const lookAtQueue = async (at: number): Promise<QueueSeen> => {
    looks += 1;
    await wait(clock, tookMs);
    const group = {
      campaign: '',
      priority: 'normal',
      country: '+91',
      trunk: null,
      dueAt: at,
      calls,
    } as const;
    return { at, waiting: [group], holdMs: new Map([['simulator', 1_000]]) };
  };
  const watch = new QueueWatch({ lookAtQueue, trunks: [{ ...simulatorTrunk, channels: 1 }], clock });
  return { clock, watch, looks: () => looks };
}

describe('a watch on the queue', () => {
  it('looks once for all who ask within a second, and asks nobody to wait for the next look', async () => {
    const { clock, watch, looks } = watching();
    const asking = Array.from({ length: 50 }, () => watch.look());
    await clock.advanceBy(0);
    await Promise.all(asking);
    expect(looks()).toBe(1);
    await clock.advanceBy(999);
    await watch.look();
    expect(looks()).toBe(1);
    await clock.advanceBy(1);
    const seen = await watch.look();
    expect(looks()).toBe(2);
    expect(seen.at).toBe(clock.now() - 1_000);
  });

  it('looks the less often the longer it takes', async () => {
    const { clock, watch, looks } = watching({ tookMs: 500 });
    for (let each = 0; each < 210; each += 1) {
      void watch.look();
      await clock.advanceBy(100);
    }
    expect(looks()).toBe(2);
  });

  it('waits for a new look where the last one is of long ago', async () => {
    const { clock, watch } = watching();
    void watch.look();
    await clock.advanceBy(60_000);
    const asking = watch.look();
    await clock.advanceBy(0);
    expect((await asking).at).toBe(clock.now());
  });

  it.each([
    [3_000, 3_601_000, null],
    [3_601, 3_600_000, 60_000],
  ])('of %i calls that wait, one a second, and %i ms: %s', async (calls, spanMs, expected) => {
    const { clock, watch } = watching({ calls });
    const call = sampleCall({
      at: clock.now(),
      changes: { purpose: 'emergency', notAfter: clock.now() + spanMs },
    });
    const asking = watch.fullFor({ ...call, toMasked: '+91******3210' });
    await clock.advanceBy(0);
    expect(await asking).toBe(expected);
  });
});
