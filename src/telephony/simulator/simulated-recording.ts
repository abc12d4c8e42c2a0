import type { Clock, Timer } from '../../lib/clock.ts';
import { wavHeaderBytes, writeWavHeader } from '../../lib/wav-header.ts';
import type { RecordingRequest } from '../telephony.ts';

/** Sound on the line, in milliseconds of the clock. */
export interface Stretch {
  from: number;
  until: number;
}

const samplesPerMs = 8;
/** A square wave at about −22 dBFS for whoever speaks, a little less for what was said to them. */
const loudness = { phone: 2_600, gateway: 1_800 };
/** What a recording that silence ended keeps of it. */
const keptSilenceMs = 200;

/**
 * A recording of a simulated leg: knows when somebody spoke, ends by itself as the real one does, and makes a WAV file of the right length,
 * with sound where there was some.
 */
export class SimulatedRecording {
  readonly request: RecordingRequest;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #end: () => void;
  readonly #stretches: { phone: Stretch[]; gateway: Stretch[] } = { phone: [], gateway: [] };
  readonly #limit: Timer | null;
  #silence: Timer | null = null;
  #endedAt: number | null = null;

  /** @param onEnd it ended by itself */
  constructor(request: RecordingRequest, { clock, onEnd }: { clock: Clock; onEnd: () => void }) {
    const { maxDurationMs } = request;
    this.request = request;
    this.#clock = clock;
    this.#startedAt = clock.now();
    this.#end = onEnd;
    this.#limit = maxDurationMs === null ? null : clock.setTimer(maxDurationMs, onEnd);
    this.#awaitSilence(this.#startedAt);
  }

  get isOver(): boolean {
    return this.#endedAt !== null;
  }

  get durationMs(): number {
    return (this.#endedAt ?? this.#clock.now()) - this.#startedAt;
  }

  hear(side: 'phone' | 'gateway', stretch: Stretch): void {
    if (side === 'gateway' && this.request.side === 'phone') return;
    this.#stretches[side].push(stretch);
    if (side === 'phone') this.#awaitSilence(stretch.until);
  }

  /** What was being said to the phone is said no more. */
  hush(): void {
    const last = this.#stretches.gateway.at(-1);
    if (last) last.until = Math.min(last.until, this.#clock.now());
  }

  close(): void {
    if (this.isOver) return;
    this.#limit?.cancel();
    this.#silence?.cancel();
    this.#endedAt = this.#clock.now();
  }

  wav(): Uint8Array {
    const file = Buffer.alloc(wavHeaderBytes + this.durationMs * samplesPerMs * 2);
    writeWavHeader(file, samplesPerMs * 1000);
    for (const side of ['gateway', 'phone'] as const)
      for (const stretch of this.#stretches[side]) this.#write(file, stretch, loudness[side]);
    return file;
  }

  #awaitSilence(from: number): void {
    const { maxSilenceMs } = this.request;
    if (maxSilenceMs === null || this.isOver) return;
    this.#silence?.cancel();
    this.#silence = this.#clock.setTimer(from + maxSilenceMs - this.#clock.now(), () => {
      this.#end();
      this.#endedAt = Math.min(this.#endedAt ?? Infinity, from + keptSilenceMs);
    });
  }

  #write(file: Buffer, { from, until }: Stretch, peak: number): void {
    const place = (at: number): number =>
      Math.min(this.durationMs, Math.max(0, at - this.#startedAt)) * samplesPerMs;
    for (let at = place(from); at < place(until); at += 1)
      file.writeInt16LE(at % 16 < 8 ? peak : -peak, wavHeaderBytes + at * 2);
  }
}
