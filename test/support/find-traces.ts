import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';

/** A row in which a text is to be found, as a whole. */
export interface TraceRow {
  table: string;
  text: string;
  row: string;
}

/** Partitions are read with their tables. */
const selectTables = `
select quote_ident(relname) as name from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by 1`;

/** $1 the texts. What is kept as bytes is looked through as well. */
const rowsOf = (table: string): string => `
select '${table}' as "table", n.text, t::text as row from ${table} t, unnest($1::text[]) as n(text)
where position(n.text in t::text) > 0 or position(encode(convert_to(n.text, 'UTF8'), 'hex') in t::text) > 0`;

/** Where any of these texts is to be found in the database: every row of every table as text, whatever its columns are, so that none is forgotten. */
export async function rowsWithTraces(
  database: Pick<Pool, 'query'>,
  texts: readonly string[],
): Promise<TraceRow[]> {
  const { rows: tables } = await database.query<{ name: string }>(selectTables);
  const search = `${tables.map(({ name }) => rowsOf(name)).join(' union all ')} order by 1, 2`;
  return (await database.query<TraceRow>(search, [texts])).rows;
}

/** The same, each once. @returns like `calls: teacher-4711` */
export async function tracesInDatabase(pool: Pool, texts: readonly string[]): Promise<string[]> {
  const rows = await rowsWithTraces(pool, texts);
  return [...new Set(rows.map(({ table, text }) => `${table}: ${text}`))];
}

/** The same of the files of a directory, their names among it. */
export async function tracesInFiles(directory: string, texts: readonly string[]): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const bytes = entry.isFile() ? await readFile(path) : Buffer.alloc(0);
    for (const text of texts) if (path.includes(text) || bytes.includes(text)) found.push(`${path}: ${text}`);
  }
  return found;
}
