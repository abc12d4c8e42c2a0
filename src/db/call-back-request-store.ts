import { sql, type RawBuilder, type Selectable } from 'kysely';
import type { StoredEvent } from '../domain/calls/call-event.ts';
import type { PersonHash } from '../domain/calls/call.ts';
import type {
  CallBackRequest,
  CallBackRequestEntry,
  CallBackRequestState,
} from '../domain/call-centre/call-back-request.ts';
import type { CallBackRequestId, CallId, CampaignId } from '../domain/ids.ts';
import { assert } from '../lib/assert.ts';
import { isoInstant } from '../lib/iso-instant.ts';
import type { Database } from './database.ts';
import { dayOfEvent } from './event-day.ts';
import { EventDays } from './partitions.ts';
import { translated } from './run-query.ts';
import type { Schema } from './schema.ts';
import type { Vault } from './vault.ts';
import { writeEvents } from './write-events.ts';

/** Who asked to be called by a person. They come here with the event of their call; what the call centre does is compare-and-set. */
export interface CallBackRequestStore {
  /** Newest first, by id. */
  list(filter: CallBackRequestFilter): Promise<ReadCallBackRequest[]>;
  /** Counted up to `mostCounted`. */
  countOpen(now: number): Promise<number>;
  get(id: CallBackRequestId, now: number): Promise<ReadCallBackRequest | null>;
  /** Of an open one, or anew by the agent who has it. Null where it is somebody else's, done, or not there. */
  claim(id: CallBackRequestId, claim: CallBackClaim): Promise<ReadCallBackRequest | null>;
  /** That which waits longest of all that are open; null where there is none. Two agents never get the same. */
  claimNext(claim: CallBackClaim & { campaignId: CampaignId | null }): Promise<ReadCallBackRequest | null>;
  /** By the agent who has it alone; else null. */
  note(id: CallBackRequestId, entry: CallBackRequestEntry): Promise<ReadCallBackRequest | null>;
  release(id: CallBackRequestId, entry: CallBackRequestEntry): Promise<ReadCallBackRequest | null>;
  finish(
    id: CallBackRequestId,
    entry: CallBackRequestEntry,
    event: StoredEvent,
  ): Promise<ReadCallBackRequest | null>;
}

export interface CallBackClaim {
  entry: CallBackRequestEntry;
  until: number;
}

export interface CallBackRequestFilter {
  state?: CallBackRequestState['state'];
  campaignId?: CampaignId;
  before?: CallBackRequestId;
  /** For claims that have run out. */
  now: number;
  limit: number;
}

/** With the clear number beside it; null where it was erased. */
export interface ReadCallBackRequest {
  request: CallBackRequest;
  number: string | null;
}

type Row = Selectable<Schema['call_back_requests']> & { sealed_number: Buffer | null };

/** Beyond this nobody claims it or writes to it any more: done and release always go. */
const mostEntries = 500;
/** Who has so many before them need not know how many more there are. */
const mostCounted = 10_000;
const hasRoom = sql`jsonb_array_length(r.history) < ${sql.lit(mostEntries)}`;

export function createCallBackRequestStore(deps: {
  database: Database;
  vault: Vault;
  onDeliveries: () => void;
}): CallBackRequestStore {
  const { query, hot } = deps.database;
  const days = new EventDays(hot);
  const read = (row: Row, now: number): ReadCallBackRequest => ({
    request: requestOf(row, now),
    number: row.sealed_number === null ? null : deps.vault.open(row.sealed_number, row.person),
  });

  /** Changes one row, if it is still as `where` says. */
  async function change(
    entry: CallBackRequestEntry,
    { set, where, run = query }: { set: RawBuilder<unknown>; where: RawBuilder<unknown>; run?: typeof query },
  ): Promise<ReadCallBackRequest | null> {
    const { rows } = await sql<Row>`
      with changed as (
        update call_back_requests r set ${set}, history = r.history || ${JSON.stringify([entry])}::jsonb where ${where} returning r.*
      )
      select changed.*, n.sealed_number from changed left join phone_numbers n on n.person = changed.person`.execute(
      run,
    );
    const [row] = rows;
    return row === undefined ? null : read(row, entry.at);
  }

  const claiming = ({ entry, until }: CallBackClaim) =>
    sql`state = 'claimed', agent = ${entry.agent}, claimed_until = ${isoInstant(until)}::timestamptz`;
  const isOpen = (now: number) =>
    sql`(r.state = 'open' or (r.state = 'claimed' and r.claimed_until <= ${isoInstant(now)}::timestamptz))`;
  const isTheirs = (id: CallBackRequestId, { agent, at }: CallBackRequestEntry) =>
    sql`r.id = ${id} and r.state = 'claimed' and r.agent = ${agent} and r.claimed_until > ${isoInstant(at)}::timestamptz`;

  return {
    async list({ state, campaignId, before, now, limit }) {
      const at = sql`${isoInstant(now)}::timestamptz`;
      const conditions = [
        ...(state === 'done' ? [sql`r.state = 'done'`] : []),
        ...(state === 'open' ? [isOpen(now)] : []),
        ...(state === 'claimed' ? [sql`r.state = 'claimed' and r.claimed_until > ${at}`] : []),
        ...(campaignId === undefined ? [] : [sql`r.campaign_id = ${campaignId}`]),
        ...(before === undefined ? [] : [sql`r.id < ${before}`]),
        sql`true`,
      ];
      const { rows } = await translated(() =>
        sql<Row>`
          select r.*, n.sealed_number from call_back_requests r left join phone_numbers n on n.person = r.person
          where ${sql.join(conditions, sql` and `)} order by r.id desc limit ${limit}`.execute(query),
      );
      return rows.map((row) => read(row, now));
    },
    async countOpen(now) {
      const counted = sql<{ open: number }>`
        select count(*)::int as open
        from (select from call_back_requests r where r.state <> 'done' and ${isOpen(now)} limit ${mostCounted}) waiting`;
      const { rows } = await translated(() => counted.execute(query));
      return rows[0]?.open ?? 0;
    },
    async get(id, now) {
      const { rows } = await translated(() =>
        sql<Row>`
          select r.*, n.sealed_number from call_back_requests r left join phone_numbers n on n.person = r.person
          where r.id = ${id}`.execute(query),
      );
      return rows[0] === undefined ? null : read(rows[0], now);
    },
    claim: (id, claim) =>
      translated(() =>
        change(claim.entry, {
          set: claiming(claim),
          where: sql`r.id = ${id} and ${hasRoom}
            and (${isOpen(claim.entry.at)} or (r.state = 'claimed' and r.agent = ${claim.entry.agent}))`,
        }),
      ),
    claimNext: (claim) =>
      translated(() =>
        change(claim.entry, {
          set: claiming(claim),
          where: sql`r.id = (
            select r.id from call_back_requests r
            where r.state <> 'done' and ${isOpen(claim.entry.at)} and ${hasRoom}
              and (${claim.campaignId}::text is null or r.campaign_id = ${claim.campaignId}::text)
            order by r.id limit 1 for update skip locked
          )`,
        }),
      ),
    note: (id, entry) =>
      translated(() =>
        change(entry, { set: sql`agent = r.agent`, where: sql`${isTheirs(id, entry)} and ${hasRoom}` }),
      ),
    release: (id, entry) =>
      translated(() =>
        change(entry, {
          set: sql`state = 'open', agent = null, claimed_until = null`,
          where: isTheirs(id, entry),
        }),
      ),
    async finish(id, entry, event) {
      await days.ensure([dayOfEvent(event.id)]);
      const finished = await translated(() =>
        query.transaction().execute(async (run) => {
          const changed = await change(entry, {
            set: sql`state = 'done', claimed_until = null, done_at = ${isoInstant(entry.at)}::timestamptz, result = ${entry.text}`,
            where: isTheirs(id, entry),
            run,
          });
          if (changed !== null) await writeEvents(run, [event]);
          return changed;
        }),
      );
      if (finished !== null) deps.onDeliveries();
      return finished;
    },
  };
}

function requestOf(row: Row, now: number): CallBackRequest {
  return {
    id: row.id as CallBackRequestId,
    callId: row.call_id as CallId,
    person: row.person as PersonHash,
    campaignId: row.campaign_id,
    ...{ reference: row.reference, member: row.member, question: row.question, value: row.value },
    ...{ language: row.language, requestedAt: row.requested_at, state: stateOf(row, now) },
    history: row.history as CallBackRequestEntry[],
  };
}

function stateOf(row: Row, now: number): CallBackRequestState {
  const { state, agent, claimed_until: until, done_at: at, result } = row;
  if (state === 'open' || agent === null) return { state: 'open' };
  if (state === 'done') {
    assert(at !== null, 'what is done was done at some time');
    return { state, agent, at, result };
  }
  assert(until !== null, 'a claim has an end');
  return until > now ? { state, agent, until } : { state: 'open' };
}
