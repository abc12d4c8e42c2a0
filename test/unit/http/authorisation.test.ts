import { describe, expect, test } from 'vitest';
import type { ApiKey } from '../../../src/domain/api-keys/api-key.ts';
import { scopes, type Scope } from '../../../src/domain/api-keys/scope.ts';
import { createRateLimiter } from '../../../src/lib/rate-limiter.ts';
import { ApiKeyRing } from '../../../src/workflows/api-key-ring.ts';
import { sampleApiKey } from '../../support/api-keys-contract.ts';
import { InMemoryApiKeys } from '../../support/in-memory-api-keys.ts';
import { expectProblem } from './expect-problem.ts';
import { adminKey, ask, fakeGateway, keyWith, type FakeGateway } from './fake-gateway.ts';
import { concretePath, documentOf, goodBody, operationsOf, type Operation } from './openapi-operations.ts';

const operations = operationsOf(await documentOf(fakeGateway()));
const guarded = operations.filter(({ scope }) => scope !== null);
const open = operations.filter(({ scope }) => scope === null);

const now = 1_800_000_000_000;
const store = new InMemoryApiKeys();
const clock = { now: () => now };
const ring = new ApiKeyRing({ store, configured: null, clock, steadyClock: clock });

/** A gateway that lets in those who have one of these keys, as the real one does. */
const gatewayWithKeys = (): FakeGateway =>
  fakeGateway({}, { authenticate: (token) => ring.authenticate(token) });

async function keyOf(changes: Partial<ApiKey>): Promise<string> {
  const { text, hash, ...key } = sampleApiKey(changes);
  await store.create({ ...key, hash });
  return text;
}

async function replacedKey(): Promise<string> {
  const { text, hash, ...key } = sampleApiKey({ scopes });
  await store.create({ ...key, hash });
  const rotated = { at: now - 2, by: key.id };
  const next = { ...sampleApiKey(), expiresAt: null, previousUntil: now - 1, rotated };
  await store.rotate(key.id, next);
  return text;
}

const all = { scopes };
const invalid = 'Bearer realm="ivrs-gateway", error="invalid_token"';
const keysThatAreNone: [string, string | null, string][] = [
  ['no key', null, 'Bearer realm="ivrs-gateway"'],
  ['a key that does not exist', sampleApiKey().text, invalid],
  ['what is no key', 'nonsense', invalid],
  ['a revoked key', await keyOf({ ...all, revoked: { at: now - 1, by: 'configuration' } }), invalid],
  ['an expired key', await keyOf({ ...all, expiresAt: now }), invalid],
  ['a key that was replaced', await replacedKey(), invalid],
];

/** Requests from which somebody without a key could learn something: the same answer must come to each. */
const waysToAsk: ((operation: Operation) => { path: string; body: unknown })[] = [
  (operation) => ({ path: concretePath(operation), body: goodBody(operation) }),
  (operation) => ({ path: operation.path.replaceAll(/\{\w+\}/g, 'nothing'), body: goodBody(operation) }),
  (operation) => ({
    path: `${concretePath(operation).replace(/\?.*/, '')}?unknown=1`,
    body: operation.hasBody ? '{' : undefined,
  }),
];

function send(
  gateway: FakeGateway,
  operation: Operation,
  key: string | null,
  { path, body } = waysToAsk[0]!(operation),
): Promise<Response> {
  return ask(gateway, `${operation.method} ${path}`, {
    key,
    headers: { 'Idempotency-Key': 'k' },
    ...(body === undefined ? {} : { body }),
  });
}

/** The answers to all of these, which tell nothing but that this key is not let in. */
async function expectRefused(
  operation: Operation,
  key: string | null,
  refusal: { code: 'unauthorized' | 'scope_missing'; challenge: string },
): Promise<void> {
  const gateway = gatewayWithKeys();
  const told = new Set<string>();
  for (const way of waysToAsk) {
    const response = await send(gateway, operation, key, way(operation));
    expect(response.headers.get('WWW-Authenticate')).toBe(refusal.challenge);
    const problem = await expectProblem(response, refusal.code);
    told.add(JSON.stringify({ ...problem, request_id: null }));
  }
  expect(told.size).toBe(1);
  expect(gateway.asked).toEqual([]);
}

describe.each(guarded.map((operation) => [operation.operationId, operation] as const))(
  '%s',
  (_name, operation) => {
    test.each(keysThatAreNone)(
      'is 401 with %s, whatever it is asked, and asks no use case',
      async (_what, key, challenge) => expectRefused(operation, key, { code: 'unauthorized', challenge }),
    );

    test('is 403 with every scope but its own, whatever it is asked, and asks no use case', async () => {
      const others = scopes.filter((scope) => scope !== operation.scope && scope !== 'admin');
      await expectRefused(operation, await keyOf({ scopes: others }), {
        code: 'scope_missing',
        challenge: `Bearer realm="ivrs-gateway", error="insufficient_scope", scope="${operation.scope ?? ''}"`,
      });
    });

    test('is answered with its scopes, and with the scope admin', async () => {
      const own = [operation.scope, operation.alsoScope].filter((scope) => scope !== null) as Scope[];
      for (const held of [own, ['admin'] as const]) {
        const gateway = gatewayWithKeys();
        expect((await send(gateway, operation, await keyOf({ scopes: held }))).ok).toBe(true);
        expect(gateway.asked).toHaveLength(1);
      }
    });
  },
);

test('HEAD is refused where GET is', async () => {
  for (const operation of guarded.filter(({ method }) => method === 'GET')) {
    const response = await send(gatewayWithKeys(), { ...operation, method: 'HEAD' }, null);
    expect([response.status, await response.text()], operation.path).toEqual([401, '']);
  }
});

test('whoever has the key is told why it is refused', async () => {
  const details = [];
  for (const [, key] of keysThatAreNone) {
    const response = await ask(gatewayWithKeys(), 'GET /v1/flows', { key });
    details.push((await expectProblem(response, 'unauthorized')).detail);
  }
  expect(details).toEqual([
    'Send an API key in the header Authorization: Bearer <api key>.',
    'This API key is not valid.',
    'This API key is not valid.',
    'This API key was revoked.',
    'This API key has expired.',
    'This API key was replaced by a newer one.',
  ]);
});

test('the log names the key by its id, also where it is refused, and never has the key', async () => {
  const gateway = gatewayWithKeys();
  const keys = [await keyOf({ scopes: ['flows:read'] }), ...keysThatAreNone.map(([, key]) => key)];
  for (const key of keys) await ask(gateway, 'GET /v1/flows', { key });
  const named = gateway.logged.map(({ fields }) => fields['api_key']);
  const isId: unknown = expect.stringMatching(/^key_\w{26}$/);
  expect(named).toEqual([isId, null, null, null, isId, isId, isId]);
  for (const key of keys) expect(JSON.stringify(gateway.logged)).not.toContain(key ?? 'Bearer');
});

test('a database that is away is 503 with Retry-After, before anything is told', async () => {
  const away = Object.assign(new Error('db.internal'), { code: 'ledger_unavailable' });
  const gateway = fakeGateway({}, { authenticate: () => Promise.reject(away) });
  const response = await ask(gateway, 'GET /v1/flows');
  expect(response.headers.get('Retry-After')).toMatch(/^\d+$/);
  expect(JSON.stringify(await expectProblem(response, 'database_unavailable'))).not.toContain('db.internal');
  expect(gateway.asked).toEqual([]);
});

test.each(
  guarded.filter(({ alsoScope }) => alsoScope !== null).map((each) => [each.operationId, each] as const),
)('%s is 403 with its first scope alone', async (_name, operation) => {
  const gateway = fakeGateway();
  const response = await send(gateway, operation, keyWith(operation.scope ?? ''));
  expect(response.status).toBe(403);
  expect(response.headers.get('WWW-Authenticate')).toContain(`scope="${operation.alsoScope ?? ''}"`);
  expect(gateway.asked).toEqual([]);
});

test('only health, metrics and the document are open to everybody', async () => {
  expect(open.map(({ path }) => path).toSorted()).toEqual([
    '/healthz',
    '/metrics',
    '/openapi.json',
    '/readyz',
  ]);
  for (const operation of open) expect((await send(fakeGateway(), operation, null)).status).toBe(200);
});

test.each([
  'admin-key',
  'Basic YWRtaW46',
  'Bearer',
  'Bearer ',
  'Bearer admin key',
  'Bearer admin-key,admin-key',
  `Bearer ${'a'.repeat(600)}`,
])('the header «%s» is no key', async (header) => {
  const response = await ask(fakeGateway(), 'GET /v1/flows', {
    key: null,
    headers: { Authorization: header },
  });
  expect(response.status).toBe(401);
});

test('the scheme is understood in any case', async () => {
  expect(
    (
      await ask(fakeGateway(), 'GET /v1/flows', {
        key: null,
        headers: { Authorization: `bearer ${adminKey}` },
      })
    ).status,
  ).toBe(200);
});

test('a key that asks too often is 429 with Retry-After, while another key is served', async () => {
  let now = 0;
  const gateway = fakeGateway({}, { rateLimiter: createRateLimiter({ now: () => now }, { perSecond: 3 }) });
  const status = async (key: string) => (await ask(gateway, 'GET /v1/flows', { key })).status;
  expect([await status(adminKey), await status(adminKey), await status(adminKey)]).toEqual([200, 200, 200]);
  const refused = await ask(gateway, 'GET /v1/flows');
  expect(refused.status).toBe(429);
  expect(refused.headers.get('Retry-After')).toBe('1');
  expect(await refused.json()).toMatchObject({ code: 'rate_limited' });
  expect(await status(keyWith('flows:read'))).toBe(200);
  now = 334;
  expect([await status(adminKey), await status(adminKey)]).toEqual([200, 429]);
});
