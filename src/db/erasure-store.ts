import type { Call, PersonHash } from '../domain/calls/call.ts';
import type { CallId, ErasureId } from '../domain/ids.ts';
import type { Erasure } from '../domain/privacy/erasure.ts';
import { isoInstant } from '../lib/iso-instant.ts';
import type { Database } from './database.ts';
import { forgetBesideCalls } from './forget-beside-calls.ts';
import { forgetCalls, type ForgottenCall, type PersonalRendition } from './forget-calls.ts';
import { loadCalls } from './load-call.ts';
import { withClient } from './run-query.ts';
import { idsOf, runSqlIn, runSqlTogether, type RunSql } from './run-sql.ts';

/**
 * Erasures, and what is on record of the persons. Each portion is a transaction, and found done when it is begun again; of two gateways that
 * are at one erasure, the later finds less to do.
 */
export interface ErasureStore {
  /** What is on record already is reached, whatever clock it was stamped by. */
  add(erasure: Erasure): Promise<Erasure>;
  get(id: ErasureId): Promise<Erasure | null>;
  /** Newest first, after the id that the page before ended with. */
  list(page: { before: ErasureId | null; limit: number }): Promise<Erasure[]>;
  /** Those that are pending and in nobody's hands, oldest first; they are the taker's until `now + leaseMs`. */
  take(taking: { now: number; leaseMs: number; limit: number }): Promise<Erasure[]>;
  /** Somebody may take them from then on. */
  putOff(ids: readonly ErasureId[], until: number): Promise<void>;
  /** Open calls that it reaches. */
  openCalls(erasure: Erasure): Promise<CallId[]>;
  /** Ended calls that it reaches and that are still somebody's. */
  endedCalls(erasure: Erasure, limit: number): Promise<Call[]>;
  /** Takes the person out of ended calls and of all that tells of them; the answers that count are counted. */
  forgetCalls(erasure: Erasure, calls: readonly ForgottenCall[], now: number): Promise<void>;
  /** The same of what is on record beside calls. `waiting` where somebody is being called back at this moment. */
  forgetBesideCalls(erasure: Erasure, now: number): Promise<'forgotten' | 'waiting'>;
  /** These lie on the disk no more. */
  soundsRemoved(id: ErasureId, names: readonly string[]): Promise<void>;
  renditionsRemoved(id: ErasureId, sounds: readonly string[]): Promise<void>;
  /** What of it lies on the disk still. */
  files(id: ErasureId): Promise<ErasedFiles>;
  /** Of these salted hashes (`PersonalRendition`), those of each open call that has any. */
  wordsOfOpenCalls(id: ErasureId, hashes: readonly string[]): Promise<string[][]>;
  /** Erasures whose records are gone and whose traces on this Asterisk are not. */
  waitingFor(asterisk: string): Promise<Erasure[]>;
  cleared(asterisk: string, ids: readonly ErasureId[]): Promise<void>;
  /**
   * Takes the numbers of those out of the vault of whom nothing is left, unless something new needs them, and says that these erasures are done.
   * Resolves the ids of those that are.
   */
  finish(ids: readonly ErasureId[], now: number): Promise<ErasureId[]>;
  /** Those that are pending and were asked for before. */
  pendingSince(before: number): Promise<ErasureId[]>;
  /** Erasures that were done since then and of whose persons something older has come on record after all: they are pending again. */
  reopen(since: number): Promise<ErasureId[]>;
}

/** Removed and then taken off the erasure's row, in this order. */
export interface ErasedFiles {
  /** Voice messages and recorded calls, by their ids. */
  keptSounds: readonly string[];
  renditions: readonly PersonalRendition[];
  /** Before that, somebody may trust in a rendition's being there. */
  quietAt: number;
}

interface Row {
  id: ErasureId;
  person: PersonHash;
  requested_at: number;
  requested_by: string;
  reaches_until: number;
  done_at: number | null;
}

/** $1 the person, $2 how far it reaches: also a call-back that was placed after it for a missed call from before. */
const reached = `
c.person = $1 and (c.created_at <= $2 or c.id in (
  select k.call_id from missed_calls m join idempotency_keys k on k.owner = 'missed-calls' and k.key = m.id
  where m.person = $1 and m.received_at <= $2))`;

/** Of the erasure `e`: whether anything that it reaches is still its person's. */
const anythingLeft = `(
  exists (select from calls c where c.person = e.person and c.created_at <= e.reaches_until)
  or exists (select from missed_calls m where m.person = e.person and m.received_at <= e.reaches_until)
  or exists (select from call_back_requests r where r.person = e.person and r.requested_at <= e.reaches_until))`;

const insertErasure = `
insert into erasures (id, person, requested_at, requested_by, reaches_until, asterisks)
select $1, $2, $3, $4, greatest($3::timestamptz,
    (select max(created_at) from calls where person = $2), (select max(received_at) from missed_calls where person = $2)),
  array(select name from asterisks where holder is not null and expires_at > now() order by name)
returning *`;

const takeErasures = `
with due as (
  select id from erasures where done_at is null and claimed_until <= $1 order by id limit $3 for update skip locked
)
update erasures e set claimed_until = $2 from due where e.id = due.id returning e.*`;

const selectFiles = `select kept_sounds as "keptSounds", renditions, quiet_at as "quietAt" from erasures where id = $1`;
/** What came there meanwhile stays. */
const withoutSounds = `
update erasures set kept_sounds = array(select unnest(kept_sounds) except select unnest($2::text[])) where id = $1`;
const withoutRenditions = `
update erasures set renditions = (select coalesce(jsonb_agg(r), '[]') from jsonb_array_elements(renditions) r where r->>'sound' <> all($2))
where id = $1`;

/** $2 the salt. */
const wordsOfOpenCalls = `
select array_agg(distinct h.hash) as hashes
from calls c
cross join lateral (
  select value from jsonb_each_text(c.request->'variables')
  union all select p->>'name' from jsonb_array_elements(c.request->'people') p
) v
cross join lateral (select encode(sha256(convert_to($2 || v.value, 'UTF8')), 'hex') as hash) h
where c.outcome is null and h.hash = any($1)
group by c.id`;

/** Asterisks that nobody drives are not waited for: what they give away later is found then. */
const isReady = `
e.done_at is null and e.records_gone_at is not null and e.kept_sounds = '{}' and e.renditions = '[]' and e.quiet_at <= $2
and not exists (select from asterisks a where a.name = any(e.asterisks) and a.holder is not null and a.expires_at > now())`;

const readyErasures = `select e.id from erasures e where e.id = any($1) and ${isReady}`;

/** Numbers that nothing on record needs: what came after the erasure does. A no by key that leads to no call came by one that it reached. */
const forgetNumbers = `
delete from phone_numbers n using erasures e
where e.id = any($1) and n.person = e.person and not ${anythingLeft}
  and not exists (select from calls c where c.person = n.person)
  and not exists (select from missed_calls m where m.person = n.person)
  and not exists (select from call_back_requests r where r.person = n.person)
  and not exists (select from opt_ins o where o.person = n.person)
  and not exists (select from opt_outs o where o.person = n.person and o.created_at > e.reaches_until
    and (o.source <> 'key' or o.call_id is not null))`;

const endErasures = `
update erasures e set done_at = $2 where e.id = any($1) and ${isReady} and not ${anythingLeft} returning e.id`;

const reopenErasures = `
update erasures e set done_at = null, records_gone_at = null, claimed_until = 'epoch' where e.done_at > $1 and ${anythingLeft} returning e.id`;

/** Beside calls on the line: they have their connections to themselves. */
export function createErasureStore({ hot, query }: Database): ErasureStore {
  const read: RunSql = runSqlIn(query);
  const erasures = async (text: string, values: unknown[]): Promise<Erasure[]> =>
    (await read<Row>(text, values)).map(erasureOf);
  const reach = ({ person, reachesUntil }: Erasure): unknown[] => [person, isoInstant(reachesUntil)];
  return {
    async add({ id, person, requestedAt, requestedBy }) {
      const [row] = await erasures(insertErasure, [id, person, isoInstant(requestedAt), requestedBy]);
      return row as Erasure;
    },
    get: async (id) => (await erasures('select * from erasures where id = $1', [id]))[0] ?? null,
    list: ({ before, limit }) =>
      erasures('select * from erasures where $1::text is null or id < $1 order by id desc limit $2', [
        before,
        limit,
      ]),
    async take({ now, leaseMs, limit }) {
      const values = [isoInstant(now), isoInstant(now + leaseMs), limit];
      return erasures(takeErasures, values);
    },
    async putOff(ids, until) {
      await read('update erasures set claimed_until = $2 where id = any($1)', [ids, isoInstant(until)]);
    },
    async openCalls(erasure) {
      const text = `select c.id from calls c where ${reached} and c.outcome is null order by c.id`;
      return idsOf<CallId>(read, text, reach(erasure));
    },
    async endedCalls(erasure, limit) {
      const text = `select c.id from calls c where ${reached} and c.outcome is not null order by c.id limit $3`;
      const ids = await idsOf<CallId>(read, text, [...reach(erasure), limit]);
      return withClient(hot, (client) => loadCalls(client, 'by_ids', [ids]));
    },
    forgetCalls: (erasure, calls, now) =>
      runSqlTogether(query, (run) => forgetCalls(run, { erasure, calls, now })),
    forgetBesideCalls: (erasure, now) =>
      runSqlTogether(query, (run) => forgetBesideCalls(run, { erasure, now })),
    async soundsRemoved(id, names) {
      await read(withoutSounds, [id, names]);
    },
    async renditionsRemoved(id, sounds) {
      await read(withoutRenditions, [id, sounds]);
    },
    async files(id) {
      const [files] = await read<ErasedFiles>(selectFiles, [id]);
      return files ?? { keptSounds: [], renditions: [], quietAt: 0 };
    },
    async wordsOfOpenCalls(id, hashes) {
      const rows = await read<{ hashes: string[] }>(wordsOfOpenCalls, [hashes, id]);
      return rows.map((row) => row.hashes);
    },
    waitingFor: (asterisk) =>
      erasures(
        `select * from erasures where done_at is null and records_gone_at is not null and $1 = any(asterisks) order by id`,
        [asterisk],
      ),
    async cleared(asterisk, ids) {
      const text = `update erasures set asterisks = array_remove(asterisks, $2) where id = any($1)`;
      await read(text, [ids, asterisk]);
    },
    finish: (ids, now) => finish(query, ids, isoInstant(now)),
    pendingSince: (before) =>
      idsOf(
        read,
        'select id from erasures where done_at is null and requested_at < $1 order by id limit 20',
        [isoInstant(before)],
      ),
    reopen: (since) => idsOf(read, reopenErasures, [isoInstant(since)]),
  };
}

/**
 * The lock lets nobody come between: who puts a number into the vault with a new call either is done, and then the call is seen here, or finds
 * the number gone, and puts it there. It is held for milliseconds, and asked for only when all else is done.
 */
async function finish(
  query: Database['query'],
  given: readonly ErasureId[],
  now: string,
): Promise<ErasureId[]> {
  if (given.length === 0) return [];
  const ready = await idsOf(runSqlIn(query), readyErasures, [given, now]);
  if (ready.length === 0) return [];
  return runSqlTogether(query, async (run) => {
    await run(`set local lock_timeout = '2s'`, []);
    await run('lock table phone_numbers in share row exclusive mode', []);
    await run(forgetNumbers, [ready]);
    return idsOf(run, endErasures, [ready, now]);
  });
}

function erasureOf(row: Row): Erasure {
  return {
    id: row.id,
    person: row.person,
    requestedAt: row.requested_at,
    requestedBy: row.requested_by,
    reachesUntil: row.reaches_until,
    doneAt: row.done_at,
  };
}
