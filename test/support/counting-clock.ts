import type { Clock } from '../../src/lib/clock.ts';
import { systemClock } from '../../src/lib/clock.ts';

/** The machine's clock, which knows how many timers are set: none may be left after a stop. */
export interface CountingClock extends Clock {
  timersSet(): number;
}

export function countingClock(): CountingClock {
  const set = new Set<object>();
  return {
    now: () => systemClock.now(),
    timersSet: () => set.size,
    setTimer(delayMs, action) {
      const entry = {};
      set.add(entry);
      const timer = systemClock.setTimer(delayMs, () => {
        set.delete(entry);
        action();
      });
      return {
        cancel() {
          set.delete(entry);
          timer.cancel();
        },
      };
    },
  };
}
