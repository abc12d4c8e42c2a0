import type { Clock } from '../lib/clock.ts';
import type { SpeechFault } from './speech-fault.ts';

const refusedForMs = 3_600_000;
const mostRefused = 10_000;

/** What a voice would not say, by the hash of its sound: it is not asked the same again for an hour, and another voice says it. */
export class RefusedTexts {
  readonly #clock: Clock;
  readonly #refusals = new Map<string, { fault: SpeechFault; at: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  of(hash: string): SpeechFault | null {
    const refusal = this.#refusals.get(hash);
    if (refusal === undefined) return null;
    if (this.#clock.now() - refusal.at < refusedForMs) return refusal.fault;
    this.#refusals.delete(hash);
    return null;
  }

  /** Takes note of faults that lie in the words; others pass. */
  note(hash: string, fault: SpeechFault): void {
    if (fault.code !== 'text_refused' && fault.code !== 'nothing_audible') return;
    const [oldest] = this.#refusals.keys();
    if (this.#refusals.size >= mostRefused && oldest !== undefined) this.#refusals.delete(oldest);
    this.#refusals.set(hash, { fault, at: this.#clock.now() });
  }
}
