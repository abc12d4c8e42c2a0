import { sql, type Kysely, type Transaction } from 'kysely';
import type { PersonHash } from '../domain/calls/call.ts';
import type { CallId, IdSource } from '../domain/ids.ts';
import type { LineCaller } from '../domain/lines/decide-missed-call.ts';
import type { ReceivedMissedCall } from '../domain/lines/missed-call.ts';
import {
  lineCallerKey,
  recordMissedCalls,
  type MissedCallFacts,
  type MissedCallRecords,
} from '../domain/lines/record-missed-calls.ts';
import type { LineNumber } from '../domain/lines/line.ts';
import { isoInstant } from '../lib/iso-instant.ts';
import type { Database } from './database.ts';
import { dayOfEvent } from './event-day.ts';
import type { CallBackToPlace, MissedCalls, ReadMissedCall } from './missed-calls.ts';
import { missedCallOf, missedCallRowOf, type MissedCallRow } from './missed-call-row.ts';
import { insertOptIns, insertOptOuts } from './subscription-rows.ts';
import { EventDays } from './partitions.ts';
import { runQuery, translated, withClient } from './run-query.ts';
import type { Schema } from './schema.ts';
import type { Vault } from './vault.ts';
import { writeEvents } from './write-events.ts';

export interface MissedCallStoreDependencies {
  database: Database;
  vault: Vault;
  ids: IdSource;
  /** Deliveries were left to be sent. */
  onDeliveries: () => void;
}

/** See `MissedCalls`. */
export function createMissedCallStore(deps: MissedCallStoreDependencies): MissedCalls {
  const { query, hot } = deps.database;
  const days = new EventDays(hot);
  return {
    async record(received, now) {
      if (received.length === 0) return [];
      // the ids of its events are made within the transaction
      await days.ensure([dayOfEvent(deps.ids.newId('evt'))]);
      const records = await translated(() =>
        query.transaction().execute(async (transaction) => {
          const facts = await lockFacts(transaction, received);
          const made = recordMissedCalls(received, { facts, ids: deps.ids, now });
          await write(transaction, deps.vault, made);
          return made;
        }),
      );
      if (records.events.length > 0) deps.onDeliveries();
      return records.missedCalls;
    },
    async takeCallBacks({ now, leaseMs, limit }) {
      if (!(await isAnyDue(hot))) return [];
      const rows = await translated(() =>
        takeDue(query, { now: isoInstant(now), until: isoInstant(now + leaseMs), limit }),
      );
      return rows.map((row) => toPlace(row, deps.vault));
    },
    async settleCallBack(id, settled) {
      const [callId, problem] =
        settled.state === 'dropped' ? [null, settled.problem] : [settled.callId, null];
      await translated(() => settle(query, { id, state: settled.state, callId, problem }));
    },
    async list({ line, since, before, limit }) {
      let select = query
        .selectFrom('missed_calls as m')
        .leftJoin('phone_numbers as n', 'n.person', 'm.person')
        .selectAll('m')
        .select('n.sealed_number')
        .orderBy('m.id', 'desc')
        .limit(limit);
      if (line !== undefined) select = select.where('m.line', '=', line);
      if (since !== undefined) select = select.where('m.received_at', '>=', new Date(since) as never);
      if (before !== undefined) select = select.where('m.id', '<', before);
      const rows = await translated(() => select.execute());
      return rows.map((row): ReadMissedCall => {
        const missedCall = missedCallOf(row);
        return { missedCall, number: clearNumber(deps.vault, row) };
      });
    },
  };
}

/** Locks the callers of a batch, each at its line, in one order, and reads what bears on it: nobody changes it before the batch is written. */
async function lockFacts(
  transaction: Transaction<Schema>,
  received: readonly ReceivedMissedCall[],
): Promise<MissedCallFacts> {
  // whoever has no number is locked too, as nobody of that line: the same call may come by two ways at once
  const keys = JSON.stringify(
    received.map(({ line, person }) => ({ line: line.number, person: person ?? '' })),
  );
  await sql`
    insert into line_callers (line, person)
    select distinct line, person from jsonb_to_recordset(${keys}::jsonb) as k(line text, person text) order by line, person
    on conflict do nothing`.execute(transaction);
  const locked = await sql<{
    line: LineNumber;
    person: PersonHash;
    original_id: string | null;
    original_at: number | null;
    repeats: number;
  }>`
    select c.line, c.person, c.original_id, c.original_at, c.repeats
    from line_callers c
    join (select distinct line, person from jsonb_to_recordset(${keys}::jsonb) as k(line text, person text)) k
      on k.line = c.line and k.person = c.person
    order by c.line, c.person for update of c`.execute(transaction);
  const legs = received.map(({ leg }) => leg);
  const known = await transaction.selectFrom('missed_calls').select('leg').where('leg', 'in', legs).execute();
  const answered = await transaction.selectFrom('attempts').select('id').where('id', 'in', legs).execute();
  const persons = received.flatMap(({ person }) => (person === null ? [] : [person]));
  const optOuts =
    persons.length === 0
      ? []
      : await transaction
          .selectFrom('opt_outs')
          .select(['person', 'scope'])
          .where('person', 'in', persons)
          .execute();
  const scopes = Map.groupBy(optOuts, ({ person }) => person as PersonHash);
  return {
    knownLegs: new Set([...known.map(({ leg }) => leg), ...answered.map(({ id }) => id)]),
    lineCallers: new Map(locked.rows.map((row) => [lineCallerKey(row.line, row.person), lineCallerOf(row)])),
    optOuts: new Map([...scopes].map(([person, rows]) => [person, rows.map(({ scope }) => scope)])),
  };
}

function lineCallerOf(row: {
  original_id: string | null;
  original_at: number | null;
  repeats: number;
}): LineCaller {
  const { original_id: id, original_at: at, repeats } = row;
  return { original: id === null || at === null ? null : { id: id as never, at }, repeats };
}

async function write(
  transaction: Transaction<Schema>,
  vault: Vault,
  records: MissedCallRecords,
): Promise<void> {
  if (records.missedCalls.length === 0) return;
  const rows = JSON.stringify(records.missedCalls.map(missedCallRowOf));
  await sql`insert into missed_calls select * from jsonb_populate_recordset(null::missed_calls, ${rows}::jsonb)`.execute(
    transaction,
  );
  const callers = [...records.lineCallers.values()].map(({ line, person, original, repeats }) => ({
    ...{ line, person, repeats, original_id: original?.id ?? null },
    original_at: original === null ? null : isoInstant(original.at),
  }));
  await sql`
    update line_callers c set original_id = k.original_id, original_at = k.original_at, repeats = k.repeats
    from jsonb_to_recordset(${JSON.stringify(callers)}::jsonb)
      as k(line text, person text, original_id text, original_at timestamptz, repeats int)
    where c.line = k.line and c.person = k.person`.execute(transaction);
  await writeNumbers(transaction, vault, records.numbers);
  await insertOptIns(transaction, records.optIns);
  await insertOptOuts(transaction, records.optOuts);
  if (records.events.length > 0) await writeEvents(transaction, records.events);
}

/** In the order of the persons: two batches with the same people wait for each other in one order. */
async function writeNumbers(
  transaction: Transaction<Schema>,
  vault: Vault,
  numbers: ReadonlyMap<PersonHash, string>,
): Promise<void> {
  const values = [...numbers]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([person, number]) => ({ person, sealed_number: vault.seal(number, person) }));
  if (values.length === 0) return;
  await transaction
    .insertInto('phone_numbers')
    .values(values)
    .onConflict((conflict) => conflict.column('person').doNothing())
    .execute();
}

/** Asked every second, for as long as the gateway runs: to plan the statement below, which has much to look at, cost fifty times this one. */
async function isAnyDue(hot: Database['hot']): Promise<boolean> {
  const text = `select exists (select from missed_calls where call_back = 'due') as is_due`;
  const query = { name: 'any_call_back_due', text, values: [] };
  const [row] = await withClient(hot, (client) => runQuery<{ is_due: boolean }>(client, query));
  return row?.is_due ?? false;
}

interface TakenRow extends MissedCallRow {
  sealed_number: Buffer | null;
  open_call: string | null;
  last_language: string | null;
}

/**
 * One a person and line, the oldest: its line's row says until when it is being placed. What is due is found by its index, which holds nothing else; call-backs
 * that have not ended by that of the calls of this person and line.
 */
async function takeDue(
  query: Kysely<Schema>,
  { now, until, limit }: { now: string; until: string; limit: number },
): Promise<TakenRow[]> {
  const taken = await sql<TakenRow>`
    with due as (
      select distinct on (m.line, m.person) m.line, m.person, m.id from missed_calls m where m.call_back = 'due'
      order by m.line, m.person, m.id
    ),
    oldest as (
      select due.* from due join line_callers c on c.line = due.line and c.person = due.person
      where c.placing_until <= ${now}::timestamptz order by due.id limit ${limit}
    ),
    taken as (
      update line_callers c set placing_until = ${until}::timestamptz from oldest
      where c.line = oldest.line and c.person = oldest.person and c.placing_until <= ${now}::timestamptz
      returning oldest.id
    )
    select m.*, n.sealed_number,
      (select o.call_id from missed_calls o join calls c on c.id = o.call_id
        where o.line = m.line and o.person = m.person and o.call_id is not null and c.outcome is null limit 1) as open_call,
      (select c.language from calls c join attempts a on a.call_id = c.id
        where c.person = m.person and a.answered_at is not null order by c.id desc limit 1) as last_language
    from taken join missed_calls m on m.id = taken.id left join phone_numbers n on n.person = m.person
    order by m.id`.execute(query);
  return taken.rows;
}

function toPlace(row: TakenRow, vault: Vault): CallBackToPlace {
  const missedCall = missedCallOf(row);
  return {
    missedCall: { ...missedCall, person: row.person as PersonHash },
    at: row.call_back_at ?? row.received_at,
    number: clearNumber(vault, row),
    openCall: row.open_call as CallId | null,
    lastLanguage: row.last_language,
  };
}

/** Others of the person and line that came meanwhile are answered by the same call. */
async function settle(
  query: Kysely<Schema>,
  to: { id: string; state: string; callId: string | null; problem: string | null },
): Promise<void> {
  const joined = to.callId === null ? to.state : 'joined';
  await sql`
    with settled as (
      update missed_calls set call_back = ${to.state}, call_id = ${to.callId}::text, call_back_problem = ${to.problem}::text
      where id = ${to.id} and call_back = 'due' returning line, person
    ),
    others as (
      update missed_calls m set call_back = ${joined}, call_id = ${to.callId}::text, call_back_problem = ${to.problem}::text
      from settled s where m.line = s.line and m.person = s.person and m.call_back = 'due' and m.id <> ${to.id}
    )
    update line_callers c set placing_until = '-infinity' from settled s where c.line = s.line and c.person = s.person`.execute(
    query,
  );
}

function clearNumber(
  vault: Vault,
  row: { person: string | null; sealed_number: Buffer | null },
): string | null {
  return row.person === null || row.sealed_number === null ? null : vault.open(row.sealed_number, row.person);
}
