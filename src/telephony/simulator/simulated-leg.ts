import type { HangUpEvidence } from '../../domain/calls/verdict.ts';
import type { Clock, Timer } from '../../lib/clock.ts';
import type { Key } from '../../domain/flows/keys.ts';
import { talkPauseMs, type DialRequest, type LegId, type LiveLeg } from '../telephony.ts';
import type { Signal } from './approaches.ts';
import { handsetOf, type Handset } from './handset.ts';
import { HandsetEar } from './handset-ear.ts';
import type { LegHappening } from './leg-happening.ts';

export type SimulatedLegState = LiveLeg['state'] | 'offered' | 'gone';

/** The network around a leg. */
interface LegSurroundings {
  clock: Clock;
  tell: (happening: LegHappening) => void;
  /** The person begins to speak, for so long. */
  speak: (durationMs: number) => void;
}

/** What the phone of somebody who calls is: whose it is, and how long it waits to be answered. */
export interface SimulatedCaller {
  leg: LegId;
  /** In any format; it behaves as the handset of this number does once it is answered. */
  number: string;
  givesUpAfterMs: number;
}

/**
 * One phone's connection in the simulated network.
 *
 *     dialing ──► ringing ──► answered ──► gone
 *        └───────────┴───────────┼───────────▲
 *     offered ───────────────────┘           │
 *        └───────────────────────────────────┘
 *
 * Who calls us is `offered` until we answer, refuse, or they give up.
 *
 * Before the answer, the handset's signals come one by one, unless our own limit is sooner: of set-up until the first sign (RINGING or
 * PROGRESS), of ringing from there. `hung_up` is told once, when it is gone, and nothing after it; then no timer is left.
 */
export class SimulatedLeg {
  readonly id: LegId;
  #state: SimulatedLegState;
  readonly #ringTimeoutMs: number;
  readonly #detectTalk: boolean;
  readonly #handset: Handset;
  readonly #clock: Clock;
  readonly #tell: (happening: LegHappening) => void;
  readonly #speak: (durationMs: number) => void;
  readonly #timers = new Set<Timer>();
  readonly #seen = { rang: false, progressed: false };
  #ear: HandsetEar | null = null;
  #pressCount = 0;
  readonly #givingUp: Timer | null = null;

  constructor(of: { request: DialRequest } | { caller: SimulatedCaller }, network: LegSurroundings) {
    this.#clock = network.clock;
    this.#tell = network.tell;
    this.#speak = network.speak;
    if ('caller' in of) {
      this.id = of.caller.leg;
      this.#state = 'offered';
      this.#ringTimeoutMs = 0;
      this.#detectTalk = false;
      this.#handset = handsetOf(`${of.caller.number}@`);
      this.#givingUp = this.#after(of.caller.givesUpAfterMs, () => this.#end({ q850Cause: 16 }));
      return;
    }
    const { request } = of;
    this.id = request.leg;
    this.#state = 'dialing';
    this.#ringTimeoutMs = request.ringTimeoutMs;
    this.#detectTalk = request.detectTalk;
    this.#handset = handsetOf(request.endpoint);
    this.#after(request.absoluteTimeoutMs, () => this.#end({ q850Cause: 0 }));
    this.#await(0, { limitAt: this.#clock.now() + request.setupTimeoutMs, limit: 'setup_timeout' });
  }

  get state(): SimulatedLegState {
    return this.#state;
  }

  /** What the handset hears; null while nobody has answered. */
  get ear(): HandsetEar | null {
    return this.#state === 'answered' ? this.#ear : null;
  }

  /** We take the call of somebody who calls. Told a moment later, as the network does. */
  take(limits: { absoluteTimeoutMs: number }): void {
    this.#givingUp?.cancel();
    this.#state = 'answered';
    this.#after(limits.absoluteTimeoutMs, () => this.#end({ q850Cause: 0 }));
    this.#after(0, () => this.#answer());
  }

  hangUp(): void {
    const codes = this.#state === 'answered' ? { q850Cause: 16 } : { sipCode: 487, q850Cause: 16 };
    this.#end({ ...codes, endedByUs: 'hang_up' });
  }

  /** Waits for the handset's next signal, or for our own limit. */
  #await(index: number, until: { limitAt: number; limit: 'setup_timeout' | 'ring_timeout' }): void {
    const next = this.#handset.signals[index];
    const leftMs = until.limitAt - this.#clock.now();
    if (next === undefined || next.afterMs > leftMs) {
      this.#after(leftMs, () => this.#end({ sipCode: 480, q850Cause: 19, endedByUs: until.limit }));
      return;
    }
    this.#after(next.afterMs, () => {
      const isFirstSign = until.limit === 'setup_timeout';
      const ringLimit = {
        limitAt: this.#clock.now() + this.#ringTimeoutMs,
        limit: 'ring_timeout' as const,
      };
      if (this.#obey(next)) this.#await(index + 1, isFirstSign ? ringLimit : until);
    });
  }

  /** Whether more signals may follow. */
  #obey(signal: Signal): boolean {
    switch (signal.signal) {
      case 'ringing':
        this.#state = 'ringing';
        this.#seen.rang = true;
        this.#tell({ type: 'ringing' });
        return true;
      case 'progress':
        this.#seen.progressed = true;
        this.#tell({ type: 'progress' });
        this.#sound(null);
        return true;
      case 'answer':
        this.#answer();
        return false;
      case 'failure':
        this.#end({ sipCode: signal.sipCode, q850Cause: signal.q850Cause });
        return false;
    }
  }

  #answer(): void {
    const { talk } = this.#handset;
    const { speaksAtOnceForMs, hangUpAfterMs } = talk;
    this.#state = 'answered';
    this.#ear = new HandsetEar(talk, {
      clock: this.#clock,
      after: (delayMs, action) => this.#after(delayMs, action),
      tell: this.#tell,
      speak: (durationMs) => this.#speakFor(durationMs),
      press: (press) => void this.#after(press.afterMs, () => this.#press(press.key)),
    });
    if (hangUpAfterMs !== undefined) this.#after(hangUpAfterMs, () => this.#end({ q850Cause: 16 }));
    this.#tell({ type: 'answered' });
    if (this.#seen.progressed) this.#sound(0);
    if (speaksAtOnceForMs !== undefined) this.#after(breathMs, () => this.#speakFor(speaksAtOnceForMs));
  }

  #speakFor(durationMs: number): void {
    this.#speak(durationMs);
    this.#sound(durationMs);
  }

  /** Sound from the phone, as far as the network was asked to listen for it. @param leftMs for how long still; null: nobody knows */
  #sound(leftMs: number | null): void {
    if (!this.#detectTalk) return;
    if (leftMs !== 0) this.#tell({ type: 'talking_started' });
    if (leftMs === null) return;
    const until = this.#clock.now() + leftMs;
    this.#after(leftMs + talkPauseMs, () => this.#tell({ type: 'talking_ended', until }));
  }

  #press(key: Key): void {
    this.#tell({ type: 'key', key, durationMs: pressMs });
    this.#pressCount += 1;
    if (this.#pressCount === this.#handset.talk.hangUpAfterPresses) {
      this.#after(handOffMs, () => this.#end({ q850Cause: 16 }));
    }
  }

  #end(how: Partial<HangUpEvidence>): void {
    const answered = this.#state === 'answered';
    this.#state = 'gone';
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    // Told a moment later: whoever asked for the end hears first that it was done.
    const evidence = { answered, ...this.#seen, sipCode: null, q850Cause: null, endedByUs: null, ...how };
    this.#clock.setTimer(0, () => this.#tell({ type: 'hung_up', evidence }));
  }

  #after(delayMs: number, action: () => void): Timer {
    const timer = this.#clock.setTimer(delayMs, () => {
      this.#timers.delete(timer);
      action();
    });
    this.#timers.add(timer);
    return timer;
  }
}

/** From the key to the ear and back to the button: nobody hangs up in the same millisecond. */
const handOffMs = 50;

/** From the answer to the first word. */
const breathMs = 100;

/** How long a finger rests on a key. */
const pressMs = 100;
