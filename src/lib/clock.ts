/** Time as the program sees it: real in the service, virtual in simulations. Instants are milliseconds since 1970 UTC. */
export interface Clock {
  now(): number;
  /** Runs `action` once after `delayMs` (at least 0). Cancelling a timer that has run is harmless. */
  setTimer(delayMs: number, action: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}

/** Node's timers count in a signed 32-bit integer; a longer delay would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's clock. Its timers keep the process alive, so whoever sets one must cancel it on shutdown. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(delayMs, action) {
    const handle = setTimeout(action, Math.min(Math.max(delayMs, 0), longestTimerMs));
    return { cancel: () => clearTimeout(handle) };
  },
};
