import { randomBytes } from 'node:crypto';
import type { ApiKeyStore } from '../db/api-key-store.ts';
import { callBacksOwner, type ApiKey } from '../domain/api-keys/api-key.ts';
import { allows, scopes, type Scope } from '../domain/api-keys/scope.ts';
import type { Fault } from '../domain/fault.ts';
import type { IdSource } from '../domain/ids.ts';
import type { Clock } from '../lib/clock.ts';
import type {
  ApiKeyUseCases,
  CreateApiKeyResult,
  NewApiKey,
  RotateApiKey,
  RotateApiKeyResult,
} from './api-key-use-cases.ts';
import { hashOfKey, newKeyText, startOfKey } from './api-key-text.ts';

export interface ApiKeyDependencies {
  apiKeys: ApiKeyStore;
  clock: Pick<Clock, 'now'>;
  ids: IdSource;
  /** What is known of keys is not true any more. */
  onKeysChanged: () => void;
}

export function createApiKeyUseCases(deps: ApiKeyDependencies): ApiKeyUseCases {
  return {
    createApiKey: (request) => createApiKey(deps, request),
    listApiKeys: (page) => deps.apiKeys.list(page),
    readApiKey: (id) => deps.apiKeys.get(id),
    rotateApiKey: (request) => rotateApiKey(deps, request),
    async revokeApiKey({ id, by }) {
      const revoked = await deps.apiKeys.revoke(id, { at: deps.clock.now(), by });
      deps.onKeysChanged();
      return revoked;
    },
  };
}

/** Makes a key, told this once; its hash is kept. */
async function createApiKey(deps: ApiKeyDependencies, request: NewApiKey): Promise<CreateApiKeyResult> {
  const now = deps.clock.now();
  const faults = [
    ...faultsOfOwner(request),
    ...faultsOfScopes(request.scopes),
    ...faultsOfExpiry(request, now),
  ];
  if (faults.length > 0) return { result: 'invalid', faults };
  const lacking = request.scopes.find((scope) => !allows(request.by.scopes, scope));
  if (lacking !== undefined) return { result: 'scope_missing', scope: lacking };
  const text = newKeyText(randomBytes);
  const key: ApiKey = {
    id: deps.ids.newId('key'),
    name: request.name,
    owner: request.owner ?? request.name,
    scopes: scopes.filter((scope) => request.scopes.includes(scope)),
    keyStart: startOfKey(text),
    ...{ createdAt: now, createdBy: request.by.keyId, expiresAt: request.expiresAt },
    ...{ lastUsedAt: null, rotated: null, previous: null, revoked: null },
  };
  await deps.apiKeys.create({ ...key, hash: hashOfKey(text) });
  deps.onKeysChanged();
  return { result: 'created', key, text };
}

/** Another key under the same id, told this once; the one before is taken for so long as well, so that nobody who uses it is cut off meanwhile. */
async function rotateApiKey(deps: ApiKeyDependencies, request: RotateApiKey): Promise<RotateApiKeyResult> {
  const before = await deps.apiKeys.get(request.id);
  if (before === null) return { result: 'not_found' };
  const now = deps.clock.now();
  const { expiresAt = before.expiresAt } = request;
  const faults = faultsOfExpiry({ expiresAt }, now);
  if (faults.length > 0) return { result: 'invalid', faults };
  const text = newKeyText(randomBytes);
  const key = await deps.apiKeys.rotate(request.id, {
    ...{ hash: hashOfKey(text), keyStart: startOfKey(text), expiresAt },
    previousUntil: request.overlapMs === 0 ? null : now + request.overlapMs,
    rotated: { at: now, by: request.by },
  });
  deps.onKeysChanged();
  return key === null ? { result: 'revoked' } : { result: 'rotated', key, text };
}

function faultsOfOwner({ name, owner }: Pick<NewApiKey, 'name' | 'owner'>): Fault[] {
  if ((owner ?? name) !== callBacksOwner) return [];
  const fault = {
    pointer: owner === null ? '/name' : '/owner',
    detail: `must not be ${callBacksOwner}: the gateway calls people back under it`,
  };
  return [owner === null ? { ...fault, suggestion: 'Give an owner, or another name.' } : fault];
}

function faultsOfScopes(wanted: readonly Scope[]): Fault[] {
  if (wanted.length > 0) return [];
  return [
    {
      ...{ pointer: '/scopes', detail: 'must have at least 1 entry' },
      suggestion: `There are ${scopes.join(', ')}; a campaign system mostly needs calls:read and calls:write.`,
    },
  ];
}

function faultsOfExpiry({ expiresAt }: { expiresAt: number | null }, now: number): Fault[] {
  if (expiresAt === null || expiresAt > now) return [];
  return [
    {
      ...{ pointer: '/expires_at', detail: 'is not in the future' },
      suggestion: `It is ${new Date(now).toISOString()} here; null for a key that does not expire.`,
    },
  ];
}
