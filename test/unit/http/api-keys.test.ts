import { describe, expect, test } from 'vitest';
import type { ApiKey } from '../../../src/domain/api-keys/api-key.ts';
import type { Scope } from '../../../src/domain/api-keys/scope.ts';
import { createApiKeyUseCases } from '../../../src/workflows/manage-api-keys.ts';
import { InMemoryApiKeys } from '../../support/in-memory-api-keys.ts';
import { sampleIds } from '../../support/sample-call.ts';
import { expectProblem } from './expect-problem.ts';
import { ask, fakeGateway, type AskOptions } from './fake-gateway.ts';

const start = Date.parse('2026-01-31T09:00:00Z');
const hourMs = 3_600_000;

/** The real use cases over keys in memory; `adminKey` of the fake gateway asks. */
function office() {
  const apiKeys = new InMemoryApiKeys();
  const time = { now: start };
  let changes = 0;
  const clock = { now: () => time.now };
  const onKeysChanged = (): void => void (changes += 1);
  const gateway = fakeGateway(createApiKeyUseCases({ apiKeys, clock, ids: sampleIds, onKeysChanged }));
  return {
    ...{ gateway, apiKeys, time },
    changes: () => changes,
    ask: (line: string, options: AskOptions = {}) => ask(gateway, line, options),
    made: async (body: Record<string, unknown> = {}): Promise<Told> => {
      const response = await ask(gateway, 'POST /v1/api-keys', { body: { ...wanted, ...body } });
      expect(response.status).toBe(201);
      return (await response.json()) as Told;
    },
  };
}

interface Told {
  id: ApiKey['id'];
  key: string;
  key_start: string;
  [field: string]: unknown;
}

const wanted = { name: 'Campaign system', scopes: ['calls:write', 'calls:read'] };

describe('an API key', () => {
  test('is shown once, when it is made', async () => {
    const { ask: send, made, changes } = office();
    const { key, ...shown } = await made();
    expect(key).toMatch(/^ivrs_[0-9a-hjkmnp-tv-z]{39}$/);
    expect(shown).toEqual({
      ...{ id: expect.stringMatching(/^key_/) as string, name: 'Campaign system', owner: 'Campaign system' },
      ...{ scopes: ['calls:read', 'calls:write'], key_start: key.slice(0, 9) },
      ...{ created_at: '2026-01-31T09:00:00.000Z', created_by: 'admin-key', expires_at: null },
      ...{ last_used_at: null, rotated_at: null, rotated_by: null, previous_key: null },
      ...{ revoked_at: null, revoked_by: null },
    });
    expect(await (await send(`GET /v1/api-keys/${shown.id}`)).json()).toEqual(shown);
    expect(await (await send('GET /v1/api-keys')).json()).toEqual({ data: [shown], next_cursor: null });
    expect(changes()).toBe(1);
  });

  test('is found where its making says', async () => {
    const { ask: send } = office();
    const made = await send('POST /v1/api-keys', { body: wanted });
    expect((await send(`GET ${made.headers.get('Location') ?? ''}`)).status).toBe(200);
  });

  test('has the owner and the end that it is given', async () => {
    const { made } = office();
    const body = { owner: 'campaigns', expires_at: '2026-01-31T15:30:00+05:30' };
    expect(await made(body)).toMatchObject({ owner: 'campaigns', expires_at: '2026-01-31T10:00:00.000Z' });
    expect(await made({ expires_at: null, scopes: ['admin', 'admin'] })).toMatchObject({
      ...{ expires_at: null, scopes: ['admin'] },
    });
  });

  const list =
    'calls:read, calls:write, flows:read, flows:write, lines:write, webhooks:write, numbers:read, admin';
  test.each<[Record<string, unknown>, string, string, string | undefined]>([
    [{ scopes: ['call:write'] }, '/scopes/0', `must be one of ${list}`, 'Did you mean «calls:write»?'],
    [
      { scopes: [] },
      ...(['/scopes', 'must have at least 1 entry'] as const),
      `There are ${list}; a campaign system mostly needs calls:read and calls:write.`,
    ],
    [{ scopes: undefined }, '/scopes', 'is required', undefined],
    [{ scopes: 'admin' }, '/scopes', 'must be a list, not a string', undefined],
    [{ scope: ['admin'] }, '/scope', 'is not a known field', 'Did you mean «scopes»?'],
    [
      { expires_at: '2026-01-31T09:00:00Z' },
      ...(['/expires_at', 'is not in the future'] as const),
      'It is 2026-01-31T09:00:00.000Z here; null for a key that does not expire.',
    ],
    [
      { expires_at: 'never' },
      ...(['/expires_at', 'must be an RFC 3339 instant, such as 2026-01-31T09:00:00Z'] as const),
      undefined,
    ],
    [
      { expires_at: '9999-12-31T23:59:59-23:59' },
      ...(['/expires_at', 'must lie between the years 2000 and 2100'] as const),
      undefined,
    ],
    [{ name: '' }, '/name', 'must have at least 1 character', undefined],
    [{ name: ' x' }, '/name', 'must not begin or end with a blank', undefined],
    [{ owner: 'a\u0000' }, '/owner', 'must not have control characters', undefined],
    [
      { owner: 'missed-calls' },
      ...(['/owner', 'must not be missed-calls: the gateway calls people back under it'] as const),
      undefined,
    ],
    [
      { name: 'missed-calls' },
      ...(['/name', 'must not be missed-calls: the gateway calls people back under it'] as const),
      'Give an owner, or another name.',
    ],
  ])('with %j is refused', async (body, pointer, detail, suggestion) => {
    const { ask: send, apiKeys } = office();
    const response = await send('POST /v1/api-keys', { body: { ...wanted, ...body } });
    const fault = { pointer, detail, ...(suggestion === undefined ? {} : { suggestion }) };
    expect((await expectProblem(response, 'invalid_request')).errors).toEqual([fault]);
    expect(await apiKeys.list({ after: null, limit: 1 })).toEqual([]);
  });

  test('with several faults hears of all of them', async () => {
    const body = { name: 'missed-calls', scopes: [], expires_at: '2020-01-01T00:00:00Z' };
    const response = await office().ask('POST /v1/api-keys', { body });
    const { errors } = await expectProblem(response, 'invalid_request');
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['/name', '/scopes', '/expires_at']);
  });

  test('is not given scopes that its maker lacks', async () => {
    const apiKeys = new InMemoryApiKeys();
    const useCases = createApiKeyUseCases({
      ...{ apiKeys, clock: { now: () => start }, ids: sampleIds, onKeysChanged: () => undefined },
    });
    const ask = (by: Scope[], scopes: Scope[]) =>
      useCases.createApiKey({
        ...{ by: { keyId: 'configuration', owner: 'a', scopes: new Set(by) } },
        ...{ name: 'n', owner: null, scopes, expiresAt: null },
      });
    expect(await ask(['calls:read'], ['calls:read', 'numbers:read'])).toEqual({
      ...{ result: 'scope_missing', scope: 'numbers:read' },
    });
    expect(await ask(['calls:read'], ['calls:read'])).toMatchObject({ result: 'created' });
    expect(await ask(['admin'], ['calls:read', 'numbers:read'])).toMatchObject({ result: 'created' });
  });
});

describe('rotating', () => {
  test('gives another key under the same id; the former is taken for a day', async () => {
    const { ask: send, made, time, changes } = office();
    const { key, ...before } = await made();
    time.now += hourMs;
    const response = await send(`POST /v1/api-keys/${before.id}/rotate`);
    const { key: next, ...after } = (await response.json()) as Told;
    expect(next).not.toBe(key);
    expect(after).toEqual({
      ...before,
      ...{ key_start: next.slice(0, 9), rotated_at: '2026-01-31T10:00:00.000Z', rotated_by: 'admin-key' },
      previous_key: {
        ...{ key_start: key.slice(0, 9), valid_until: '2026-02-01T10:00:00.000Z', last_used_at: null },
      },
    });
    expect(changes()).toBe(2);
  });

  test.each<[Record<string, unknown>, Record<string, unknown>]>([
    [{ overlap: 'PT0S' }, { previous_key: null, expires_at: '2026-02-01T09:00:00.000Z' }],
    [{ overlap: 'PT1H' }, { previous_key: { valid_until: '2026-01-31T10:00:00.000Z' } }],
    [{ overlap: 'P7D' }, { previous_key: { valid_until: '2026-02-01T09:00:00.000Z' } }],
    [{ expires_at: null }, { expires_at: null, previous_key: { valid_until: '2026-02-01T09:00:00.000Z' } }],
    [{ expires_at: '2027-01-31T09:00:00Z' }, { expires_at: '2027-01-31T09:00:00.000Z' }],
  ])('with %j', async (body, shown) => {
    const { ask: send, made } = office();
    const { id } = await made({ expires_at: '2026-02-01T09:00:00Z' });
    expect(await (await send(`POST /v1/api-keys/${id}/rotate`, { body })).json()).toMatchObject(shown);
  });

  test.each([{ overlap: 'P8D' }, { overlap: 'soon' }, { expires_at: '2020-01-01T00:00:00Z' }])(
    'with %j is refused',
    async (body) => {
      const { ask: send, made } = office();
      const { id, key_start: start } = await made();
      const response = await send(`POST /v1/api-keys/${id}/rotate`, { body });
      const pointer = `/${Object.keys(body).join('')}`;
      expect((await expectProblem(response, 'invalid_request')).errors).toMatchObject([{ pointer }]);
      expect(await (await send(`GET /v1/api-keys/${id}`)).json()).toMatchObject({ key_start: start });
    },
  );

  test('one that has expired needs another end', async () => {
    const { ask: send, made, time } = office();
    const { id } = await made({ expires_at: '2026-02-01T09:00:00Z' });
    time.now += 24 * hourMs;
    const line = `POST /v1/api-keys/${id}/rotate`;
    expect((await expectProblem(await send(line), 'invalid_request')).errors).toMatchObject([
      { pointer: '/expires_at' },
    ]);
    const body = { expires_at: '2027-01-31T09:00:00Z' };
    expect(await (await send(line, { body })).json()).toMatchObject({
      previous_key: { valid_until: '2026-02-01T09:00:00.000Z' },
    });
  });
});

describe('revoking', () => {
  test('is for good and on record, and done once', async () => {
    const { ask: send, made, time, changes } = office();
    const { id } = await made();
    time.now += hourMs;
    expect((await send(`DELETE /v1/api-keys/${id}`)).status).toBe(204);
    expect(changes()).toBe(2);
    const shown = { revoked_at: '2026-01-31T10:00:00.000Z', revoked_by: 'admin-key' };
    expect(await (await send(`GET /v1/api-keys/${id}`)).json()).toMatchObject(shown);
    expect(await (await send('GET /v1/api-keys')).json()).toMatchObject({ data: [shown] });
    await expectProblem(await send(`DELETE /v1/api-keys/${id}`), 'not_found');
    await expectProblem(await send(`POST /v1/api-keys/${id}/rotate`), 'api_key_revoked');
  });
});

test.each(['GET', 'DELETE', 'POST'])('%s of a key that there is not is 404', async (method) => {
  for (const id of [sampleIds.newId('key'), sampleIds.newId('whe'), 'key_', 'nothing']) {
    const path = `/v1/api-keys/${id}${method === 'POST' ? '/rotate' : ''}`;
    await expectProblem(await office().ask(`${method} ${path}`), 'not_found');
  }
});

test('the list goes on by its cursor', async () => {
  const { ask: send, made } = office();
  const ids = [(await made()).id, (await made()).id, (await made()).id].toReversed();
  const first = (await (await send('GET /v1/api-keys?limit=2')).json()) as {
    data: Told[];
    next_cursor: string;
  };
  const second = (await (await send(`GET /v1/api-keys?limit=2&cursor=${first.next_cursor}`)).json()) as {
    data: Told[];
    next_cursor: null;
  };
  expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(ids);
  expect(second.next_cursor).toBeNull();
});
