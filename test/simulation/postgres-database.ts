import { Kysely, PostgresDialect } from 'kysely';
import type { PoolClient, QueryResult } from 'pg';
import { attemptsInNeed } from '../../src/db/attempts-in-need.ts';
import { createCampaignStore } from '../../src/db/campaign-store.ts';
import type { Database } from '../../src/db/database.ts';
import { createErasureStore } from '../../src/db/erasure-store.ts';
import { loadCalls } from '../../src/db/load-call.ts';
import { createPostgresLedger } from '../../src/db/postgres-ledger.ts';
import type { Schema } from '../../src/db/schema.ts';
import { createTrunkStore } from '../../src/db/trunk-store.ts';
import type { StoredEvent, TimelineEntry } from '../../src/domain/calls/call-event.ts';
import type { PersonHash } from '../../src/domain/calls/call.ts';
import type { AttemptId, CallId } from '../../src/domain/ids.ts';
import { assert } from '../../src/lib/assert.ts';
import type { TestDatabase } from '../support/database.ts';
import { DatabaseLine } from '../support/database-line.ts';
import { gatedPool, type Statement } from '../support/gated-pool.ts';
import type { ProcessGate } from '../support/process-gate.ts';
import type { Stores } from '../support/surroundings.ts';
import { WatchedErasures } from './watched-erasures.ts';
import type { ForgettingWitness, WorldDatabase } from './world-database.ts';

/**
 * A real PostgreSQL as the database of a world: each process has the ledger of the product, with what that remembers and puts off, over connections that
 * break at any statement. Witnesses are told what is in the tables after each statement that moves calls, whether its reply came or not.
 *
 * What holds of replaying: statements come one after the other, in an order that the seed gives; each is done before the world's time moves, and its reply is
 * heard when the program has come to rest. So a world plays again to the last statement, but for what PostgreSQL leaves open (the
 * order of rows that nothing orders) and for a statement that takes it longer than the limits of a connection. What two statements do to each other that run
 * at the same instant is not played here, nor are leases, which go by the database's own clock.
 */
export class PostgresDatabase implements WorldDatabase {
  readonly io = new DatabaseLine();
  readonly #test: TestDatabase;
  readonly #witness: ForgettingWitness;
  readonly #erasures: WatchedErasures;
  #liveTransfers = 0;
  /** Moves whose fate no process came to know: those that never happened, and those that did. */
  readonly lost = { before: 0, after: 0 };

  constructor(test: TestDatabase, witness: ForgettingWitness) {
    this.#test = test;
    this.#witness = witness;
    this.#erasures = new WatchedErasures(witness.erasures);
  }

  /** The lease under which the processes of a world dial; the world's time is not the database's, so it does not end. */
  static async prepare({ database }: TestDatabase): Promise<void> {
    await database.hot.query(
      `insert into asterisks (name, epoch, holder, expires_at) values ('simulator', 1, 'the world', 'infinity')`,
    );
  }

  stores(gate: ProcessGate): Stores {
    const pool = gatedPool(gate, {
      ...{ pool: this.#test.database.hot, line: this.io },
      onDone: (statement, result, client) => this.#done(statement, result, client),
      onCommitted: (statements, client) => this.#erasures.committed(statements, client),
      onLost: (statement, stage) => {
        if (moving.has(statement.name)) this.lost[stage] += 1;
      },
    });
    const query = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
    const database: Database = { hot: pool, bulk: pool, query, close: () => Promise.resolve() };
    return {
      ledger: createPostgresLedger({ database, vault: this.#test.vault, groupClock: gate.clock }),
      trunkStore: createTrunkStore({ database, onDeliveries: () => undefined }),
      campaigns: createCampaignStore({ database, onDeliveries: () => undefined }),
      erasures: {
        store: createErasureStore(database),
        attemptsInNeed: (asked) => attemptsInNeed(database, asked),
      },
    };
  }

  personOf(number: string): PersonHash {
    return this.#test.vault.personOf(number);
  }

  get liveTransferCount(): number {
    return this.#liveTransfers;
  }

  async events(): Promise<readonly StoredEvent[]> {
    const { rows } = await this.#test.database.hot.query<EventRow>(`${selectEvents} order by e.xid, e.id`);
    return rows.map(storedEventOf);
  }

  /** What was told move by move is what lies there in the end; nothing waits, and nobody is on the line. */
  async faults({ calls, plan }: Parameters<WorldDatabase['faults']>[0]): Promise<string[]> {
    const told = calls.calls;
    const client = await this.#test.database.hot.connect();
    try {
      const kept = await loadCalls(client, 'by_ids', [await keptIds(client)]);
      const other = kept.filter((call) => JSON.stringify(told.get(call.id)) !== JSON.stringify(call));
      const { rows } = await client.query<{ fault: string }>(leftovers);
      return [
        ...other.map(({ id }) => `${id} is not kept as it was told`),
        ...(kept.length === told.size
          ? []
          : [`${kept.length} calls are kept, and ${told.size} were told of`]),
        ...rows.map(({ fault }) => fault),
        ...(await this.#erasures.faults(this.#test, { calls, plan })),
      ];
    } finally {
      client.release();
    }
  }

  async #done(statement: Statement, result: QueryResult, client: PoolClient): Promise<void> {
    if (statement.name === 'keep_transfer' && result.rows.length > 0)
      this.#witness.transferClaimed(transferOf(statement));
    if (/transfer/.test(statement.name)) this.#liveTransfers = await liveTransfers(client);
    const ids = movedBy(statement, result);
    if (ids.length === 0) return;
    // $1 the calls, $4 the events: see `move-statements.ts`
    const asked = new Map(
      [parsed(statement.values[0]) as MoveRow | MoveRow[]].flat().map((row) => [row.id, row]),
    );
    const written = await client.query<EventRow>(eventsById, [statement.values[3]]);
    const stored = Map.groupBy(written.rows.map(storedEventOf), ({ callId }) => callId);
    for (const call of await loadCalls(client, 'by_ids', [ids])) {
      const { opt_out: optOut, timeline } = asked.get(call.id) ?? {};
      const events = stored.get(call.id) ?? [];
      this.#witness.kept({ call, events, optOut: optOut ?? null, timeline: timeline ?? [] });
    }
  }
}

/** The part of a parameter that witnesses are told of. */
interface MoveRow {
  id: CallId;
  opt_out?: string | null;
  timeline?: TimelineEntry[] | null;
}

const moving: ReadonlySet<string> = new Set(['move_calls', 'claim_calls', 'accept_call', 'accept_call_once']);

/** The calls that a statement has moved, or brought on record. */
function movedBy({ name, values }: Statement, { rows }: QueryResult): CallId[] {
  const [row] = rows as { moved?: CallId[]; accepted?: boolean }[];
  assert(moving.has(name) || !/^(accept|admit)_/.test(name), `${name} is watched`);
  if (!moving.has(name)) return [];
  if (name === 'move_calls' || name === 'claim_calls') return row?.moved ?? [];
  return row?.accepted === true ? [(parsed(values[0]) as MoveRow).id] : [];
}

function parsed(value: unknown): unknown {
  return JSON.parse(String(value));
}

function transferOf({ values }: Statement) {
  type Row = { id: AttemptId; call_id: CallId; callee: PersonHash; is_agent: boolean };
  const { id, call_id: callId, callee, is_agent: isAgent } = parsed(values[3]) as Row;
  return { leg: id, callId, callee, isAgent };
}

async function liveTransfers(client: PoolClient): Promise<number> {
  const live = 'select count(*)::int as live from transfers where ended_at is null';
  return (await client.query<{ live: number }>(live)).rows[0]?.live ?? 0;
}

async function keptIds(client: PoolClient): Promise<CallId[]> {
  return (await client.query<{ id: CallId }>('select id from calls order by id')).rows.map(({ id }) => id);
}

interface EventRow {
  id: string;
  type: string;
  call_id: CallId | null;
  sequence: number | null;
  at: number;
  body: string;
}

const selectEvents = 'select e.id, e.type, e.call_id, e.sequence, e.at, e.body from events e';
const eventsById = `${selectEvents} join jsonb_to_recordset($1::jsonb) as w(day date, id text) on e.day = w.day and e.id = w.id
order by e.call_id, e.sequence`;

function storedEventOf({ call_id: callId, ...row }: EventRow): StoredEvent {
  return { ...row, callId } as StoredEvent;
}

/** What must not be there when all is over. */
const leftovers = `
select id || ' is live for ever' as fault from attempts where ended_at is null
union all select id || ', a transfer, is live for ever' from transfers where ended_at is null
union all select call_id || ' waits, and has ended' from queue
union all select call_id || ' has its events numbered with gaps' from events where call_id is not null
  group by call_id having min(sequence) <> 1 or max(sequence) <> count(*) or count(distinct sequence) <> count(*)`;
