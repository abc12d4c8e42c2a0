import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createFlowStore } from '../../../src/db/flow-store.ts';
import { VaultError } from '../../../src/db/vault.ts';
import { createVault } from '../../../src/db/vault.ts';
import { checkVaultKey } from '../../../src/db/vault-check.ts';
import { createWebhookEndpointStore } from '../../../src/db/webhook-endpoint-store.ts';
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
  const flows = createFlowStore(test.database);

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
    expect(await endpoints.withSecrets(endpoint.id)).toStrictEqual({
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

  it('are disabled with the reason, and deleted once', async () => {
    const { id } = await created();
    expect(await endpoints.disable(id, { reason: 'The receiver answered 410.', at: t0 })).toBe('disabled');
    expect((await endpoints.get(id))?.disabledReason).toBe('The receiver answered 410.');
    expect(await endpoints.delete(id)).toBe('deleted');
    expect(await endpoints.delete(id)).toBe('not_found');
    expect(await endpoints.disable(id, { reason: 'x', at: t0 })).toBe('not_found');
    expect([await endpoints.get(id), await endpoints.withSecrets(id)]).toEqual([null, null]);
  });
});

describe('the encryption key', () => {
  it('is remembered by the database, which refuses another one', async () => {
    await checkVaultKey(test.database, test.vault);
    await checkVaultKey(test.database, test.vault);
    await expect(checkVaultKey(test.database, createVault(Buffer.alloc(32, 9)))).rejects.toThrow(VaultError);
  });
});
