import type { Clock } from '../lib/clock.ts';
import type { LegId, Telephony } from '../telephony/telephony.ts';

export interface RemoveLeftDependencies {
  telephony: Pick<Telephony, 'storedRecordings' | 'removeRecording'>;
  /** Those of the attempts that are live, or ended after `since`. */
  attemptsInNeed: (asked: { attempts: readonly LegId[]; since: number }) => Promise<Set<LegId>>;
  clock: Clock;
}

/** So long an operator may fetch by hand what could not be stored here: the disk was full, the process died at that instant. */
const keptForMs = 2 * 24 * 3_600_000;

/**
 * Removes what the phone network has recorded and nobody took from it. It lies there unsealed, and outside of what an erasure reaches.
 *
 * @returns how many
 * @throws TelephonyUnavailable, LedgerUnavailable
 */
export async function removeLeftRecordings({
  telephony,
  attemptsInNeed,
  clock,
}: RemoveLeftDependencies): Promise<number> {
  const stored = await telephony.storedRecordings();
  const attempts = [...new Set(stored.map(({ leg }) => leg))];
  const inNeed = await attemptsInNeed({ attempts, since: clock.now() - keptForMs });
  const left = stored.filter(({ leg }) => !inNeed.has(leg));
  for (const { leg, recordingId } of left) await telephony.removeRecording(leg, recordingId);
  return left.length;
}
