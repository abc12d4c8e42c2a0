import { sql } from 'kysely';
import { lineOf, requestOf, type LineRequest } from '../domain/lines/line-request.ts';
import type { Line, LineNumber } from '../domain/lines/line.ts';
import type { Database } from './database.ts';
import { translated } from './run-query.ts';

/** The lines that people call. They are few, and looked up for every call that comes in: see `LineBook`. */
export interface LineStore {
  /** In place of what the line was before; its `createdAt` stays. */
  put(line: Line): Promise<{ line: Line; created: boolean }>;
  get(number: LineNumber): Promise<Line | null>;
  /** By number, after the one that the page before ended with. */
  list(page: { after: LineNumber | null; limit: number }): Promise<Line[]>;
  all(): Promise<Line[]>;
  delete(number: LineNumber): Promise<'deleted' | 'not_found'>;
}

export function createLineStore({ query }: Database): LineStore {
  const select = query.selectFrom('lines').selectAll().orderBy('number');
  return {
    async put(line) {
      const at = new Date(line.changedAt);
      const definition = JSON.stringify(requestOf(line));
      const insert = query
        .insertInto('lines')
        .values({ number: line.number, definition, created_at: at, changed_at: at })
        .onConflict((conflict) => conflict.column('number').doUpdateSet({ definition, changed_at: at }))
        .returningAll()
        // the row is new where no earlier transaction had to be locked out of it
        .returning(sql<boolean>`xmax = 0`.as('created'));
      const row = await translated(() => insert.executeTakeFirstOrThrow());
      return { line: lineOfRow(row), created: row.created };
    },
    async get(number) {
      const row = await translated(() => select.where('number', '=', number).executeTakeFirst());
      return row === undefined ? null : lineOfRow(row);
    },
    async list({ after, limit }) {
      const page = select.limit(limit);
      const rows = await translated(() =>
        (after === null ? page : page.where('number', '>', after)).execute(),
      );
      return rows.map(lineOfRow);
    },
    all: async () => (await translated(() => select.execute())).map(lineOfRow),
    async delete(number) {
      const deletion = query.deleteFrom('lines').where('number', '=', number);
      const { numDeletedRows } = await translated(() => deletion.executeTakeFirst());
      return numDeletedRows > 0n ? 'deleted' : 'not_found';
    },
  };
}

interface Row {
  number: string;
  definition: unknown;
  created_at: number;
  changed_at: number;
}

function lineOfRow(row: Row): Line {
  return lineOf(row.number as LineNumber, row.definition as LineRequest, {
    createdAt: row.created_at,
    changedAt: row.changed_at,
  });
}
