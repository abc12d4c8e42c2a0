import { sql } from 'kysely';
import type { AttemptId } from '../domain/ids.ts';
import type { Database } from './database.ts';
import { isNobody } from './forget-calls.ts';
import { translated } from './run-query.ts';

/** Those of the attempts that are live, or ended after `since`. One that is not on record, or whose person was erased, is none of them. */
export async function attemptsInNeed(
  { query }: Database,
  { attempts, since }: { attempts: readonly AttemptId[]; since: number },
): Promise<Set<AttemptId>> {
  if (attempts.length === 0) return new Set();
  const { rows } = await translated(() =>
    sql<{ id: AttemptId }>`
      select id from attempts where id = any(${attempts}) and (ended_at is null or ended_at > ${new Date(since)})
        and not ${sql.raw(isNobody('person'))}`.execute(query),
  );
  return new Set(rows.map(({ id }) => id));
}
