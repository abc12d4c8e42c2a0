import type { ForgottenRecording } from '../db/forgotten-recordings.ts';
import type { Clock } from '../lib/clock.ts';
import { removeRecording } from '../speech/remove-recording.ts';

/** Removes the files of recordings that were deleted and that no call can need any more. What is on record of them stays. */
export async function removeForgottenRecordings(deps: {
  forgotten: () => Promise<ForgottenRecording[]>;
  dataDir: string;
  clock: Clock;
}): Promise<number> {
  const { dataDir, clock } = deps;
  let removed = 0;
  for (const recording of await deps.forgotten())
    removed += await removeRecording(recording, { dataDir, now: clock.now() });
  return removed;
}
