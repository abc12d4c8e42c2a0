import { afterAll, afterEach, expect, it } from 'vitest';
import { createApiKeyStore } from '../../../src/db/api-key-store.ts';
import { openDatabase, type Database } from '../../../src/db/database.ts';
import { createGatewayBus } from '../../../src/db/gateway-bus.ts';
import { scopes } from '../../../src/domain/api-keys/scope.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type { CreateApiKeyResult } from '../../../src/workflows/api-key-use-cases.ts';
import { ApiKeyRing, longestTrustMs } from '../../../src/workflows/api-key-ring.ts';
import { createApiKeyUseCases } from '../../../src/workflows/manage-api-keys.ts';
import type { Principal } from '../../../src/workflows/use-cases.ts';
import { createTestDatabase } from '../../support/database.ts';
import { sampleIds } from '../../support/sample-call.ts';
import { silentLog } from '../../support/silent-log.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** The time of all gateways: it goes on when it is told to. */
const time = { now: Date.now() };
const clock = { now: () => time.now };
const by: Principal = { keyId: 'configuration', owner: 'admin', scopes: new Set(['admin']) };

/** What one gateway has of API keys, with connections of its own; `hears`: whether it has word from the others. */
async function gateway(name: string, { hears }: { hears: boolean }) {
  const database = openDatabase({ connection: test.connection, log: silentLog });
  closing.push(() => database.close());
  const store = createApiKeyStore(database);
  const ring = new ApiKeyRing({ store, configured: null, clock, steadyClock: clock });
  const heard: string[] = [];
  const bus = createGatewayBus({
    ...{ connection: test.connection, gateway: name, clock: systemClock, log: silentLog },
    hasOthers: () => hears,
    onNews(news) {
      heard.push(...Object.keys(news));
      if (news.keys && hears) ring.forget();
    },
  });
  closing.push(() => bus.stop());
  await expect.poll(() => heard).toContain('keys');
  heard.length = 0;
  const useCases = createApiKeyUseCases({
    ...{ apiKeys: store, clock, ids: sampleIds },
    onKeysChanged() {
      ring.forget();
      bus.tell({ keys: true });
    },
  });
  const result = async (text: string): Promise<string> => (await ring.authenticate(text)).result;
  return { database, ring, useCases, heard, result };
}

type Gateway = Awaited<ReturnType<typeof gateway>>;

async function made({ useCases }: Gateway): Promise<Extract<CreateApiKeyResult, { result: 'created' }>> {
  const created = await useCases.createApiKey({
    ...{ by, name: 'Campaign system', owner: null, scopes, expiresAt: null },
  });
  if (created.result !== 'created') throw new Error('not made');
  return created;
}

it('a key that is revoked by one is refused by it at once, and by another that hears nothing a second later at the latest', async () => {
  const [one, deaf] = [await gateway('one', { hears: true }), await gateway('deaf', { hears: false })];
  const { key, text } = await made(one);
  expect([await one.result(text), await deaf.result(text)]).toEqual(['valid', 'valid']);
  await one.useCases.revokeApiKey({ id: key.id, by: 'configuration' });
  expect(await one.result(text)).toBe('revoked');
  time.now += longestTrustMs - 1;
  // what makes the bound worth stating: until then it may be let in
  expect(await deaf.result(text)).toBe('valid');
  time.now += 1;
  expect(await deaf.result(text)).toBe('revoked');
});

it('a key that is revoked by one is refused by another as soon as word comes, with no time gone by', async () => {
  const [one, other] = [await gateway('one', { hears: true }), await gateway('other', { hears: true })];
  const { key, text } = await made(one);
  await expect.poll(() => other.heard).toContain('keys');
  other.heard.length = 0;
  expect(await other.result(text)).toBe('valid');
  await one.useCases.revokeApiKey({ id: key.id, by: 'configuration' });
  await expect.poll(() => other.heard).toContain('keys');
  expect(await other.result(text)).toBe('revoked');
});

it('a rotated key and its former one are taken by every gateway, the former one for as long as is said', async () => {
  const [one, other] = [await gateway('one', { hears: false }), await gateway('other', { hears: false })];
  const { key, text } = await made(one);
  expect(await other.result(text)).toBe('valid');
  const rotated = await one.useCases.rotateApiKey({ id: key.id, by: key.id, overlapMs: 60_000 });
  if (rotated.result !== 'rotated') throw new Error('not rotated');
  for (const each of [one, other]) {
    expect([await each.result(text), await each.result(rotated.text)]).toEqual(['valid', 'valid']);
  }
  time.now += 60_000;
  for (const each of [one, other]) {
    expect([await each.result(text), await each.result(rotated.text)]).toEqual(['replaced', 'valid']);
  }
});

it('uses that several gateways saw come to the last of them', async () => {
  const [one, other] = [await gateway('one', { hears: false }), await gateway('other', { hears: false })];
  const { key, text } = await made(one);
  await one.result(text);
  time.now += 5_000;
  await other.result(text);
  await Promise.all([other.ring.noteUses(), one.ring.noteUses()]);
  expect(await one.useCases.readApiKey(key.id)).toMatchObject({ lastUsedAt: time.now });
});

it('a database that is away lets nobody in, and says so', async () => {
  const one = await gateway('one', { hears: false });
  const { text } = await made(one);
  const gone = openDatabase({ connection: { host: '127.0.0.1', port: 1 }, log: silentLog });
  closing.push(() => gone.close());
  const store = createApiKeyStore(gone);
  const ring = new ApiKeyRing({ store, configured: 'k'.repeat(30), clock, steadyClock: clock });
  await expect(ring.authenticate(text)).rejects.toMatchObject({ code: 'ledger_unavailable' });
  expect(await ring.authenticate('k'.repeat(30))).toMatchObject({ result: 'valid' });
});

it('of a key there is its hash on record, and the key itself nowhere in the database', async () => {
  const one = await gateway('one', { hears: false });
  const { key, text } = await made(one);
  await one.result(text);
  await one.ring.noteUses();
  const rotated = await one.useCases.rotateApiKey({ id: key.id, by: key.id, overlapMs: 60_000 });
  if (rotated.result !== 'rotated') throw new Error('not rotated');
  const rows = await everyRow(one.database);
  expect(rows).toContain(key.id);
  expect(rows).toContain(key.keyStart);
  for (const secret of [text, rotated.text]) {
    expect(rows).not.toContain(secret);
    // nor the part of it that nobody could guess
    expect(rows).not.toContain(secret.slice('ivrs_'.length + 4, -7));
  }
});

/** All that the database has, as text. */
async function everyRow({ hot }: Database): Promise<string> {
  const { rows } = await hot.query<{ name: string }>(
    `select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  let text = '';
  for (const { name } of rows) {
    const found = await hot.query<{ row: string }>(`select t::text as row from ${name} t`);
    text += found.rows.map(({ row }) => row).join('\n');
  }
  return text;
}
