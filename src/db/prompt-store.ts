import { sql, type Selectable, type Transaction } from 'kysely';
import type { PromptName } from '../domain/prompts/library.ts';
import { nextContent, type PromptVersion, type PutPrompt } from '../domain/prompts/prompt-version.ts';
import { assert } from '../lib/assert.ts';
import type { Database } from './database.ts';
import { translated } from './run-query.ts';
import type { Schema } from './schema.ts';

/** The prompt library: what is under which id, in which language, since when. */
export interface PromptStore {
  /** Makes a new version, unless the newest has it already. */
  put(
    request: PromptName & { put: PutPrompt; at: number },
  ): Promise<{ prompt: PromptVersion; created: boolean }>;
  /** The newest version that is not deleted. */
  get(name: PromptName): Promise<PromptVersion | null>;
  /** The newest of each, by id and language, after the one that the page before ended with. */
  list(page: { after: PromptName | null; limit: number }): Promise<PromptVersion[]>;
  /** Every version in these languages, deleted ones too. */
  versionsIn(languages: readonly string[]): Promise<PromptVersion[]>;
  /** What is there, in which languages. */
  names(): Promise<PromptName[]>;
  /** All its versions, from `at` on; calls that were accepted before still have them. */
  delete(name: PromptName & { at: number }): Promise<'deleted' | 'not_found'>;
}

/** One lock a prompt: two that are put at once get versions one after the other. */
const promptLocks = 4_847_004;

export function createPromptStore({ query }: Database): PromptStore {
  return {
    put: (request) =>
      translated(() => query.transaction().execute((transaction) => putVersion(transaction, request))),
    async get({ id, language }) {
      const select = query
        .selectFrom('prompts')
        .selectAll()
        .where('id', '=', id)
        .where('language', '=', language)
        .where('deleted_at', 'is', null)
        .orderBy('version', 'desc')
        .limit(1);
      const row = await translated(() => select.executeTakeFirst());
      return row ? versionOf(row) : null;
    },
    async list({ after, limit }) {
      let select = query
        .selectFrom('prompts')
        .selectAll()
        .distinctOn(['id', 'language'])
        .where('deleted_at', 'is', null)
        .orderBy('id')
        .orderBy('language')
        .orderBy('version', 'desc')
        .limit(limit);
      if (after !== null)
        select = select.where(sql<boolean>`(id, language) > (${after.id}, ${after.language})`);
      return (await translated(() => select.execute())).map(versionOf);
    },
    async versionsIn(languages) {
      const select = query
        .selectFrom('prompts')
        .selectAll()
        .where('language', 'in', [...languages]);
      return (await translated(() => select.execute())).map(versionOf);
    },
    async names() {
      const select = query
        .selectFrom('prompts')
        .select(['id', 'language'])
        .distinct()
        .where('deleted_at', 'is', null)
        .orderBy('id');
      return translated(() => select.execute());
    },
    async delete({ id, language, at }) {
      const update = query
        .updateTable('prompts')
        .set({ deleted_at: new Date(at) })
        .where('id', '=', id)
        .where('language', '=', language)
        .where('deleted_at', 'is', null)
        .returning('version');
      return (await translated(() => update.execute())).length > 0 ? 'deleted' : 'not_found';
    },
  };
}

async function putVersion(
  transaction: Transaction<Schema>,
  { id, language, put, at }: PromptName & { put: PutPrompt; at: number },
): Promise<{ prompt: PromptVersion; created: boolean }> {
  await sql`select pg_advisory_xact_lock(${promptLocks}, hashtext(${`${id}/${language}`}))`.execute(
    transaction,
  );
  const row = await transaction
    .selectFrom('prompts')
    .selectAll()
    .where('id', '=', id)
    .where('language', '=', language)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  const newest = row ? versionOf(row) : null;
  const present = newest?.deletedAt === null ? newest : null;
  const content = nextContent(present?.content ?? null, put);
  if (content === null) {
    assert(present, 'only what is there already can stay as it is');
    return { prompt: present, created: false };
  }
  const version = (newest?.version ?? 0) + 1;
  const prompt: PromptVersion = { id, language, version, content, createdAt: at, deletedAt: null };
  await transaction.insertInto('prompts').values(rowOf(prompt)).execute();
  return { prompt, created: true };
}

function rowOf({ id, language, version, content: { text, recording }, createdAt }: PromptVersion) {
  return {
    ...{ id, language, version },
    words: text,
    recording_hash: recording?.hash ?? null,
    original_hash: recording?.originalHash ?? null,
    original_format: recording?.format ?? null,
    original_bytes: recording?.originalBytes ?? null,
    duration_ms: recording?.durationMs ?? null,
    loudness_dbfs: recording?.loudnessDbfs ?? null,
    created_at: new Date(createdAt),
    deleted_at: null,
  };
}

function versionOf(row: Selectable<Schema['prompts']>): PromptVersion {
  const recording =
    row.recording_hash === null
      ? null
      : {
          hash: row.recording_hash,
          originalHash: row.original_hash ?? '',
          format: row.original_format ?? '',
          originalBytes: row.original_bytes ?? 0,
          durationMs: row.duration_ms ?? 0,
          loudnessDbfs: row.loudness_dbfs ?? 0,
        };
  return {
    ...{ id: row.id, language: row.language, version: row.version },
    content: { text: row.words, recording },
    createdAt: row.created_at,
    deletedAt: row.deleted_at,
  };
}
