import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';

/**
 * Where any of these texts is to be found in the database: every row of every table as text, whatever its columns are, so that none is forgotten.
 * What is kept as bytes is looked through as well.
 *
 * @returns like `calls: teacher-4711`
 */
export async function tracesInDatabase(pool: Pool, texts: readonly string[]): Promise<string[]> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await pool.query<{ text: string }>(
      `select distinct n.text from ${name} t, unnest($1::text[]) as n(text)
       where position(n.text in t::text) > 0 or position(encode(convert_to(n.text, 'UTF8'), 'hex') in t::text) > 0`,
      [texts],
    );
    found.push(...rows.map(({ text }) => `${name}: ${text}`));
  }
  return found;
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
