import { sql } from 'kysely';
import type { ApiKey, Deed, HeldKey, KeyUser, PreviousKey } from '../domain/api-keys/api-key.ts';
import type { Scope } from '../domain/api-keys/scope.ts';
import type { ApiKeyId } from '../domain/ids.ts';
import type { Database } from './database.ts';
import { runQuery, translated, withClient } from './run-query.ts';

/** API keys on record. A key itself is never here: only its hash, by which it is found. */
export interface ApiKeyStore {
  create(key: ApiKey & { hash: string }): Promise<void>;
  get(id: ApiKeyId): Promise<ApiKey | null>;
  /** Newest first, after the id that the page before ended with. */
  list(page: { after: ApiKeyId | null; limit: number }): Promise<ApiKey[]>;
  /** Null where it is revoked, or never was. The key that it had is valid until then, and no longer than it was. */
  rotate(id: ApiKeyId, to: RotatedKey): Promise<ApiKey | null>;
  revoke(id: ApiKeyId, deed: Deed): Promise<'revoked' | 'not_found'>;
  /** Those that there are, revoked and expired ones too. */
  byHash(hashes: readonly string[]): Promise<HeldKey[]>;
  /** By hash: when it was last used. An earlier use than the one on record changes nothing. */
  noteUses(usedAt: ReadonlyMap<string, number>): Promise<void>;
  /** Whether anybody could manage keys by one of these. */
  hasAdmin(now: number): Promise<boolean>;
}

export interface RotatedKey {
  hash: string;
  keyStart: string;
  expiresAt: number | null;
  /** Null: the key that it had is refused from now on. */
  previousUntil: number | null;
  rotated: Deed;
}

const columns = [
  ...(['id', 'name', 'owner', 'scopes', 'key_start', 'created_at', 'created_by', 'expires_at'] as const),
  ...(['last_used_at', 'rotated_at', 'rotated_by', 'revoked_at', 'revoked_by'] as const),
  ...(['previous_start', 'previous_until', 'previous_last_used_at'] as const),
] as const;

const findByHash = `
  select id, owner, scopes, key_hash as hash, false as is_previous, expires_at as valid_until, revoked_at
  from api_keys where key_hash = any($1)
  union all
  select id, owner, scopes, previous_hash, true, previous_until, revoked_at from api_keys where previous_hash = any($1)`;

export function createApiKeyStore({ query, hot }: Pick<Database, 'query' | 'hot'>): ApiKeyStore {
  return {
    async create(key) {
      const insert = query.insertInto('api_keys').values({
        ...{ id: key.id, name: key.name, owner: key.owner, scopes: [...key.scopes] },
        ...{ key_hash: key.hash, key_start: key.keyStart, created_by: key.createdBy },
        ...{ created_at: new Date(key.createdAt), expires_at: dateOf(key.expiresAt) },
      });
      await translated(() => insert.execute());
    },
    async get(id) {
      const select = query.selectFrom('api_keys').select(columns).where('id', '=', id);
      const row = await translated(() => select.executeTakeFirst());
      return row ? keyOf(row) : null;
    },
    async list({ after, limit }) {
      let select = query.selectFrom('api_keys').select(columns).orderBy('id', 'desc').limit(limit);
      if (after !== null) select = select.where('id', '<', after);
      return (await translated(() => select.execute())).map(keyOf);
    },
    async rotate(id, { hash, keyStart, expiresAt, previousUntil, rotated }) {
      const update = query
        .updateTable('api_keys')
        .set({
          ...{ key_hash: hash, key_start: keyStart, expires_at: dateOf(expiresAt), last_used_at: null },
          ...{ rotated_at: new Date(rotated.at), rotated_by: rotated.by },
          ...(previousUntil === null ? noPrevious : previousUntilThen(new Date(previousUntil))),
        })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .returning(columns);
      const row = await translated(() => update.executeTakeFirst());
      return row ? keyOf(row) : null;
    },
    async revoke(id, { at, by }) {
      const update = query
        .updateTable('api_keys')
        .set({ revoked_at: new Date(at), revoked_by: by })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .returning('id');
      return (await translated(() => update.execute())).length > 0 ? 'revoked' : 'not_found';
    },
    async byHash(hashes) {
      const find = { name: 'find_api_keys', text: findByHash, values: [hashes] };
      return (await withClient(hot, (client) => runQuery<HeldRow>(client, find))).map(heldOf);
    },
    async noteUses(usedAt) {
      // One by one: gateways that note the same keys at once would wait for each other in a circle.
      for (const [hash, at] of usedAt) await noteUse({ query }, { hash, at: new Date(at) });
    },
    async hasAdmin(now) {
      const select = query
        .selectFrom('api_keys')
        .select('id')
        .where(sql<boolean>`'admin' = any(scopes)`)
        .where('revoked_at', 'is', null)
        .where(sql<boolean>`(expires_at is null or expires_at > ${new Date(now)})`)
        .limit(1);
      return (await translated(() => select.execute())).length > 0;
    },
  };
}

const noPrevious = {
  previous_hash: null,
  previous_start: null,
  previous_until: null,
  previous_last_used_at: null,
};

/** What it is now becomes what it was; valid until then, or until it would have expired. */
function previousUntilThen(until: Date) {
  return {
    previous_hash: sql<string>`key_hash`,
    previous_start: sql<string>`key_start`,
    previous_until: sql<Date>`least(${until}, expires_at)`,
    previous_last_used_at: sql<Date>`last_used_at`,
  };
}

async function noteUse({ query }: Pick<Database, 'query'>, use: { hash: string; at: Date }): Promise<void> {
  const { hash, at } = use;
  const note = sql`
    update api_keys set
      last_used_at = case when key_hash = ${hash} then greatest(last_used_at, ${at}) else last_used_at end,
      previous_last_used_at = case when previous_hash = ${hash} then greatest(previous_last_used_at, ${at}) else previous_last_used_at end
    where key_hash = ${hash} or previous_hash = ${hash}`;
  await translated(() => note.execute(query));
}

interface KeyRow {
  id: string;
  name: string;
  owner: string;
  scopes: string[];
  key_start: string;
  created_at: number;
  created_by: string;
  expires_at: number | null;
  last_used_at: number | null;
  rotated_at: number | null;
  rotated_by: string | null;
  previous_start: string | null;
  previous_until: number | null;
  previous_last_used_at: number | null;
  revoked_at: number | null;
  revoked_by: string | null;
}

interface HeldRow {
  id: string;
  owner: string;
  scopes: string[];
  hash: string;
  is_previous: boolean;
  valid_until: number | null;
  revoked_at: number | null;
}

function keyOf(row: KeyRow): ApiKey {
  return {
    ...{ id: row.id as ApiKeyId, name: row.name, owner: row.owner, scopes: row.scopes as Scope[] },
    ...{ keyStart: row.key_start, createdAt: row.created_at, createdBy: row.created_by as KeyUser },
    ...{ expiresAt: row.expires_at, lastUsedAt: row.last_used_at },
    rotated: deedOf(row.rotated_at, row.rotated_by),
    previous: previousOf(row),
    revoked: deedOf(row.revoked_at, row.revoked_by),
  };
}

function deedOf(at: number | null, by: string | null): Deed | null {
  return at === null ? null : { at, by: by as KeyUser };
}

function previousOf(row: KeyRow): PreviousKey | null {
  const { previous_start: keyStart, previous_until: validUntil, previous_last_used_at: lastUsedAt } = row;
  return keyStart === null || validUntil === null ? null : { keyStart, validUntil, lastUsedAt };
}

function heldOf(row: HeldRow): HeldKey {
  return {
    ...{ id: row.id as ApiKeyId, owner: row.owner, scopes: row.scopes as Scope[], hash: row.hash },
    ...{ isPrevious: row.is_previous, validUntil: row.valid_until, revokedAt: row.revoked_at },
  };
}

function dateOf(at: number | null): Date | null {
  return at === null ? null : new Date(at);
}
