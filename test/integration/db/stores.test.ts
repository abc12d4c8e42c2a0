import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createFlowStore } from '../../../src/db/flow-store.ts';
import {
  createWebhookEndpointStore,
  dropOldSecrets,
  type EndpointChange,
} from '../../../src/db/webhook-endpoint-store.ts';
import type { EndpointId } from '../../../src/domain/ids.ts';
import type { FlowDefinition } from '../../../src/domain/flows/flow-definition.ts';
import { createTestDatabase } from '../../support/database.ts';
import { sampleIds } from '../../support/sample-call.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());
beforeEach(() => test.clear());
const t0 = 1_800_000_000_000;

function definition(title: string): FlowDefinition {
  return { title, languages: ['hi'], steps: [{ id: 'bye', type: 'hang_up' }] };
}

describe('flows', () => {
  // a store remembers versions for good, and each test begins with no flow
  let flows = createFlowStore(test.database);
  beforeEach(() => {
    flows = createFlowStore(test.database);
  });

  it('are read once, and then known, while which is the newest is asked each time', async () => {
    await flows.putFlow({ id: 'quiz', definition: definition('one'), at: t0 });
    const first = await flows.getFlow('quiz', null);
    expect(await flows.getFlow('quiz', 1)).toBe(first);
    await createFlowStore(test.database).putFlow({ id: 'quiz', definition: definition('two'), at: t0 });
    expect((await flows.getFlow('quiz', null))?.definition.title).toBe('two');
    expect(await flows.getFlow('quiz', 1)).toBe(first);
  });

  it('get a new version each time that they change, and none when they do not', async () => {
    const first = await flows.putFlow({ id: 'quiz', definition: definition('one'), at: t0 });
    expect(first).toEqual({
      created: true,
      flow: { id: 'quiz', version: 1, definition: definition('one'), createdAt: t0 },
    });
    expect(await flows.putFlow({ id: 'quiz', definition: definition('one'), at: t0 + 1 })).toEqual({
      ...first,
      created: false,
    });
    expect((await flows.putFlow({ id: 'quiz', definition: definition('two'), at: t0 })).flow.version).toBe(2);
    expect((await flows.putFlow({ id: 'quiz', definition: definition('one'), at: t0 })).flow.version).toBe(3);
    expect((await flows.getFlow('quiz', 2))?.definition.title).toBe('two');
    expect((await flows.getFlow('quiz', null))?.version).toBe(3);
  });

  it('are not there under another id or version', async () => {
    await flows.putFlow({ id: 'quiz', definition: definition('one'), at: t0 });
    for (const version of [0, -1, 2, 1.5, 2 ** 31, 1e300, NaN])
      expect(await flows.getFlow('quiz', version)).toBeNull();
    expect(await flows.getFlow('other', null)).toBeNull();
  });

  it('get versions of their own when many are put at once', async () => {
    const puts = Array.from({ length: 20 }, (_, index) =>
      flows.putFlow({ id: 'quiz', definition: definition(`${index}`), at: t0 }),
    );
    const versions = (await Promise.all(puts)).map(({ flow }) => flow.version);
    expect(versions.toSorted((a, b) => a - b)).toEqual(versions.map((_, index) => index + 1));
  });

  it('are listed by id, the newest version of each, page by page', async () => {
    for (const id of ['b', 'a', 'c', 'a'])
      await flows.putFlow({ id, definition: definition(`${id}${Math.random()}`), at: t0 });
    const listed = async (after: string | null, limit: number) =>
      (await flows.listFlows({ after, limit })).map(({ id, version }) => `${id}@${version}`);
    expect(await listed(null, 10)).toEqual(['a@2', 'b@1', 'c@1']);
    expect(await listed('a', 1)).toEqual(['b@1']);
  });
});

describe('webhook endpoints', () => {
  const endpoints = createWebhookEndpointStore(test.database, test.vault);
  const given = {
    url: 'https://example.org/hook',
    eventTypes: ['call.ended'],
    numbers: 'masked',
    description: 'CRM',
    disabledReason: null,
    createdAt: t0,
  } as const;

  async function created() {
    const endpoint = { ...given, eventTypes: [...given.eventTypes], id: sampleIds.newId('whe') };
    await endpoints.create({ ...endpoint, secret: 'whsec_c2VjcmV0' });
    return endpoint;
  }

  it('are kept as they were given, the secret apart and sealed', async () => {
    const endpoint = await created();
    expect(await endpoints.get(endpoint.id)).toStrictEqual(endpoint);
    expect(await endpoints.withSecrets(endpoint.id, t0)).toStrictEqual({
      ...endpoint,
      secrets: ['whsec_c2VjcmV0'],
    });
    const { rows } = await test.database.hot.query<{ text: string }>(
      'select w::text as text from webhook_endpoints w',
    );
    expect(rows[0]?.text).not.toContain(Buffer.from('whsec_').toString('hex'));
  });

  it('are listed newest first, page by page', async () => {
    const [first, second, third] = [await created(), await created(), await created()];
    expect(await endpoints.list({ after: null, limit: 2 })).toEqual([third, second]);
    expect(await endpoints.list({ after: second.id, limit: 2 })).toEqual([first]);
  });

  const disabling = { reason: 'x', at: t0, event: sampleIds.newId('evt') };
  const change = (id: EndpointId, changes: Partial<EndpointChange>) =>
    endpoints.change(id, { mayShowNumbers: false, now: t0, ...changes });

  it('change what was given and nothing else', async () => {
    const endpoint = await created();
    const url = 'https://example.org/new';
    const changes: Partial<EndpointChange>[] = [{ url }, { eventTypes: null }, { description: null }, {}];
    for (const each of changes) {
      const changed = { ...(await endpoints.get(endpoint.id)), ...each };
      expect(await change(endpoint.id, each)).toEqual({ result: 'changed', endpoint: changed });
    }
    expect(await endpoints.get(endpoint.id)).toEqual({
      ...endpoint,
      url,
      eventTypes: null,
      description: null,
    });
    expect(await change(sampleIds.newId('whe'), {})).toEqual({ result: 'not_found' });
  });

  it('let only those who may see numbers say where numbers in clear are sent', async () => {
    const { id } = await created();
    const notAllowed = { result: 'not_allowed' };
    expect(await change(id, { numbers: 'clear' })).toEqual(notAllowed);
    expect(await change(id, { numbers: 'clear', mayShowNumbers: true })).toMatchObject({ result: 'changed' });
    expect(await change(id, { url: 'https://elsewhere.example/' })).toEqual(notAllowed);
    const harmless = [
      { url: given.url },
      { description: 'x' },
      { numbers: 'masked' as const, url: 'https://b.example/' },
    ];
    for (const each of harmless) expect(await change(id, each)).toMatchObject({ result: 'changed' });
  });

  it('are disabled and enabled again, and the first reason stays', async () => {
    const { id } = await created();
    const reasonAfter = async (disabled: EndpointChange['disabled']) => {
      await change(id, disabled === undefined ? {} : { disabled });
      return (await endpoints.get(id))?.disabledReason;
    };
    expect(await reasonAfter({ ...disabling, reason: 'one' })).toBe('one');
    expect(await reasonAfter({ ...disabling, reason: 'two' })).toBe('one');
    expect(await reasonAfter(undefined)).toBe('one');
    expect(await reasonAfter(null)).toBeNull();
  });

  it('are not disabled for what a URL answered that they do not have any more', async () => {
    const { id, url } = await created();
    await change(id, { url: 'https://example.org/new' });
    expect(await endpoints.disable(id, { ...disabling, url })).toBe(false);
    expect((await endpoints.get(id))?.disabledReason).toBeNull();
  });

  it('sign with two secrets for as long as a rotation lasts, never with three', async () => {
    const { id } = await created();
    const secretsAt = async (now: number) => (await endpoints.withSecrets(id, now))?.secrets;
    expect(await endpoints.rotateSecret(id, { secret: 'b', previousUntil: t0 + 1000 })).toBe('rotated');
    expect(await secretsAt(t0 + 999)).toEqual(['b', 'whsec_c2VjcmV0']);
    expect(await secretsAt(t0 + 1000)).toEqual(['b']);
    await endpoints.rotateSecret(id, { secret: 'c', previousUntil: t0 + 1000 });
    expect(await secretsAt(t0)).toEqual(['c', 'b']);
    await endpoints.rotateSecret(id, { secret: 'd', previousUntil: null });
    expect(await secretsAt(t0)).toEqual(['d']);
    const unknown = sampleIds.newId('whe');
    expect(await endpoints.rotateSecret(unknown, { secret: 'e', previousUntil: null })).toBe('not_found');
  });

  it('forget an old secret when its time is over', async () => {
    const { id } = await created();
    await endpoints.rotateSecret(id, { secret: 'b', previousUntil: t0 });
    const kept = async (now: number) => {
      await dropOldSecrets(test.database, now);
      const { rows } = await test.database.hot.query(
        'select previous_sealed_secret as old from webhook_endpoints',
      );
      return (rows[0] as { old: Buffer | null }).old !== null;
    };
    expect([await kept(t0 - 1), await kept(t0)]).toEqual([true, false]);
  });

  it('are disabled with the reason, and deleted once', async () => {
    const { id } = await created();
    expect(await endpoints.disable(id, { ...disabling, reason: 'The receiver answered 410.' })).toBe(true);
    expect((await endpoints.get(id))?.disabledReason).toBe('The receiver answered 410.');
    expect(await endpoints.delete(id)).toBe('deleted');
    expect(await endpoints.delete(id)).toBe('not_found');
    expect(await endpoints.disable(id, disabling)).toBe(false);
    expect([await endpoints.get(id), await endpoints.withSecrets(id, t0)]).toEqual([null, null]);
  });
});
