/** Time as the program sees it: real in the service, virtual in simulations. Instants are milliseconds since 1970 UTC. */
export interface Clock {
  now(): number;
  /** Runs `action` once after `delayMs` (at least 0). Cancelling a timer that has run is harmless. */
  setTimer(delayMs: number, action: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}

/**
 * For how long something may be relied on: never goes back, as the time of day may when it is set, and counts what a machine sleeps through, as the
 * processor's own clock does not. Its instants mean nothing outside of this process.
 */
export const steadyClock: Pick<Clock, 'now'> = createSteadyClock(
  () => performance.now(),
  () => Date.now(),
);

/** Goes on by whatever of the two clocks has gone further since it was last asked. */
export function createSteadyClock(counter: () => number, timeOfDay: () => number): Pick<Clock, 'now'> {
  let [counted, read, elapsedMs] = [counter(), timeOfDay(), 0];
  return {
    now() {
      const [nextCounted, nextRead] = [counter(), timeOfDay()];
      elapsedMs += Math.max(nextCounted - counted, nextRead - read, 0);
      [counted, read] = [nextCounted, nextRead];
      return elapsedMs;
    },
  };
}

/** Node's timers count in a signed 32-bit integer; a longer delay would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's clock. Its timers keep the process alive, so whoever sets one must cancel it on shutdown. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(delayMs, action) {
    const handle = startTimer(delayMs, action);
    return { cancel: () => clearTimeout(handle) };
  },
};

/** The same for a world that goes on beside the program, and ends with it: its timers keep no process alive. */
export const worldClock: Clock = {
  now: () => Date.now(),
  setTimer(delayMs, action) {
    const handle = startTimer(delayMs, action).unref();
    return { cancel: () => clearTimeout(handle) };
  },
};

function startTimer(delayMs: number, action: () => void): NodeJS.Timeout {
  return setTimeout(action, Math.min(Math.max(delayMs, 0), longestTimerMs));
}
