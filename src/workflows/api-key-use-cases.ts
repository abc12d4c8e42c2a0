import type { ApiKey, KeyUser } from '../domain/api-keys/api-key.ts';
import type { Scope } from '../domain/api-keys/scope.ts';
import type { Fault } from '../domain/fault.ts';
import type { ApiKeyId } from '../domain/ids.ts';
import type { Principal } from './use-cases.ts';

/** Who may use the API. */
export interface ApiKeyUseCases {
  createApiKey(request: NewApiKey): Promise<CreateApiKeyResult>;
  /** Newest first, those that were revoked too, after the id that the page before ended with. */
  listApiKeys(page: { after: ApiKeyId | null; limit: number }): Promise<ApiKey[]>;
  readApiKey(id: ApiKeyId): Promise<ApiKey | null>;
  rotateApiKey(request: RotateApiKey): Promise<RotateApiKeyResult>;
  /** For good, and at once; it stays on record. */
  revokeApiKey(request: { id: ApiKeyId; by: KeyUser }): Promise<'revoked' | 'not_found'>;
}

export interface NewApiKey {
  by: Principal;
  name: string;
  /** Null: whoever the name names. */
  owner: string | null;
  scopes: readonly Scope[];
  expiresAt: number | null;
}

export type CreateApiKeyResult =
  /** `text` is the key, told this once. */
  | { result: 'created'; key: ApiKey; text: string }
  | { result: 'invalid'; faults: Fault[] }
  /** Nobody gives away what they do not have. */
  | { result: 'scope_missing'; scope: Scope };

export interface RotateApiKey {
  id: ApiKeyId;
  by: KeyUser;
  /** For how long the key before is taken as well. */
  overlapMs: number;
  /** Left out: as it was. */
  expiresAt?: number | null;
}

export type RotateApiKeyResult =
  | { result: 'rotated'; key: ApiKey; text: string }
  | { result: 'invalid'; faults: Fault[] }
  | { result: 'revoked' }
  | { result: 'not_found' };
