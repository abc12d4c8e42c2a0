import { sql } from 'kysely';
import type { Database } from './database.ts';
import { translated } from './run-query.ts';
import { VaultError, type Vault } from './vault.ts';

/** The encryption keys that a database has, in the order in which they came. */
export interface KeysInUse {
  newest: { id: string; ageMs: number };
  former: string[];
}

/** @throws LedgerUnavailable */
export async function keysInUse({ query }: Database): Promise<KeysInUse> {
  const { rows } = await translated(() =>
    sql<{ id: string; age_ms: number }>`
      select key_id as id, extract(epoch from clock_timestamp() - first_used_at)::float8 * 1000 as age_ms
      from vault_keys order by first_used_at desc`.execute(query),
  );
  const [newest, ...former] = rows;
  if (newest === undefined) throw new VaultError('the database has lost which key it was filled with');
  return { newest: { id: newest.id, ageMs: newest.age_ms }, former: former.map(({ id }) => id) };
}

/** Nothing is sealed with these any more. */
export async function forgetKeys({ query }: Database, ids: readonly string[]): Promise<void> {
  await translated(() => query.deleteFrom('vault_keys').where('key_id', 'in', ids).execute());
}

/** Values that another key had sealed; broken ones do not open under any, and stay as they are. */
export interface SealedAnew {
  sealed: number;
  broken: number;
}

/**
 * Seals with the present key whatever numbers and secrets another one sealed. What is written meanwhile is left as it was written: the next pass finds it.
 * @throws LedgerUnavailable
 */
export async function sealRowsAnew(database: Database, vault: Vault): Promise<SealedAnew> {
  const [numbers, secrets] = [await sealNumbers(database, vault), await sealSecrets(database, vault)];
  return { sealed: numbers.sealed + secrets.sealed, broken: numbers.broken + secrets.broken };
}

const numbersAtOnce = 500;

async function sealNumbers({ query }: Database, vault: Vault): Promise<SealedAnew> {
  const done = { sealed: 0, broken: 0 };
  const page = query.selectFrom('phone_numbers').selectAll().orderBy('person').limit(numbersAtOnce);
  for (let after = ''; ;) {
    const rows = await translated(() => page.where('person', '>', after).execute());
    const last = rows.at(-1);
    if (last === undefined) return done;
    after = last.person;
    const foreign = rows.filter((row) => !vault.isSealedNow(row.sealed_number));
    const anew = foreign.flatMap(({ person, sealed_number: before }) => {
      const sealed = sealedAnew(vault, { sealed: before, context: person });
      return sealed === null ? [] : [{ person, before, sealed }];
    });
    await translated(() =>
      sql`update phone_numbers n set sealed_number = a.sealed
        from unnest(${anew.map(({ person }) => person)}::text[], ${anew.map(({ before }) => before)}::bytea[],
          ${anew.map(({ sealed }) => sealed)}::bytea[]) as a(person, before, sealed)
        where n.person = a.person and n.sealed_number = a.before`.execute(query),
    );
    done.sealed += anew.length;
    done.broken += foreign.length - anew.length;
  }
}

/** An endpoint's two secrets may have been sealed with two keys. */
async function sealSecrets({ query }: Database, vault: Vault): Promise<SealedAnew> {
  const done = { sealed: 0, broken: 0 };
  const columns = ['sealed_secret', 'previous_sealed_secret'] as const;
  const rows = await translated(() =>
    query
      .selectFrom('webhook_endpoints')
      .select(['id', ...columns])
      .execute(),
  );
  for (const row of rows)
    for (const column of columns) {
      const before = row[column];
      if (before === null || vault.isSealedNow(before)) continue;
      const sealed = sealedAnew(vault, { sealed: before, context: row.id });
      done[sealed === null ? 'broken' : 'sealed'] += 1;
      if (sealed === null) continue;
      const change = query.updateTable('webhook_endpoints').set(column, sealed).where('id', '=', row.id);
      await translated(() => change.where(column, '=', before).execute());
    }
  return done;
}

/** Null for what does not open. */
function sealedAnew(vault: Vault, { sealed, context }: { sealed: Buffer; context: string }): Buffer | null {
  try {
    return vault.seal(vault.open(sealed, context), context);
  } catch (error) {
    if (error instanceof VaultError) return null;
    throw error;
  }
}
