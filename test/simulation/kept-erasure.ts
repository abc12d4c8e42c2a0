import type { Call } from '../../src/domain/calls/call.ts';
import type { Erasure } from '../../src/domain/privacy/erasure.ts';

/** As it is on record; before `quietAt` it is not done, when its records are gone. */
export interface KeptErasure extends Erasure {
  quietAt: number;
  recordsGone: boolean;
}

export interface WatchedErasure {
  kept: KeptErasure;
  /** As they were when it came on record. */
  reached: readonly Call[];
  saidNo: boolean;
  /** From then on it is to be done in time: it came on record, or something that it reaches did. */
  sinceMs: number;
  crashes: number;
  wasDone: boolean;
}
