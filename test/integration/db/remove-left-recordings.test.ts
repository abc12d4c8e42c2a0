import { afterAll, expect, it } from 'vitest';
import { attemptsInNeed } from '../../../src/db/attempts-in-need.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import { liveAttempt } from '../../../src/domain/calls/call-moves.ts';
import type { AttemptId } from '../../../src/domain/ids.ts';
import { removeLeftRecordings } from '../../../src/workflows/remove-left-recordings.ts';
import { createTestDatabase } from '../../support/database.ts';
import {
  dialTransition,
  noAnswerTransition,
  sampleAcceptance,
  sampleIds,
} from '../../support/sample-call.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());
const ledger = createPostgresLedger(test);
const now = Date.now();
const dayMs = 24 * 3_600_000;

/** @param endedAt null for one that is live */
async function attempt(endedAt: number | null): Promise<AttemptId> {
  const acceptance = sampleAcceptance({ at: now });
  await ledger.accept(acceptance);
  const dialed = dialTransition(acceptance.transition.call, { sendAt: now - 10 * dayMs });
  await ledger.commit(dialed);
  if (endedAt !== null) await ledger.commit(noAnswerTransition(dialed.call, { at: endedAt }));
  const id = liveAttempt(dialed.call)?.id;
  if (id === undefined) throw new Error('nothing was dialled');
  return id;
}

it('removes what was recorded of attempts that ended two days ago, or are on no record, and nothing else', async () => {
  const live = await attempt(null);
  const justEnded = await attempt(now - 2 * dayMs + 60_000);
  const longEnded = await attempt(now - 2 * dayMs - 60_000);
  const erased = sampleIds.newId('att');
  const stored = [live, justEnded, longEnded, erased].flatMap((leg) =>
    ['call', 'recording-1'].map((recordingId) => ({ leg, recordingId })),
  );
  const removed: unknown[] = [];
  const count = await removeLeftRecordings({
    telephony: {
      storedRecordings: () => Promise.resolve(stored),
      removeRecording: (leg, recordingId) => Promise.resolve(void removed.push({ leg, recordingId })),
    },
    attemptsInNeed: (asked) => attemptsInNeed(test.database, asked),
    clock: new VirtualClock(now),
  });
  expect(removed).toEqual(stored.filter(({ leg }) => leg === longEnded || leg === erased));
  expect(count).toBe(4);
});
