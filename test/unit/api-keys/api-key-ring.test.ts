import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ApiKey, HeldKey } from '../../../src/domain/api-keys/api-key.ts';
import { ApiKeyRing, longestTrustMs } from '../../../src/workflows/api-key-ring.ts';
import { hashOfKey, newKeyText } from '../../../src/workflows/api-key-text.ts';
import { sampleApiKey } from '../../support/api-keys-contract.ts';
import { InMemoryApiKeys } from '../../support/in-memory-api-keys.ts';

const configured = 'T5r9xQ2mWc7LkZ0vBn4JhYd8';
const start = 1_800_000_000_000;
const byConfiguration = { by: 'configuration' as const };

/** A ring over keys in memory, its clocks, and what it asked for. */
class Desk {
  readonly store = new InMemoryApiKeys();
  readonly asked: (readonly string[])[] = [];
  now = start;
  steadyNow = 0;
  /** What the database does before it looks. */
  before: () => Promise<void> = () => Promise.resolve();
  /** What it does before it answers. */
  after: () => Promise<void> = () => Promise.resolve();
  readonly ring: ApiKeyRing;

  constructor(key: string | null = configured) {
    this.ring = new ApiKeyRing({
      store: {
        noteUses: (uses) => this.before().then(() => this.store.noteUses(uses)),
        byHash: (hashes) => this.#find(hashes),
      },
      configured: key,
      clock: { now: () => this.now },
      steadyClock: { now: () => this.steadyNow },
    });
  }

  async #find(hashes: readonly string[]): Promise<HeldKey[]> {
    this.asked.push(hashes);
    await this.before();
    const found = await this.store.byHash(hashes);
    await this.after();
    return found;
  }

  pass(ms: number): void {
    this.now += ms;
    this.steadyNow += ms;
  }

  async made(changes: Partial<ApiKey> = {}) {
    const { text, hash, ...key } = sampleApiKey(changes);
    await this.store.create({ ...key, hash });
    return { key, text, hash };
  }

  async result(text: string): Promise<string> {
    return (await this.ring.authenticate(text)).result;
  }
}

describe('the key of the configuration', () => {
  it('is let in with every scope, without a look into the database, whatever that does', async () => {
    const desk = new Desk();
    desk.before = () => Promise.reject(new Error('away'));
    expect(await desk.ring.authenticate(configured)).toEqual({
      result: 'valid',
      principal: { keyId: 'configuration', owner: 'admin', scopes: new Set(['admin']) },
    });
    expect(desk.asked).toEqual([]);
  });

  it('is none where there is none', async () => {
    expect(await new Desk(null).result(configured)).toBe('unknown');
  });
});

describe('a key on record', () => {
  it('is let in with its owner and scopes', async () => {
    const desk = new Desk();
    const { key, text } = await desk.made();
    expect(await desk.ring.authenticate(text)).toEqual({
      result: 'valid',
      principal: { keyId: key.id, owner: 'campaigns', scopes: new Set(['calls:read', 'calls:write']) },
    });
  });

  it('costs one look a second, whatever is asked with it', async () => {
    const desk = new Desk();
    const { text } = await desk.made();
    for (let count = 0; count < 1_000; count += 1) {
      expect(await desk.result(text)).toBe('valid');
      desk.pass(5);
    }
    expect(desk.asked).toHaveLength(5);
  });

  it('that many ask with at once is looked up once, and with whatever else is asked for meanwhile', async () => {
    const desk = new Desk();
    const [one, other] = [await desk.made(), await desk.made()];
    const gate = Promise.withResolvers<undefined>();
    desk.before = () => gate.promise;
    const first = Array.from({ length: 100 }, () => desk.result(one.text));
    await Promise.resolve();
    const meanwhile = Array.from({ length: 100 }, (_, index) =>
      desk.result(index % 2 === 0 ? other.text : newKeyText(randomBytes)),
    );
    gate.resolve(undefined);
    expect(new Set(await Promise.all(first))).toEqual(new Set(['valid']));
    expect(new Set(await Promise.all(meanwhile))).toEqual(new Set(['valid', 'unknown']));
    expect(desk.asked.map(({ length }) => length)).toEqual([1, 51]);
  });

  it('that is revoked elsewhere is refused a second later at the latest, though the time of day is set back', async () => {
    const desk = new Desk();
    const { key, text } = await desk.made();
    expect(await desk.result(text)).toBe('valid');
    await desk.store.revoke(key.id, { at: start, ...byConfiguration });
    desk.pass(longestTrustMs - 1);
    expect(await desk.result(text)).toBe('valid');
    desk.steadyNow += 1;
    desk.now -= 3_600_000;
    expect(await desk.ring.authenticate(text)).toEqual({ result: 'revoked', keyId: key.id });
  });

  it('is trusted from when the database was asked, not from when it answered', async () => {
    const desk = new Desk();
    const { text } = await desk.made();
    desk.after = () => {
      desk.pass(longestTrustMs);
      return Promise.resolve();
    };
    await desk.result(text);
    await desk.result(text);
    expect(desk.asked).toHaveLength(2);
  });

  it('is looked up again as soon as word comes that one was changed', async () => {
    const desk = new Desk();
    const { key, text } = await desk.made();
    await desk.result(text);
    await desk.store.revoke(key.id, { at: start, ...byConfiguration });
    desk.ring.forget();
    expect(await desk.result(text)).toBe('revoked');
  });

  it('is not kept as what it was when word came while it was looked up', async () => {
    const desk = new Desk();
    const { key, text } = await desk.made();
    desk.after = async () => {
      await desk.store.revoke(key.id, { at: start, ...byConfiguration });
      desk.ring.forget();
    };
    expect(await desk.result(text)).toBe('valid');
    expect(await desk.result(text)).toBe('revoked');
  });

  it('that expires is refused from that very instant, without another look', async () => {
    const desk = new Desk();
    const { key, text } = await desk.made({ expiresAt: start + 500 });
    desk.pass(499);
    expect(await desk.result(text)).toBe('valid');
    desk.pass(1);
    expect(await desk.ring.authenticate(text)).toEqual({ result: 'expired', keyId: key.id });
    expect(desk.asked).toHaveLength(1);
  });

  it('that was rotated is let in by both keys, until the former one is over', async () => {
    const desk = new Desk();
    const { key, text } = await desk.made();
    const next = sampleApiKey();
    await desk.store.rotate(key.id, {
      ...{ hash: next.hash, keyStart: next.keyStart, expiresAt: null, previousUntil: start + 500 },
      rotated: { at: start, ...byConfiguration },
    });
    const of = async (each: string) =>
      (await desk.ring.authenticate(each)) as { principal?: { keyId: string } };
    expect((await of(text)).principal?.keyId).toBe(key.id);
    expect((await of(next.text)).principal?.keyId).toBe(key.id);
    desk.pass(500);
    expect(await desk.result(text)).toBe('replaced');
    expect(await desk.result(next.text)).toBe('valid');
  });

  it('lets nobody in on what was known when the database is away, and lets them in when it is back', async () => {
    const desk = new Desk();
    const { text } = await desk.made();
    await desk.result(text);
    desk.before = () => Promise.reject(new Error('away'));
    expect(await desk.result(text)).toBe('valid');
    desk.pass(longestTrustMs);
    await expect(desk.result(text)).rejects.toThrow('away');
    desk.before = () => Promise.resolve();
    expect(await desk.result(text)).toBe('valid');
  });
});

describe('what is no key', () => {
  it.each(['', 'nonsense', 'ivrs_', `ivrs_${'0'.repeat(39)}`, configured.slice(0, -1)])(
    'is refused without a look into the database: «%s»',
    async (text) => {
      const desk = new Desk();
      expect(await desk.result(text)).toBe('unknown');
      expect(desk.asked).toEqual([]);
    },
  );

  it('though it looks like one, is refused by the database, and fills no memory', async () => {
    const desk = new Desk();
    const text = newKeyText(randomBytes);
    expect([await desk.result(text), await desk.result(text)]).toEqual(['unknown', 'unknown']);
    expect(desk.asked).toEqual([[hashOfKey(text)], [hashOfKey(text)]]);
  });
});

describe('when a key was last used', () => {
  it('is put on record when that is asked for, and not by requests', async () => {
    const desk = new Desk();
    const [used, idle] = [await desk.made(), await desk.made()];
    await desk.result(used.text);
    desk.pass(7);
    await desk.result(used.text);
    const lastUse = async (id: ApiKey['id']) => (await desk.store.get(id))?.lastUsedAt;
    expect(await lastUse(used.key.id)).toBeNull();
    await desk.ring.noteUses();
    expect(await lastUse(used.key.id)).toBe(start + 7);
    expect(await lastUse(idle.key.id)).toBeNull();
  });

  it('is not forgotten when the database was away, nor told with an earlier time', async () => {
    const desk = new Desk();
    const { key, text } = await desk.made();
    await desk.result(text);
    desk.before = async () => {
      desk.before = () => Promise.resolve();
      desk.pass(5);
      await desk.result(text);
      throw new Error('away');
    };
    await expect(desk.ring.noteUses()).rejects.toThrow('away');
    await desk.ring.noteUses();
    expect((await desk.store.get(key.id))?.lastUsedAt).toBe(start + 5);
  });

  it('is no use that was refused', async () => {
    const desk = new Desk();
    const { key, text } = await desk.made({ expiresAt: start });
    expect(await desk.result(text)).toBe('expired');
    await desk.ring.noteUses();
    expect((await desk.store.get(key.id))?.lastUsedAt).toBeNull();
  });
});
