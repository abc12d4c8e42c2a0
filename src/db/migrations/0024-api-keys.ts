/**
 * Who may use the API. Of a key there is its hash and how it begins; the key itself is nowhere. One that is revoked stays on record.
 */
export const apiKeys = {
  name: '0024-api-keys',
  sql: `
create table api_keys (
  id text collate "C" not null,
  name text not null,
  owner text not null,
  scopes text[] not null,
  key_hash text collate "C" not null,
  key_start text not null,
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  rotated_at timestamptz,
  rotated_by text,
  previous_hash text collate "C",
  previous_start text,
  previous_until timestamptz,
  previous_last_used_at timestamptz,
  revoked_at timestamptz,
  revoked_by text,
  constraint api_keys_pkey primary key (id),
  constraint api_keys_key_is_hashed check (length(key_hash) = 43 and length(previous_hash) = 43),
  constraint api_keys_scopes_are_known check (cardinality(scopes) > 0 and scopes <@ array['calls:read', 'calls:write', 'flows:read',
    'flows:write', 'lines:write', 'webhooks:write', 'numbers:read', 'admin']),
  constraint api_keys_previous_is_whole check (
    (previous_hash is null) = (previous_start is null) and (previous_hash is null) = (previous_until is null)
    and (previous_hash is not null or previous_last_used_at is null)),
  constraint api_keys_rotated_by_somebody check ((rotated_at is null) = (rotated_by is null)),
  constraint api_keys_revoked_by_somebody check ((revoked_at is null) = (revoked_by is null))
);
create unique index api_keys_by_hash on api_keys (key_hash);
create unique index api_keys_by_previous_hash on api_keys (previous_hash);
`,
};
