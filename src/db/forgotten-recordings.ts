import { sql } from 'kysely';
import type { Database } from './database.ts';
import { translated } from './run-query.ts';

/** A recording by the names of its files: of what phones hear, and of what was uploaded. */
export interface ForgottenRecording {
  hash: string;
  /** Null where another recording was made of the same upload and is not forgotten. */
  originalHash: string | null;
}

/**
 * Recordings that nobody can speak any more: every version with them is deleted, no call is open that was accepted before that, and no stored
 * flow has them as a sound of its own.
 */
export async function forgottenRecordings({ query }: Database): Promise<ForgottenRecording[]> {
  const { rows } = await translated(() =>
    sql<{ hash: string; original_hash: string | null }>`
      select d.recording_hash as hash,
        case when exists (select 1 from prompts p where p.original_hash = d.original_hash and p.recording_hash <> d.recording_hash)
          then null else d.original_hash end as original_hash
      from (
        select recording_hash, min(original_hash) as original_hash, max(deleted_at) as deleted_at
        from prompts where recording_hash is not null
        group by recording_hash having bool_and(deleted_at is not null)
      ) d
      where not exists (select 1 from calls c where c.status <> 'ended' and c.created_at <= d.deleted_at)
        and not exists (select 1 from flows f where position(d.recording_hash in f.definition::text) > 0)`.execute(
      query,
    ),
  );
  return rows.map(({ hash, original_hash: originalHash }) => ({ hash, originalHash }));
}
