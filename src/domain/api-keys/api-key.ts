import type { ApiKeyId } from '../ids.ts';
import type { Scope } from './scope.ts';

/** What stands for the key of the configuration, where a key's maker is named. */
export const configurationKeyId = 'configuration';

/** Whose key the configuration has. */
export const configurationOwner = 'admin';

/** Who gave a missed call is called back under the idempotency keys of this owner, so no API key may have it. */
export const callBacksOwner = 'missed-calls';

/** Who did something: an API key's id, or that of the configuration. */
export type KeyUser = ApiKeyId | typeof configurationKeyId;

/** An API key as it is shown: all but the key itself, of which nothing but a hash is kept. */
export interface ApiKey {
  id: ApiKeyId;
  name: string;
  /** Idempotency keys are the owner's, whichever of their API keys they come with. */
  owner: string;
  scopes: readonly Scope[];
  /** How the key begins: enough to know it again, of no use for guessing the rest. */
  keyStart: string;
  createdAt: number;
  createdBy: KeyUser;
  /** Null: never. */
  expiresAt: number | null;
  /** Of the key as it is now, a minute late at most; null: never yet. */
  lastUsedAt: number | null;
  rotated: Deed | null;
  /** The key that it was before its last rotation, where that had time to be replaced. */
  previous: PreviousKey | null;
  revoked: Deed | null;
}

export interface Deed {
  at: number;
  by: KeyUser;
}

export interface PreviousKey {
  keyStart: string;
  validUntil: number;
  lastUsedAt: number | null;
}

/** What is known of a key that somebody holds, by its hash. */
export interface HeldKey {
  id: ApiKeyId;
  owner: string;
  scopes: readonly Scope[];
  hash: string;
  /** Whether its id has another key by now. */
  isPrevious: boolean;
  validUntil: number | null;
  revokedAt: number | null;
}

/** Whether a key is taken at this instant, or why not. */
export function standingOf(key: HeldKey, now: number): 'valid' | 'revoked' | 'replaced' | 'expired' {
  if (key.revokedAt !== null) return 'revoked';
  if (key.validUntil === null || key.validUntil > now) return 'valid';
  return key.isPrevious ? 'replaced' : 'expired';
}
