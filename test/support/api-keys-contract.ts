import { beforeEach, describe, expect, it } from 'vitest';
import type { ApiKeyStore } from '../../src/db/api-key-store.ts';
import type { ApiKey, KeyUser } from '../../src/domain/api-keys/api-key.ts';
import { hashOfKey, newKeyText, startOfKey } from '../../src/workflows/api-key-text.ts';
import { randomBytes } from 'node:crypto';
import { sampleIds } from './sample-call.ts';

const at = 1_800_000_000_000;
const hourMs = 3_600_000;
const deed = (atMs = at): { at: number; by: KeyUser } => ({ at: atMs, by: 'configuration' });

export function sampleApiKey(changes: Partial<ApiKey> = {}): ApiKey & { text: string; hash: string } {
  const text = newKeyText(randomBytes);
  return {
    ...{ id: sampleIds.newId('key'), name: 'Campaign system', owner: 'campaigns' },
    ...{ scopes: ['calls:read', 'calls:write'], keyStart: startOfKey(text) },
    ...{ createdAt: at, createdBy: 'configuration', expiresAt: null, lastUsedAt: null },
    ...{ rotated: null, previous: null, revoked: null, text, hash: hashOfKey(text) },
    ...changes,
  };
}

/** What the store of API keys keeps to, on PostgreSQL and in memory. */
export function testApiKeyContract(name: string, open: () => Promise<ApiKeyStore>): void {
  describe(`API keys ${name}`, () => {
    let keys: ApiKeyStore;
    beforeEach(async () => {
      keys = await open();
    });

    async function made(changes: Partial<ApiKey> = {}) {
      const { text, hash, ...key } = sampleApiKey(changes);
      await keys.create({ ...key, hash });
      return { key, hash, text };
    }
    const rotation = (previousUntil: number | null, expiresAt: number | null = null) => {
      const { hash, keyStart } = sampleApiKey();
      return { hash, keyStart, expiresAt, previousUntil, rotated: deed(at + 5) };
    };

    it('are read as they were made', async () => {
      const { key, hash } = await made({ expiresAt: at + hourMs, scopes: ['admin'] });
      expect(await keys.get(key.id)).toEqual(key);
      expect(await keys.byHash([hash])).toEqual([
        {
          ...{ id: key.id, owner: 'campaigns', scopes: ['admin'], hash, isPrevious: false },
          ...{ validUntil: at + hourMs, revokedAt: null },
        },
      ]);
      expect(await keys.get(sampleIds.newId('key'))).toBeNull();
      expect(await keys.byHash([hashOfKey('another')])).toEqual([]);
    });

    it('are found by several hashes at once', async () => {
      const [one, other] = [await made(), await made()];
      const found = await keys.byHash([other.hash, hashOfKey('another'), one.hash]);
      expect(found.map(({ id }) => id).toSorted()).toEqual([one.key.id, other.key.id].toSorted());
    });

    it('are listed newest first, by pages, revoked ones too', async () => {
      const ids = [];
      for (let count = 0; count < 5; count += 1) ids.push((await made()).key.id);
      const newestFirst = ids.toReversed();
      await keys.revoke(ids[4]!, deed());
      expect((await keys.list({ after: null, limit: 2 })).map(({ id }) => id)).toEqual(
        newestFirst.slice(0, 2),
      );
      expect((await keys.list({ after: newestFirst[1]!, limit: 5 })).map(({ id }) => id)).toEqual(
        newestFirst.slice(2),
      );
    });

    it('that are rotated keep what they were for as long as is said, with when that was used', async () => {
      const { key, hash } = await made();
      await keys.noteUses(new Map([[hash, at + 1]]));
      const to = rotation(at + hourMs);
      const rotated = await keys.rotate(key.id, to);
      expect(rotated).toEqual({
        ...{ ...key, keyStart: to.keyStart, rotated: deed(at + 5) },
        previous: { keyStart: key.keyStart, validUntil: at + hourMs, lastUsedAt: at + 1 },
      });
      expect(await keys.get(key.id)).toEqual(rotated);
      expect(await keys.byHash([hash])).toMatchObject([
        { id: key.id, hash, isPrevious: true, validUntil: at + hourMs },
      ]);
      expect(await keys.byHash([to.hash])).toMatchObject([
        { id: key.id, hash: to.hash, isPrevious: false, validUntil: null },
      ]);
    });

    it('that are rotated do not make the former one last longer than it would have', async () => {
      const { key, hash } = await made({ expiresAt: at + 10 });
      await keys.rotate(key.id, rotation(at + hourMs, at + 2 * hourMs));
      expect(await keys.byHash([hash])).toMatchObject([{ isPrevious: true, validUntil: at + 10 }]);
      expect(await keys.get(key.id)).toMatchObject({ expiresAt: at + 2 * hourMs });
    });

    it('that are rotated at once know nothing of the former one, nor of the one before it', async () => {
      const { key, hash } = await made();
      const first = rotation(at + hourMs);
      await keys.rotate(key.id, first);
      expect(await keys.rotate(key.id, rotation(null))).toMatchObject({ previous: null });
      expect(await keys.byHash([hash, first.hash])).toEqual([]);
    });

    it('are revoked once, with all that they were, and are not rotated then', async () => {
      const { key, hash } = await made();
      const to = rotation(at + hourMs);
      await keys.rotate(key.id, to);
      expect(await keys.revoke(key.id, deed(at + 7))).toBe('revoked');
      expect(await keys.revoke(key.id, deed(at + 8))).toBe('not_found');
      expect(await keys.revoke(sampleIds.newId('key'), deed())).toBe('not_found');
      expect(await keys.get(key.id)).toMatchObject({ revoked: deed(at + 7) });
      expect((await keys.byHash([hash, to.hash])).map(({ revokedAt }) => revokedAt)).toEqual([
        at + 7,
        at + 7,
      ]);
      expect(await keys.rotate(key.id, rotation(null))).toBeNull();
    });

    it('know when they were last used, each for itself, whatever the order in which that is told', async () => {
      const [{ key, hash }, other] = [await made(), await made()];
      const to = rotation(at + hourMs);
      await keys.rotate(key.id, to);
      await keys.noteUses(
        new Map([
          [hash, at + 3],
          [to.hash, at + 4],
          [hashOfKey('another'), at],
        ]),
      );
      await keys.noteUses(new Map([[to.hash, at + 2]]));
      expect(await keys.get(key.id)).toMatchObject({ lastUsedAt: at + 4, previous: { lastUsedAt: at + 3 } });
      expect(await keys.get(other.key.id)).toMatchObject({ lastUsedAt: null });
    });

    it.each<[string, Partial<ApiKey>, boolean]>([
      ['with the scope admin', { scopes: ['calls:read', 'admin'] }, true],
      ['with every other scope', { scopes: ['calls:read', 'numbers:read'] }, false],
      ['that is valid for a moment more', { scopes: ['admin'], expiresAt: at + 1 }, true],
      ['that has expired', { scopes: ['admin'], expiresAt: at }, false],
    ])('let in whoever manages keys by one %s', async (_name, changes, lets) => {
      const { key } = await made(changes);
      expect(await keys.hasAdmin(at)).toBe(lets);
      await keys.revoke(key.id, deed());
      expect(await keys.hasAdmin(at)).toBe(false);
    });
  });
}
