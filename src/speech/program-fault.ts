import type { ProgramResult } from './run-program.ts';
import { SpeechFault } from './speech-fault.ts';

export interface SpeechProgram {
  /** As it was called. */
  program: string;
  /** What its faults are named for. */
  role: 'synthesiser' | 'transcoder';
  /** What it does, as the subject of a sentence. */
  work: string;
  /** How to get it where it is missing. */
  remedy: string;
}

/** Why a program gave nothing, for whoever runs this machine. */
export function programFault(
  { program, role, work, remedy }: SpeechProgram,
  run: Exclude<ProgramResult, { result: 'done' }>,
): SpeechFault {
  switch (run.result) {
    case 'missing':
      return new SpeechFault(`${role}_missing`, `${program} cannot be found: ${remedy}`);
    case 'timed_out':
      return new SpeechFault(
        `${role}_timed_out`,
        `${program} did not finish within its time limit and was ended`,
      );
    case 'aborted':
      return new SpeechFault('closed', `${work} was called off`);
    case 'failed':
      return new SpeechFault(`${role}_failed`, `${program} failed: ${run.detail}`);
  }
}
