import { DatabaseError, type Pool, type PoolClient, type QueryConfig } from 'pg';
import { AssertionError } from '../lib/assert.ts';
import { LedgerUnavailable } from './ledger.ts';

/** SQLSTATE codes that we act on. */
export const sqlState = { uniqueViolation: '23505' } as const;

/** Classes and codes that say «not now»: connection, resources, operator intervention (which covers a statement over its time limit). */
const unavailable = /^(08|53|57|58|55P03$|25P03$)/;

/** Runs one query; what the world did to it comes out as LedgerUnavailable, anything else as it is. */
export async function runQuery<Row extends object>(
  client: Pick<PoolClient, 'query'>,
  query: QueryConfig | string,
): Promise<Row[]> {
  return translated(async () => (await client.query<Row>(query as QueryConfig)).rows);
}

/** A client of the pool for `work`. One on which a query failed is not used again: it may have lost its server. */
export async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await translated(() => pool.connect());
  let broken = true;
  try {
    const result = await work(client);
    broken = false;
    return result;
  } finally {
    client.release(broken);
  }
}

/** BEGIN … COMMIT around `work`; ROLLBACK by closing the connection when it throws. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  return withClient(pool, async (client) => {
    await runQuery(client, 'begin');
    const result = await work(client);
    await runQuery(client, 'commit');
    return result;
  });
}

/** The one place where a fault of the connection becomes LedgerUnavailable. Wrap every use of the pools in it, and no code of ours. */
export async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isOutage(error)) throw error;
    throw new LedgerUnavailable('the database cannot be reached', { cause: error });
  }
}

/** What the server refused has a SQLSTATE; what comes from the driver or the socket has none, and then the connection is at fault. */
function isOutage(error: unknown): boolean {
  if (error instanceof DatabaseError) return unavailable.test(error.code ?? '');
  if (error instanceof LedgerUnavailable || error instanceof AssertionError) return false;
  return (
    error instanceof Error &&
    !(error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError)
  );
}

/** Whether the server refused for this reason, and by this constraint where one is named. */
export function isRefusal(error: unknown, code: string, constraint?: string): boolean {
  return (
    error instanceof DatabaseError &&
    error.code === code &&
    (constraint === undefined || error.constraint === constraint)
  );
}
