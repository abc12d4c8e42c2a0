import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PoolConfig } from 'pg';
import { startEmbeddedPostgres } from '../src/db/embedded-postgres.ts';
import type { Call } from '../src/domain/calls/call.ts';
import { legLimitMs } from '../src/domain/calls/leg-limit.ts';
import { assert } from '../src/lib/assert.ts';
import { decideClaim } from '../src/workflows/decide-claim.ts';
import { transitionOf } from '../src/workflows/transition-of.ts';
import { noAnswerTransition, sampleIds, sampleKey } from '../test/support/sample-call.ts';
import { silentLog } from '../test/support/silent-log.ts';
import { createClaimsDatabase, type ClaimsDatabase, type Contents } from './claims-database.ts';
import { measurePast, type Past } from './measure-past.ts';
import { medianOf, round } from './percentiles.ts';
import type { Load } from './place-calls.ts';
import { childOf } from './process-cost.ts';
import type { BenchDatabase } from './start-simulated-gateway.ts';

/** What it costs to take calls from the queue, with much in the database and with little; medians of the rounds, taken in turns. */
export interface Claims {
  contents: Contents;
  little: ClaimCost;
  much: ClaimCost;
  rounds: number;
  claimsPerRound: number;
  /** Whole calls, on the same databases. */
  past: Past;
}

export interface ClaimCost {
  /** One after the other, by one gateway: looking what is due, looking at those, keeping the claim. */
  perSecond: number;
  perSecondOfRounds: number[];
  /** Milliseconds of a call that is claimed, and ended afterwards; of the processes that run its statements. */
  postgresCpuMs: number;
  postgresCpuOfRounds: number[];
}

/** Of a pass of the dialler at 50 calls per second. */
const claimsPerPass = 10;
/** As `dial-due-calls.ts` looks. */
const lookedAt = 100;
const warmUpPasses = 20;
/** Twice what all rounds take. */
const littleQueued = 20_000;

export async function measureClaims(
  contents: Contents,
  options: { rounds: number; passes: number; calls: Load; callsWarmUp: Load; say: (line: string) => void },
): Promise<Claims> {
  const { rounds, passes, say } = options;
  await using open = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'ivrs-bench-'));
  open.defer(() => rm(folder, { recursive: true, force: true }));
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), log: silentLog });
  open.defer(() => postgres.stop());
  const make = async (name: string, filled: Contents): Promise<ClaimsDatabase> => {
    say(`claims: a database with ${filled.queued} calls that wait and ${filled.ended} that have ended`);
    const database = await createClaimsDatabase(postgres.connection, { name, contents: filled });
    open.defer(() => database.close());
    return database;
  };
  const little = await make('little', { queued: littleQueued, ended: 0 });
  const much = await make('much', contents);
  for (const database of [little, much]) await claimPasses(database, { passes: warmUpPasses });

  const measured = { little: [] as Round[], much: [] as Round[] };
  for (let round = 1; round <= rounds; round += 1) {
    say(`claims: round ${round} of ${rounds}`);
    measured.little.push(await claimPasses(little, { passes }));
    measured.much.push(await claimPasses(much, { passes }));
  }
  for (const database of [little, much]) await database.pauseCampaigns();
  const postgresPid = await childOf(process.pid, 'postgres');
  const named = (name: string): BenchDatabase => ({
    url: urlOf(postgres.connection, name),
    encryptionKey: sampleKey.toString('base64'),
    postgresPid,
  });
  const past = await measurePast(
    { little: named('little'), much: named('much') },
    { load: options.calls, warmUp: options.callsWarmUp, rounds: 3, say },
  );
  return {
    ...{ contents, rounds, claimsPerRound: passes * claimsPerPass },
    little: costOf(measured.little),
    much: costOf(measured.much),
    past,
  };
}

/** Of a server that is reached by a socket in a folder. */
function urlOf({ host, user }: PoolConfig, name: string): string {
  assert(host && user, 'the server of the benchmark has a socket and a user');
  return `postgresql:///${name}?${new URLSearchParams({ host, user }).toString()}`;
}

interface Round {
  claimingMs: number;
  postgresCpuMs: number;
  claims: number;
}

function costOf(rounds: readonly Round[]): ClaimCost {
  const perSecond = rounds.map(({ claims, claimingMs }) => Math.round((claims / claimingMs) * 1000));
  const cpu = rounds.map(({ claims, postgresCpuMs }) => round(postgresCpuMs / claims));
  return {
    ...{ perSecond: medianOf(perSecond), perSecondOfRounds: perSecond },
    ...{ postgresCpuMs: medianOf(cpu), postgresCpuOfRounds: cpu },
  };
}

async function claimPasses(database: ClaimsDatabase, { passes }: { passes: number }): Promise<Round> {
  const result: Round = { claimingMs: 0, postgresCpuMs: 0, claims: 0 };
  const cpuBefore = await database.serverCpuMs();
  for (let pass = 0; pass < passes; pass += 1) {
    const startedAt = performance.now();
    const claimed = await claimSome(database);
    result.claimingMs += performance.now() - startedAt;
    result.claims += claimed.length;
    // their channels are free again for the next pass
    await Promise.all(claimed.map((call) => database.ledger.commit(noAnswerTransition(call))));
  }
  result.postgresCpuMs = (await database.serverCpuMs()) - cpuBefore;
  assert(result.claims === passes * claimsPerPass, 'there are calls enough, and channels');
  return result;
}

async function claimSome({ ledger, lease }: ClaimsDatabase): Promise<Call[]> {
  const now = Date.now();
  const due = await ledger.dueCalls(now, lookedAt);
  const trunk = 'carrier-a';
  const limitMs = legLimitMs({ setupTimeoutMs: 20_000, ringTimeoutMs: 45_000 }, 900_000);
  const transitions = await ledger.claim({
    ...{ trunk, lease, now, limit: claimsPerPass, channels: 1_000, spacingMs: 0.1 },
    candidates: due.map(({ id }) => id),
    reserveUntil: now + 60_000,
    decide(call, sendAt, optOuts, rangAt) {
      const attemptId = sampleIds.newId('att');
      const facts = { attemptId, trunk, lease, callerId: null, now, sendAt, legLimitMs: limitMs };
      const move = decideClaim(call, { ...facts, optOuts, rangAt, frequencyCap: null });
      assert(move.result === 'moved', 'a call that waits can be claimed');
      return transitionOf(sampleIds, move, now);
    },
  });
  return transitions.map(({ call }) => call);
}
