import type { Instant, InstantOrNull } from './schema.ts';

/** Made by `migrations/0024-api-keys.ts`. */
export interface ApiKeysTable {
  id: string;
  name: string;
  owner: string;
  scopes: string[];
  key_hash: string;
  key_start: string;
  created_at: Instant;
  created_by: string;
  expires_at: InstantOrNull;
  last_used_at: InstantOrNull;
  rotated_at: InstantOrNull;
  rotated_by: string | null;
  previous_hash: string | null;
  previous_start: string | null;
  previous_until: InstantOrNull;
  previous_last_used_at: InstantOrNull;
  revoked_at: InstantOrNull;
  revoked_by: string | null;
}
