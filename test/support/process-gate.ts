import type { Clock, Timer } from '../../src/lib/clock.ts';

/** A place where a request of a process to the world can break: on its way there, or on the way back. */
export interface GatePoint {
  operation: string;
  stage: 'before' | 'after';
}

/** What the world does to requests. */
export interface Weather {
  latencyMs(point: GatePoint): number;
  strike(point: GatePoint): 'nothing' | 'cut' | 'crash';
}

/**
 * Everything that passes between one simulated process and the world: its requests and its time. When it is killed, whatever it still
 * awaits never comes, its timers never fire, and nothing of it reaches the world any more: `kill -9`.
 */
export class ProcessGate {
  readonly clock: Clock;
  readonly #weather: Weather;
  readonly #onCrash: () => void;
  readonly #world: Clock;
  readonly #timers = new Set<Timer>();
  readonly #travelling = new Set<Timer>();
  #alive = true;

  constructor(clock: Clock, weather: Weather, onCrash: () => void) {
    this.#world = clock;
    this.clock = { now: () => clock.now(), setTimer: (delayMs, action) => this.#setTimer(delayMs, action) };
    this.#weather = weather;
    this.#onCrash = onCrash;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Timers of the process itself. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** Requests that are on their way. */
  get underWay(): number {
    return this.#travelling.size;
  }

  kill(): void {
    this.#alive = false;
    for (const timer of [...this.#timers, ...this.#travelling]) timer.cancel();
    this.#timers.clear();
    this.#travelling.clear();
  }

  /** Takes its time; never resolves for a process that is dead by then. @throws what `cut` makes, where the world cuts the request */
  async pass(point: GatePoint, cut: () => Error): Promise<void> {
    const latencyMs = this.#alive ? this.#weather.latencyMs(point) : 0;
    if (latencyMs > 0) await this.#travel(latencyMs);
    const strike = this.#alive ? this.#weather.strike(point) : 'nothing';
    if (strike === 'crash') {
      this.kill();
      this.#onCrash();
    }
    if (!this.#alive) await new Promise<never>(() => undefined);
    if (strike === 'cut') throw cut();
  }

  /** Does to the world what a request asks for; what a dead process had asked for is not done any more. */
  act<T>(effect: () => Promise<T>): Promise<T> {
    return this.#alive ? effect() : new Promise<never>(() => undefined);
  }

  async #travel(durationMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#world.setTimer(durationMs, () => {
        this.#travelling.delete(timer);
        resolve();
      });
      this.#travelling.add(timer);
    });
  }

  #setTimer(delayMs: number, action: () => void): Timer {
    if (!this.#alive) return { cancel: () => undefined };
    const timer = this.#world.setTimer(delayMs, () => {
      this.#timers.delete(entry);
      action();
    });
    const entry = {
      cancel: (): void => {
        this.#timers.delete(entry);
        timer.cancel();
      },
    };
    this.#timers.add(entry);
    return entry;
  }
}
