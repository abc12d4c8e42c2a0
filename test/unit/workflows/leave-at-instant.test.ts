import { describe, expect, it } from 'vitest';
import { paceOf } from '../../../src/domain/calls/pace.ts';
import { leaveAtInstant, LeavingTimes } from '../../../src/workflows/leave-at-instant.ts';
import { sampleCall } from '../../support/sample-call.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const pace = paceOf(1);

/** A trunk and a database whose every statement takes so long, and what attempts asked of both. */
function machine(statementMs: number) {
  const clock = new VirtualClock();
  const times = new LeavingTimes();
  const asked = { looks: 0, reservations: 0 };
  const takeTime = (durationMs: number): Promise<void> =>
    new Promise((resolve) => clock.setTimer(durationMs, resolve));
  const deps = (mayLeave = true, isFree = true): Parameters<typeof leaveAtInstant>[0] => ({
    ...{ clock, times },
    async mayLeave() {
      asked.looks += 1;
      await takeTime(statementMs);
      return mayLeave;
    },
    stay: () => takeTime(statementMs),
    async reserve({ sendFrom }) {
      asked.reservations += 1;
      await takeTime(statementMs);
      return isFree ? sendFrom : null;
    },
    wait: (waitMs) => takeTime(waitMs).then(() => 'elapsed'),
  });
  async function leave(sendAt: number, faults: { mayLeave?: boolean; isFree?: boolean } = {}) {
    const call = { ...sampleCall({ at: clock.now() }), purpose: 'emergency' as const, notAfter: Infinity };
    const left = leaveAtInstant(deps(faults.mayLeave, faults.isFree), { call, pace, sendAt });
    await clock.advanceBy(60_000);
    return left;
  }
  return { clock, asked, leave };
}

describe('an attempt that waits for its instant', () => {
  it('leaves at it, after one look', async () => {
    const { clock, asked, leave } = machine(5);
    const sendAt = clock.now() + 1_000;
    expect(await leave(sendAt)).toEqual({ do: 'leave', at: sendAt + 5 });
    expect(asked).toEqual({ looks: 1, reservations: 0 });
  });

  it('looks ahead by as much as a look took another attempt', async () => {
    const { clock, leave } = machine(40);
    await leave(clock.now() + 100);
    const sendAt = clock.now() + 1_000;
    expect(await leave(sendAt)).toEqual({ do: 'leave', at: sendAt });
  });

  it.each([30, 60, 90])(
    'takes one other instant where statements take %i ms, and the next none',
    async (statementMs) => {
      const { clock, asked, leave } = machine(statementMs);
      expect(await leave(clock.now() - 51)).toMatchObject({ do: 'leave' });
      expect(asked.reservations).toBeLessThanOrEqual(3);
      const before = asked.reservations;
      expect(await leave(clock.now() + 200)).toMatchObject({ do: 'leave' });
      expect(asked.reservations).toBe(before);
      expect(await leave(clock.now() - 51)).toMatchObject({ do: 'leave' });
      expect(asked.reservations).toBe(before + 1);
    },
  );

  it('is given back where the last look finds a no, or there is no other instant', async () => {
    const { clock, leave } = machine(5);
    expect(await leave(clock.now() + 10, { mayLeave: false })).toEqual({ do: 'give_back' });
    expect(await leave(clock.now() - 51, { isFree: false })).toEqual({ do: 'give_back' });
  });

  it('is given back after twenty seconds of instants that nothing could keep', async () => {
    const { clock, asked, leave } = machine(2_000);
    const [first] = [clock.now()];
    expect(await leave(first - 51)).toEqual({ do: 'give_back' });
    expect(asked.reservations).toBeLessThanOrEqual(11);
  });
});
