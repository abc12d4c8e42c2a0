import { describe, expect, test } from 'vitest';
import { scopes } from '../../../src/http/authorise.ts';
import { adminKey, ask, fakeGateway, keyWith, type FakeGateway } from './fake-gateway.ts';
import { concretePath, documentOf, goodBody, operationsOf, type Operation } from './openapi-operations.ts';

const operations = operationsOf(await documentOf(fakeGateway()));
const guarded = operations.filter(({ scope }) => scope !== null);
const open = operations.filter(({ scope }) => scope === null);

function send(gateway: FakeGateway, operation: Operation, key: string | null): Promise<Response> {
  const body = goodBody(operation);
  return ask(gateway, `${operation.method} ${concretePath(operation)}`, {
    key,
    headers: { 'Idempotency-Key': 'k' },
    ...(body === undefined ? {} : { body }),
  });
}

describe.each(guarded.map((operation) => [operation.operationId, operation] as const))(
  '%s',
  (_name, operation) => {
    test.each([
      ['no key', null, 'Bearer realm="ivrs-gateway"'],
      ['a key that does not exist', 'nonsense', 'Bearer realm="ivrs-gateway", error="invalid_token"'],
    ])('is 401 with %s, and asks no use case', async (_name, key, challenge) => {
      const gateway = fakeGateway();
      const response = await send(gateway, operation, key);
      expect(response.status).toBe(401);
      expect(response.headers.get('WWW-Authenticate')).toBe(challenge);
      expect(await response.json()).toMatchObject({ code: 'unauthorized' });
      expect(gateway.asked).toEqual([]);
    });

    test('is 403 with every scope but its own, and asks no use case', async () => {
      const gateway = fakeGateway();
      const others = scopes.filter((scope) => scope !== operation.scope && scope !== 'admin');
      const response = await send(gateway, operation, keyWith(...others));
      expect(response.status).toBe(403);
      expect(response.headers.get('WWW-Authenticate')).toContain(
        `error="insufficient_scope", scope="${operation.scope ?? ''}"`,
      );
      expect(await response.json()).toMatchObject({ code: 'scope_missing' });
      expect(gateway.asked).toEqual([]);
    });

    test.each([
      ['its scopes', keyWith(operation.scope ?? '', operation.alsoScope ?? '')],
      ['the scope admin', adminKey],
    ])('is answered with %s', async (_name, key) => {
      const gateway = fakeGateway();
      expect((await send(gateway, operation, key)).ok).toBe(true);
      expect(gateway.asked).toHaveLength(1);
    });
  },
);

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
  const gateway = fakeGateway(
    {},
    { requestsPerSecond: 3, clock: { now: () => now, setTimer: () => ({ cancel: () => undefined }) } },
  );
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
