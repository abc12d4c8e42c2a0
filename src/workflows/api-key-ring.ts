import { timingSafeEqual } from 'node:crypto';
import type { ApiKeyStore } from '../db/api-key-store.ts';
import {
  configurationKeyId,
  configurationOwner,
  standingOf,
  type HeldKey,
} from '../domain/api-keys/api-key.ts';
import type { Clock } from '../lib/clock.ts';
import { lookUpInTurn } from '../lib/look-up-in-turn.ts';
import { hashOfKey, isKeyText } from './api-key-text.ts';
import type { Authenticated, Principal } from './use-cases.ts';

/** How long what the database said of a key may be relied on: what another gateway revoked is refused here after so long at the latest. */
export const longestTrustMs = 1_000;

export interface ApiKeyRingDependencies {
  store: Pick<ApiKeyStore, 'byHash' | 'noteUses'>;
  /** The key of the configuration, with every scope; null where it has none. */
  configured: string | null;
  clock: Pick<Clock, 'now'>;
  /** For the age of what is known: the time of day may be set back. */
  steadyClock: Pick<Clock, 'now'>;
}

interface Known {
  key: HeldKey;
  /** When the database was asked, not when it answered. */
  askedAt: number;
}

/**
 * Who asks, by the key that they send. A key is known by its hash: neither the map nor the database's index, where the time of a comparison may show, can be
 * walked towards a key by somebody who cannot choose hashes.
 *
 * A key in use costs the database one look a second, whatever is asked with it. With the database away nobody is let in on what it said before that;
 * the key of the configuration needs no look.
 */
export class ApiKeyRing {
  readonly #deps: ApiKeyRingDependencies;
  readonly #configuredHash: Buffer | null;
  readonly #lookUp: (hash: string) => Promise<HeldKey | undefined>;
  readonly #known = new Map<string, Known>();
  /** When each was last used, since that was last put on record. */
  #usedAt = new Map<string, number>();
  /** Grows with each change of a key; what was asked for before it is not kept. */
  #changes = 0;

  constructor(deps: ApiKeyRingDependencies) {
    this.#deps = deps;
    this.#configuredHash = deps.configured === null ? null : Buffer.from(hashOfKey(deps.configured));
    this.#lookUp = lookUpInTurn((hashes) => this.#ask(hashes));
  }

  /** @throws LedgerUnavailable when the database must be asked and does not answer */
  async authenticate(token: string): Promise<Authenticated> {
    const hash = hashOfKey(token);
    if (this.#configuredHash !== null && timingSafeEqual(Buffer.from(hash), this.#configuredHash))
      return { result: 'valid', principal: ofConfiguration };
    const key = this.#trusted(hash) ?? (isKeyText(token) ? await this.#lookUp(hash) : undefined);
    if (key === undefined) return { result: 'unknown' };
    const now = this.#deps.clock.now();
    const standing = standingOf(key, now);
    if (standing !== 'valid') return { result: standing, keyId: key.id };
    this.#usedAt.set(hash, now);
    return { result: 'valid', principal: principalOf(key) };
  }

  /** A key was made, rotated or revoked, here or elsewhere. */
  forget(): void {
    this.#changes += 1;
    this.#known.clear();
  }

  /** To be run every so often, so that no request writes. @throws LedgerUnavailable; then the next run does it */
  async noteUses(): Promise<void> {
    const uses = this.#usedAt;
    this.#usedAt = new Map();
    try {
      await this.#deps.store.noteUses(uses);
    } catch (error) {
      this.#usedAt = new Map([...uses, ...this.#usedAt]);
      throw error;
    }
  }

  #trusted(hash: string): HeldKey | undefined {
    const known = this.#known.get(hash);
    if (known === undefined || this.#deps.steadyClock.now() - known.askedAt >= longestTrustMs)
      return undefined;
    return known.key;
  }

  async #ask(hashes: string[]): Promise<ReadonlyMap<string, HeldKey>> {
    const [askedAt, changes] = [this.#deps.steadyClock.now(), this.#changes];
    const found = new Map((await this.#deps.store.byHash(hashes)).map((key) => [key.hash, key]));
    // nobody can fill the memory with keys that there are not
    if (changes === this.#changes) for (const [hash, key] of found) this.#known.set(hash, { key, askedAt });
    return found;
  }
}

const ofConfiguration: Principal = {
  keyId: configurationKeyId,
  owner: configurationOwner,
  scopes: new Set(['admin']),
};

function principalOf({ id, owner, scopes }: HeldKey): Principal {
  return { keyId: id, owner, scopes: new Set(scopes) };
}
