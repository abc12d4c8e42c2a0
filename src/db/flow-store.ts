import { sql, type Transaction } from 'kysely';
import type { FlowDefinition } from '../domain/flows/flow-definition.ts';
import type { Database } from './database.ts';
import { runQuery, translated, withClient } from './run-query.ts';
import type { Schema } from './schema.ts';

/** A version never changes once it is stored. */
export interface StoredFlow {
  id: string;
  version: number;
  definition: FlowDefinition;
  createdAt: number;
}

export interface FlowStore {
  /** Stores a new version; where the newest is the very same text, that one is returned instead. */
  putFlow(flow: {
    id: string;
    definition: FlowDefinition;
    at: number;
  }): Promise<{ flow: StoredFlow; created: boolean }>;
  /** @param version null for the newest */
  getFlow(id: string, version: number | null): Promise<StoredFlow | null>;
  /** The newest version of each, by id, after the id that the page before ended with. */
  listFlows(page: { after: string | null; limit: number }): Promise<StoredFlow[]>;
  /** Flows, but those that came inside a call, whose newest version has this text in it as a value. */
  flowsWith(value: string): Promise<StoredFlow[]>;
}

/** One lock a flow: two that are put at once get versions one after the other. */
const flowLocks = 4_847_003;

/** Prepared: every request for a call asks which version is the newest; what it says is remembered. */
const newestVersion = `select version from flows where id = $1 order by version desc limit 1`;
const flowVersion = `select id, version, definition, created_at from flows where id = $1 and version = $2`;

/** A version never changes, so what was read once stays true. */
const mostKept = 200;

interface FlowRow {
  id: string;
  version: number;
  definition: unknown;
  created_at: number;
}

export function createFlowStore({ hot, query }: Database): FlowStore {
  const kept = new Map<string, StoredFlow>();
  const run = <Row extends object>(name: string, text: string, values: unknown[]): Promise<Row[]> =>
    withClient(hot, (client) => runQuery<Row>(client, { name, text, values }));

  async function versionOf(id: string, version: number): Promise<StoredFlow | null> {
    const key = `${id}@${version}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const [row] = await run<FlowRow>('flow_version', flowVersion, [id, version]);
    if (row === undefined) return null;
    const flow = storedFlowOf(row);
    kept.set(key, flow);
    const oldest = kept.keys().next();
    if (kept.size > mostKept && !oldest.done) kept.delete(oldest.value);
    return flow;
  }

  return {
    putFlow: (flow) =>
      translated(() => query.transaction().execute((transaction) => storeVersion(transaction, flow))),
    async getFlow(id, version) {
      // A number that no version has would not fit the column.
      if (version !== null && !(Number.isInteger(version) && version >= 1 && version < 2 ** 31)) return null;
      if (version !== null) return versionOf(id, version);
      const [newest] = await run<{ version: number }>('newest_flow_version', newestVersion, [id]);
      return newest === undefined ? null : versionOf(id, newest.version);
    },
    async listFlows({ after, limit }) {
      let select = query
        .selectFrom('flows')
        .selectAll()
        .distinctOn('id')
        .orderBy('id')
        .orderBy('version', 'desc')
        .limit(limit);
      if (after !== null) select = select.where('id', '>', after);
      return (await translated(() => select.execute())).map(storedFlowOf);
    },
    async flowsWith(value) {
      const select = sql<FlowRow>`
        select * from (select distinct on (id) * from flows where id not like 'inline-%' order by id, version desc) newest
        where position(${JSON.stringify(value)} in definition::text) > 0`;
      return (await translated(() => select.execute(query))).rows.map(storedFlowOf);
    },
  };
}

async function storeVersion(
  transaction: Transaction<Schema>,
  { id, definition, at }: { id: string; definition: FlowDefinition; at: number },
): Promise<{ flow: StoredFlow; created: boolean }> {
  await sql`select pg_advisory_xact_lock(${flowLocks}, hashtext(${id}))`.execute(transaction);
  const newest = await transaction
    .selectFrom('flows')
    .selectAll()
    .where('id', '=', id)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  const text = JSON.stringify(definition);
  if (newest && JSON.stringify(newest.definition) === text)
    return { flow: storedFlowOf(newest), created: false };
  const version = (newest?.version ?? 0) + 1;
  await transaction
    .insertInto('flows')
    .values({ id, version, definition: text, created_at: new Date(at) })
    .execute();
  return { flow: { id, version, definition, createdAt: at }, created: true };
}

function storedFlowOf(row: FlowRow): StoredFlow {
  return {
    id: row.id,
    version: row.version,
    definition: row.definition as FlowDefinition,
    createdAt: row.created_at,
  };
}
