import type { Clock, Timer } from '../../src/lib/clock.ts';
import { BinaryHeap } from './binary-heap.ts';

interface SetTimer {
  dueAt: number;
  /** Order of setting, among timers of one instant. */
  number: number;
  /** Null once it was cancelled or has run. */
  action: (() => void) | null;
}

/** What takes real time: a database. Whatever is on its way stays so for some turns of the event loop. */
export interface RealIo {
  /** Whether anything is on its way. */
  readonly busy: boolean;
  /** Resolves when nothing is. */
  idle(): Promise<void>;
}

/**
 * A clock that stands still until it is told to move. Timers run in the order of their instants, those of one instant in the order in which they
 * were set; before each of them, all promise jobs that the one before set off have settled. So a run depends on nothing but its inputs.
 *
 * Real I/O does not settle by itself: only what is made of promises and of this clock's timers. Where there is some (`RealIo`), time stands still until
 * nothing of it is on its way.
 */
export class VirtualClock implements Clock {
  readonly #timers = new BinaryHeap<SetTimer>(
    (a, b) => a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.number < b.number),
  );
  #now: number;
  #lastNumber = 0;
  #pending = 0;
  readonly #io: RealIo | null;

  /** @param startMs default: Monday 2026-03-02, noon in India */
  constructor(startMs: number = Date.parse('2026-03-02T12:00:00+05:30'), io: RealIo | null = null) {
    this.#now = startMs;
    this.#io = io;
  }

  now(): number {
    return this.#now;
  }

  /** Timers that were set and have neither run nor been cancelled: 0 at the end of a test that leaks none. */
  get pendingTimers(): number {
    return this.#pending;
  }

  setTimer(delayMs: number, action: () => void): Timer {
    const timer: SetTimer = { dueAt: this.#now + Math.max(0, delayMs), number: ++this.#lastNumber, action };
    this.#timers.push(timer);
    this.#pending += 1;
    return {
      cancel: () => {
        this.#take(timer);
      },
    };
  }

  advanceBy(durationMs: number): Promise<void> {
    return this.advanceTo(this.#now + durationMs);
  }

  /** Runs all that is due up to and at this instant, also what is set on the way. */
  async advanceTo(instant: number): Promise<void> {
    await this.#settle();
    while (this.#runNext(instant)) await this.#settle();
    this.#now = Math.max(this.#now, instant);
  }

  /**
   * Runs timers until none is left. For programs that end: one that sets a timer again and again would never.
   *
   * @throws Error when timers are left after `limitMs` of its time
   */
  async runUntilIdle(limitMs: number = 30 * 24 * 3_600_000): Promise<void> {
    const limit = this.#now + limitMs;
    await this.#settle();
    while (this.#runNext(limit)) await this.#settle();
    if (this.#pending > 0) throw new Error(`${this.#pending} timers are left after ${limitMs} ms`);
  }

  /** Runs until the condition holds, which is looked at after each timer. */
  async runUntil(condition: () => boolean, limitMs: number = 24 * 3_600_000): Promise<void> {
    const limit = this.#now + limitMs;
    await this.#settle();
    while (!condition()) {
      if (!this.#runNext(limit))
        throw new Error(`the condition does not hold after ${limitMs} ms, with nothing left to run`);
      await this.#settle();
    }
  }

  #runNext(limit: number): boolean {
    for (
      let next = this.#timers.peek();
      next !== undefined && next.dueAt <= limit;
      next = this.#timers.peek()
    ) {
      this.#timers.pop();
      const action = this.#take(next);
      if (action === null) continue;
      this.#now = Math.max(this.#now, next.dueAt);
      action();
      return true;
    }
    return false;
  }

  #settle(): Promise<void> {
    return this.#io === null ? promiseJobs() : this.#settleWith(this.#io);
  }

  async #settleWith(io: RealIo): Promise<void> {
    await promiseJobs();
    for (;;) {
      await promiseJobs();
      // what some job has put off until the next turn of the event loop, such as a look-up for several at once, has begun then
      await promiseJobs();
      if (!io.busy) return;
      await io.idle();
    }
  }

  #take(timer: SetTimer): (() => void) | null {
    const { action } = timer;
    timer.action = null;
    if (action !== null) this.#pending -= 1;
    return action;
  }
}

/** Ends when no promise job is left: an immediate runs only then. */
export function promiseJobs(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
