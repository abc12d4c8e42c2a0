import type { ApiKeyStore } from '../../src/db/api-key-store.ts';
import type { ApiKey, HeldKey } from '../../src/domain/api-keys/api-key.ts';
import type { ApiKeyId } from '../../src/domain/ids.ts';

interface Row {
  key: ApiKey;
  hash: string;
  previousHash: string | null;
}

/** API keys as PostgreSQL keeps them, for tests without one; both keep to `testApiKeyContract`. */
export class InMemoryApiKeys implements ApiKeyStore {
  readonly #rows = new Map<ApiKeyId, Row>();

  create({ hash, ...key }: ApiKey & { hash: string }): Promise<void> {
    this.#rows.set(key.id, { key, hash, previousHash: null });
    return Promise.resolve();
  }

  get(id: ApiKeyId): Promise<ApiKey | null> {
    return Promise.resolve(this.#rows.get(id)?.key ?? null);
  }

  list({ after, limit }: { after: ApiKeyId | null; limit: number }): Promise<ApiKey[]> {
    const newestFirst = this.#keys().toSorted((one, other) => (one.id < other.id ? 1 : -1));
    return Promise.resolve(newestFirst.filter(({ id }) => after === null || id < after).slice(0, limit));
  }

  rotate(id: ApiKeyId, to: Parameters<ApiKeyStore['rotate']>[1]): Promise<ApiKey | null> {
    const row = this.#rows.get(id);
    if (!row || row.key.revoked) return Promise.resolve(null);
    const { keyStart, expiresAt, lastUsedAt } = row.key;
    const validUntil =
      to.previousUntil === null ? null : Math.min(to.previousUntil, expiresAt ?? to.previousUntil);
    const key: ApiKey = {
      ...{ ...row.key, keyStart: to.keyStart, expiresAt: to.expiresAt, rotated: to.rotated },
      lastUsedAt: null,
      previous: validUntil === null ? null : { keyStart, validUntil, lastUsedAt },
    };
    this.#rows.set(id, { key, hash: to.hash, previousHash: validUntil === null ? null : row.hash });
    return Promise.resolve(key);
  }

  revoke(id: ApiKeyId, revoked: { at: number; by: ApiKey['createdBy'] }): Promise<'revoked' | 'not_found'> {
    const row = this.#rows.get(id);
    if (!row || row.key.revoked) return Promise.resolve('not_found');
    row.key = { ...row.key, revoked };
    return Promise.resolve('revoked');
  }

  byHash(hashes: readonly string[]): Promise<HeldKey[]> {
    return Promise.resolve(
      [...this.#rows.values()].flatMap(heldKeysOf).filter(({ hash }) => hashes.includes(hash)),
    );
  }

  noteUses(usedAt: ReadonlyMap<string, number>): Promise<void> {
    for (const [hash, at] of usedAt) {
      for (const row of this.#rows.values()) {
        const { previous, lastUsedAt } = row.key;
        if (row.hash === hash) row.key = { ...row.key, lastUsedAt: Math.max(lastUsedAt ?? 0, at) };
        if (row.previousHash === hash && previous)
          row.key = {
            ...row.key,
            previous: { ...previous, lastUsedAt: Math.max(previous.lastUsedAt ?? 0, at) },
          };
      }
    }
    return Promise.resolve();
  }

  hasAdmin(now: number): Promise<boolean> {
    return Promise.resolve(
      this.#keys().some(
        ({ scopes, revoked, expiresAt }) =>
          scopes.includes('admin') && !revoked && (expiresAt === null || expiresAt > now),
      ),
    );
  }

  #keys(): ApiKey[] {
    return [...this.#rows.values()].map(({ key }) => key);
  }
}

function heldKeysOf({ key, hash, previousHash }: Row): HeldKey[] {
  const common = { id: key.id, owner: key.owner, scopes: key.scopes, revokedAt: key.revoked?.at ?? null };
  const now: HeldKey = { ...common, hash, isPrevious: false, validUntil: key.expiresAt };
  if (previousHash === null || key.previous === null) return [now];
  return [now, { ...common, hash: previousHash, isPrevious: true, validUntil: key.previous.validUntil }];
}
