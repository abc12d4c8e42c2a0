import { CompiledQuery, type Kysely } from 'kysely';
import { translated } from './run-query.ts';
import type { Schema } from './schema.ts';

/** Runs one statement with its parameters, and resolves its rows. @throws LedgerUnavailable */
export type RunSql = <Row extends object>(text: string, values: unknown[]) => Promise<Row[]>;

/** On any connection for what is not a call on the line, or on that of a transaction. */
export function runSqlIn(query: Kysely<Schema>): RunSql {
  return async <Row extends object>(text: string, values: unknown[]) => {
    const { rows } = await translated(() => query.executeQuery<Row>(CompiledQuery.raw(text, values)));
    return rows;
  };
}

/** The column `id` of its rows. */
export async function idsOf<Id extends string>(run: RunSql, text: string, values: unknown[]): Promise<Id[]> {
  return (await run<{ id: Id }>(text, values)).map(({ id }) => id);
}

/** In one transaction: all of it, or nothing. */
export function runSqlTogether<T>(query: Kysely<Schema>, work: (run: RunSql) => Promise<T>): Promise<T> {
  return translated(() => query.transaction().execute((transaction) => work(runSqlIn(transaction))));
}
