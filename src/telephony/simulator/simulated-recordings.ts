import type { Clock } from '../../lib/clock.ts';
import type { LegId, RecordingRequest, RecordingState, StoredRecording } from '../telephony.ts';
import { pieceOf } from './promised.ts';
import { SimulatedRecording } from './simulated-recording.ts';

/** How a recording ended, as it is told. */
type RecordingOver =
  | { type: 'recording_ended'; recordingId: string }
  | { type: 'recording_failed'; recordingId: string; reason: string };

/** All recordings of the simulated network, until they are removed. */
export class SimulatedRecordings {
  readonly #clock: Clock;
  readonly #onOver: (leg: LegId, over: RecordingOver) => void;
  readonly #byLeg = new Map<LegId, Map<string, SimulatedRecording>>();

  constructor(clock: Clock, onOver: (leg: LegId, over: RecordingOver) => void) {
    this.#clock = clock;
    this.#onOver = onOver;
  }

  begin(leg: LegId, request: RecordingRequest): void {
    const { recordingId } = request;
    if (this.of(leg, recordingId)) {
      const reason = 'There is a recording of this name.';
      return this.#onOver(leg, { type: 'recording_failed', recordingId, reason });
    }
    const onEnd = (): void => this.end(leg, recordingId);
    const recordings = this.#byLeg.get(leg) ?? new Map<string, SimulatedRecording>();
    recordings.set(recordingId, new SimulatedRecording(request, { clock: this.#clock, onEnd }));
    this.#byLeg.set(leg, recordings);
  }

  end(leg: LegId, recordingId: string): void {
    const recording = this.of(leg, recordingId);
    if (!recording || recording.isOver) return;
    recording.close();
    this.#onOver(leg, { type: 'recording_ended', recordingId });
  }

  running(leg: LegId): SimulatedRecording[] {
    return [...(this.#byLeg.get(leg)?.values() ?? [])].filter((recording) => !recording.isOver);
  }

  /** Somebody begins to speak on the leg, for so long. */
  hear(leg: LegId, side: 'phone' | 'gateway', durationMs: number): void {
    const from = this.#clock.now();
    for (const recording of this.running(leg)) recording.hear(side, { from, until: from + durationMs });
  }

  /** What was being said to the leg was stopped. */
  hush(leg: LegId): void {
    for (const recording of this.running(leg)) recording.hush();
  }

  /** Null while it is running, and where there is none. */
  read(leg: LegId, recordingId: string): AsyncIterable<Uint8Array> | null {
    const recording = this.of(leg, recordingId);
    return recording?.isOver === true ? pieceOf(recording.wav()) : null;
  }

  /** The leg is gone. */
  endAll(leg: LegId): void {
    for (const { request } of this.running(leg)) this.end(leg, request.recordingId);
  }

  of(leg: LegId, recordingId: string): SimulatedRecording | undefined {
    return this.#byLeg.get(leg)?.get(recordingId);
  }

  state(leg: LegId, recordingId: string): RecordingState {
    const recording = this.of(leg, recordingId);
    if (recording === undefined) return 'missing';
    return recording.isOver ? 'finished' : 'running';
  }

  remove(leg: LegId, recordingId: string): void {
    const recordings = this.#byLeg.get(leg);
    recordings?.get(recordingId)?.close();
    recordings?.delete(recordingId);
    if (recordings?.size === 0) this.#byLeg.delete(leg);
  }

  stored(): StoredRecording[] {
    return [...this.#byLeg].flatMap(([leg, recordings]) =>
      [...recordings].flatMap(([recordingId, recording]) => (recording.isOver ? [{ leg, recordingId }] : [])),
    );
  }
}
