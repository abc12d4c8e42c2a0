import { eventRetentionDays, maintainPartitions } from './db/partitions.ts';
import { purge } from './db/purge.ts';
import { forgetKeys, keysInUse, sealRowsAnew } from './db/seal-anew.ts';
import { lookAtLeasesEveryMs } from './domain/asterisks/lease.ts';
import type { AttemptId } from './domain/ids.ts';
import type { Work } from './jobs/run-jobs.ts';
import type { Parts } from './open-parts.ts';
import { erasureJobs } from './erasure-jobs.ts';
import { soundJobs } from './sound-jobs.ts';
import { draftingOf, type UseCaseDependencies } from './workflows/create-use-cases.ts';
import { endOverdueAttempts } from './workflows/end-overdue-attempts.ts';
import { expireCalls } from './workflows/expire-calls.ts';
import { keepLinesReady } from './workflows/keep-lines-ready.ts';
import { placeCallBacks } from './workflows/place-call-backs.ts';
import { replaceEncryptionKey } from './workflows/replace-encryption-key.ts';
import { settleCampaigns } from './workflows/settle-campaigns.ts';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const trunksLeastMs = 100;
/** When a key was last used is told to the minute. */
const keyUsesMs = 30 * secondMs;
/** Much sooner than what nobody used is swept. */
const linesMs = 10 * minuteMs;
const sweepEveryMs = 10 * minuteMs;

/** What runs on a timer, by name and how often. Each run begins when the one before is over, or sooner than its time where somebody wakes it. */
export function timedWork(
  parts: Parts,
  needs: { useCaseDeps: UseCaseDependencies; ending: AbortSignal },
): Work {
  return {
    ...{ ...workOnCalls(parts, needs), ...workOnTheHouse(parts), ...workOnSounds(parts, needs) },
    ...erasureJobs(parts, needs),
  };
}

function workOnCalls(parts: Parts, { useCaseDeps }: { useCaseDeps: UseCaseDependencies }): Work {
  const { ledger, clock, ids, cluster, ways, incoming, log } = parts;
  const loseOverdue = (leg: AttemptId): boolean => cluster.asterisks.loseOverdue(leg);
  const callBacks = { ...useCaseDeps, ...draftingOf(useCaseDeps), log, ...incoming.forCallBacks };
  return {
    leases: [() => lookAtLeasesEveryMs, () => cluster.look()],
    overdue: [() => 10 * secondMs, () => endOverdueAttempts({ ledger, clock, ids, loseOverdue })],
    expire: [() => 5 * secondMs, () => expireCalls({ ledger, clock, ids })],
    trunks: [() => ways.keepEveryMs(cluster.asterisks.hasOtherGateways), () => ways.keep(), trunksLeastMs],
    campaigns: [() => secondMs, () => settleCampaigns(useCaseDeps)],
    'call-backs': [() => secondMs, () => placeCallBacks(callBacks)],
  };
}

function workOnTheHouse({ storage, clock, apiKeys, keptSounds, log }: Parts): Work {
  const { database, vault } = storage;
  const keys = {
    ...{ keyId: vault.keyId, sounds: keptSounds, log },
    keysInUse: () => keysInUse(database),
    forgetKeys: (ids: readonly string[]) => forgetKeys(database, ids),
    sealRowsAnew: () => sealRowsAnew(database, vault),
  };
  const keepPartitions = () =>
    maintainPartitions(database, { now: clock.now(), retentionDays: eventRetentionDays });
  return {
    'api-keys': [() => keyUsesMs, () => apiKeys.ring.noteUses()],
    partitions: [() => hourMs, keepPartitions],
    purge: [() => 24 * hourMs, () => purge(database, { now: clock.now() })],
    'encryption-key': [() => hourMs, () => replaceEncryptionKey(keys)],
  };
}

function workOnSounds(parts: Parts, { ending }: { ending: AbortSignal }): Work {
  const { speech, progress, metrics, cluster, spoken, incoming, storage, keptSounds } = parts;
  const lines = { ...parts, ...spoken, lines: incoming.lineBook, trunks: parts.trunksFile.trunks };
  const tellProgress = (): Promise<void> => {
    progress.tell(speech.waiting());
    return Promise.resolve();
  };
  return {
    progress: [() => 10 * secondMs, tellProgress],
    sweep: [() => sweepEveryMs, async () => metrics.renditionsKept((await speech.sweep()).bytes)],
    lines: [() => linesMs, () => keepLinesReady(lines, ending)],
    ...soundJobs({
      ...{ ...parts, database: storage.database, sounds: keptSounds },
      telephonies: () => cluster.asterisks.telephonies,
    }),
  };
}
