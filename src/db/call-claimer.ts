import type { Pool, PoolClient } from 'pg';
import type { Call, PersonHash } from '../domain/calls/call.ts';
import type { CallId } from '../domain/ids.ts';
import { instant } from './call-row.ts';
import type { ClaimRequest, Transition } from './ledger.ts';
import { loadCalls } from './load-call.ts';
import { daysOf } from './move-rows.ts';
import { writeMoves, type MoveWriterDependencies } from './move-writer.ts';
import { inTransaction, isRefusal, runQuery, sqlState } from './run-query.ts';

/**
 * Takes due calls for a trunk. Under the lock of the trunk's row, in this order: count live attempts (in a statement of its own, which sees
 * what was committed before the lock was granted; counting in the statement that locks gave 34 of 30), lock due calls, load
 * them, decide, write. So no two claims ever see the same free channel or the same instant of the trunk's pace.
 */

const lockTrunk = `select next_send_at from trunks where name = $1 for update`;

const addTrunk = `insert into trunks (name, next_send_at) values ($1, $2) on conflict (name) do nothing`;

const countLive = `select count(*)::int as live from attempts where trunk = $1 and ended_at is null`;

/**
 * $1 candidates, $2 now, $3 most to take, $4 trunk. Only a call that waits has a next attempt. Whoever is on the phone is passed over, and of one person's calls only the first is
 * taken. The candidates are looked up by their ids and judged afterwards (`offset 0`): an index of what is due would be read whole.
 */
const lockDue = `
with candidates as (
  select c.* from unnest($1::text[]) as k(id)
  cross join lateral (select id, person, trunk, priority, next_attempt_at from calls c where c.id = k.id offset 0) c
),
due as (
  select distinct on (c.person) c.id, c.priority, c.next_attempt_at
  from candidates c
  where c.next_attempt_at <= $2 and (c.trunk is null or c.trunk = $4)
    and not exists (select from attempts a where a.person = c.person and a.ended_at is null offset 0)
  order by c.person, c.priority, c.next_attempt_at, c.id
),
locked as (
  select id, priority, next_attempt_at from calls
  where id = any(array(select id from due order by priority, next_attempt_at, id limit $3))
  for update skip locked
)
select id from locked
where next_attempt_at <= $2
order by priority, next_attempt_at, id`;

const optOutsOf = `select person, scope from opt_outs where person = any($1) order by scope`;

const keepPace = `update trunks set next_send_at = $2 where name = $1`;

/** See `Ledger.claim`. */
export async function claimCalls(deps: MoveWriterDependencies, request: ClaimRequest): Promise<Transition[]> {
  if (request.candidates.length === 0) return [];
  const claimed = await inTransaction(deps.pool, async (client) => {
    const nextSendAt = await lockedTrunk(client, request);
    const free = request.channels - (await liveOn(client, request.trunk));
    const most = Math.min(request.limit, free);
    if (most <= 0) return [];
    const calls = await lockedCalls(client, request, most);
    if (calls.length === 0) return [];
    const decided = decideAll(request, calls, { nextSendAt, optOuts: await optOutsByPerson(client, calls) });
    const written = await writeOrLeaveOut(client, deps, decided.transitions);
    if (decided.nextSendAt !== nextSendAt) await storePace(client, request.trunk, decided.nextSendAt);
    return written;
  });
  for (const { call } of claimed) deps.stored.add(call);
  if (claimed.length > 0) deps.onWake(true);
  return claimed;
}

async function lockedTrunk(
  client: PoolClient,
  { trunk, now }: { trunk: string; now: number },
): Promise<number> {
  for (;;) {
    const [row] = await runQuery<{ next_send_at: number }>(client, {
      name: 'lock_trunk',
      text: lockTrunk,
      values: [trunk],
    });
    if (row) return row.next_send_at;
    await runQuery(client, { name: 'add_trunk', text: addTrunk, values: [trunk, instant(now)] });
  }
}

async function liveOn(client: PoolClient, trunk: string): Promise<number> {
  const [row] = await runQuery<{ live: number }>(client, {
    name: 'count_live',
    text: countLive,
    values: [trunk],
  });
  return row?.live ?? 0;
}

async function lockedCalls(
  client: PoolClient,
  { candidates, now, trunk }: ClaimRequest,
  most: number,
): Promise<Call[]> {
  const rows = await runQuery<{ id: CallId }>(client, {
    name: 'lock_due',
    text: lockDue,
    values: [candidates, instant(now), most, trunk],
  });
  // Loaded by a statement that began after the calls were locked: their attempts and responses are as the calls are.
  return rows.length === 0 ? [] : loadCalls(client, 'by_ids', [rows.map((row) => row.id)]);
}

async function optOutsByPerson(
  client: PoolClient,
  calls: readonly Call[],
): Promise<Map<PersonHash, string[]>> {
  const values = [calls.map((call) => call.person)];
  const rows = await runQuery<{ person: PersonHash; scope: string }>(client, {
    name: 'opt_outs_of',
    text: optOutsOf,
    values,
  });
  const byPerson = new Map<PersonHash, string[]>();
  for (const { person, scope } of rows) byPerson.set(person, [...(byPerson.get(person) ?? []), scope]);
  return byPerson;
}

/** Only what is really dialled uses an instant of the trunk's pace. The first call whose instant is too far off ends the claim. */
function decideAll(
  { now, spacingMs, reserveUntil, decide }: ClaimRequest,
  calls: readonly Call[],
  given: { nextSendAt: number; optOuts: ReadonlyMap<PersonHash, readonly string[]> },
): { transitions: Transition[]; nextSendAt: number } {
  let { nextSendAt } = given;
  const transitions: Transition[] = [];
  for (const call of calls) {
    const sendAt = Math.max(now, nextSendAt);
    if (sendAt > reserveUntil) break;
    const transition = decide(call, sendAt, given.optOuts.get(call.person) ?? []);
    transitions.push(transition);
    if (transition.call.state.status === 'dialing') nextSendAt = afterInstant(sendAt, spacingMs);
  }
  return { transitions, nextSendAt };
}

/** Whole milliseconds, rounded up: never faster than the trunk's pace. */
function afterInstant(sendAt: number, spacingMs: number): number {
  return Math.ceil(sendAt + spacingMs);
}

/** See `Ledger.reserveInstant`. */
export async function reserveInstant(
  pool: Pool,
  request: { trunk: string; now: number; spacingMs: number },
): Promise<number> {
  return inTransaction(pool, async (client) => {
    const sendAt = Math.max(request.now, await lockedTrunk(client, request));
    await storePace(client, request.trunk, afterInstant(sendAt, request.spacingMs));
    return sendAt;
  });
}

async function storePace(client: PoolClient, trunk: string, nextSendAt: number): Promise<void> {
  await runQuery(client, { name: 'keep_pace', text: keepPace, values: [trunk, instant(nextSendAt)] });
}

/**
 * Another trunk's claim may have taken a person meanwhile, which the unique index shows. That call is left out and stays due; the
 * others go on, each by itself.
 */
async function writeOrLeaveOut(
  client: PoolClient,
  deps: MoveWriterDependencies,
  transitions: Transition[],
): Promise<Transition[]> {
  await deps.days.ensure(daysOf(transitions));
  await runQuery(client, 'savepoint moves');
  try {
    const won = new Set((await writeMoves(client, transitions, deps.stored)).map((row) => row.id));
    return transitions.filter((transition) => won.has(transition.call.id));
  } catch (error) {
    if (!isRefusal(error, sqlState.uniqueViolation, 'attempts_one_live_per_person')) throw error;
    await runQuery(client, 'rollback to savepoint moves');
    if (transitions.length === 1) return [];
    const written: Transition[] = [];
    for (const transition of transitions)
      written.push(...(await writeOrLeaveOut(client, deps, [transition])));
    return written;
  }
}
