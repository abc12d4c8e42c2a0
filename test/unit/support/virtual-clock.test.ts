import fc from 'fast-check';
import { expect, it } from 'vitest';
import { promiseJobs, VirtualClock } from '../../support/virtual-clock.ts';

it('runs timers in the order of their instants, then of their setting', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20 })), async (delays) => {
      const clock = new VirtualClock(0);
      const ran: [number, number][] = [];
      delays.forEach((delayMs, index) => clock.setTimer(delayMs, () => void ran.push([clock.now(), index])));
      await clock.runUntilIdle();
      expect(ran).toEqual(
        delays.map((delayMs, index) => [delayMs, index]).sort(([a, i], [b, j]) => a! - b! || i! - j!),
      );
    }),
  );
});

it('lets promises settle before the next timer runs', async () => {
  const clock = new VirtualClock(0);
  const order: string[] = [];
  clock.setTimer(1, () => {
    void (async () => {
      for (let round = 0; round < 50; round += 1) await Promise.resolve();
      order.push('settled');
    })();
  });
  clock.setTimer(1, () => void order.push('next'));
  await clock.runUntilIdle();
  expect(order).toEqual(['settled', 'next']);
});

it('stops at the instant that it is told, with what is due then done', async () => {
  const clock = new VirtualClock(0);
  const ran: number[] = [];
  for (const delayMs of [5, 10, 11]) clock.setTimer(delayMs, () => void ran.push(delayMs));
  await clock.advanceTo(10);
  expect([clock.now(), ran, clock.pendingTimers]).toEqual([10, [5, 10], 1]);
});

it('runs no timer that was cancelled, and counts it no more', async () => {
  const clock = new VirtualClock(0);
  const timer = clock.setTimer(5, () => expect.unreachable());
  timer.cancel();
  timer.cancel();
  expect(clock.pendingTimers).toBe(0);
  await clock.runUntilIdle();
  expect(clock.now()).toBe(0);
});

it('says that a program does not come to rest', async () => {
  const clock = new VirtualClock(0);
  const again = (): void => void clock.setTimer(1000, again);
  again();
  await expect(clock.runUntilIdle(10_000)).rejects.toThrow('1 timers are left');
});

it('says that a condition never holds', async () => {
  await expect(new VirtualClock(0).runUntil(() => false)).rejects.toThrow('does not hold');
});

it('stands still while something real is on its way, also what begins only in the next turn of the event loop', async () => {
  const order: string[] = [];
  let underWay = 0;
  let idle = Promise.withResolvers<undefined>();
  const io = {
    get busy() {
      return underWay > 0;
    },
    idle: () => idle.promise,
  };
  const ask = async (what: string): Promise<void> => {
    underWay += 1;
    for (let turn = 0; turn < 5; turn += 1) await promiseJobs();
    order.push(what);
    underWay -= 1;
    idle.resolve(undefined);
    idle = Promise.withResolvers();
  };
  const askInTheNextTurn = async (what: string): Promise<void> => {
    for (let job = 0; job < 5; job += 1) await Promise.resolve();
    await promiseJobs();
    await ask(what);
  };
  const clock = new VirtualClock(0, io);
  clock.setTimer(1, () => void askInTheNextTurn('first').then(() => askInTheNextTurn('what follows')));
  clock.setTimer(2, () => void order.push('later'));
  await clock.runUntilIdle();
  expect(order).toEqual(['first', 'what follows', 'later']);
});
