import { sql } from 'kysely';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openVault } from '../../../src/db/open-vault.ts';
import { forgetKeys, keysInUse, sealRowsAnew } from '../../../src/db/seal-anew.ts';
import { VaultError, type Vault } from '../../../src/db/vault.ts';
import { createWebhookEndpointStore } from '../../../src/db/webhook-endpoint-store.ts';
import { createTestDatabase } from '../../support/database.ts';
import { sampleIds } from '../../support/sample-call.ts';

const test = await createTestDatabase();
const { query } = test.database;
afterAll(() => test.drop());
beforeEach(() => test.clear());

const [first, second, third] = [1, 2, 3].map((byte) => Buffer.alloc(32, byte)) as [Buffer, Buffer, Buffer];
const number = '+919876543210';
const open = (current: Buffer, ...others: Buffer[]): Promise<Vault> =>
  openVault(test.database, { current, others });

async function store(vault: Vault, numbers: readonly string[]): Promise<void> {
  for (const each of numbers) {
    const person = vault.personOf(each);
    await query
      .insertInto('phone_numbers')
      .values({ person, sealed_number: vault.seal(each, person) })
      .execute();
  }
}

async function stored(vault: Vault): Promise<string[]> {
  const rows = await query.selectFrom('phone_numbers').selectAll().orderBy('person').execute();
  return rows.map((row) => vault.open(row.sealed_number, row.person)).sort();
}

describe('the encryption key', () => {
  it('is remembered by the database, which refuses another one', async () => {
    await open(first);
    await open(first, second);
    await expect(open(second)).rejects.toThrow(
      /IVRS_ENCRYPTION_KEY is not the key that this database was filled with/,
    );
    await expect(open(second, third)).rejects.toThrow(VaultError);
    expect((await keysInUse(test.database)).former).toEqual([]);
  });

  it('is replaced: persons stay who they are, and the former key is needed until everything is sealed with the new one', async () => {
    const before = await open(first);
    await store(before, [number]);
    const after = await open(second, first);
    expect(after.personOf(number)).toBe(before.personOf(number));
    expect(after.hostSecret('crm.example')).toEqual(before.hostSecret('crm.example'));
    expect(await keysInUse(test.database)).toMatchObject({
      newest: { id: after.keyId },
      former: [before.keyId],
    });
    // a gateway that has one of both could not open what the other sealed
    for (const alone of [first, second]) await expect(open(alone)).rejects.toThrow(/is being replaced/);
    expect((await open(first, second)).keyId).toBe(before.keyId);

    expect(await sealRowsAnew(test.database, after)).toEqual({ sealed: 1, broken: 0 });
    await forgetKeys(test.database, [before.keyId]);
    const alone = await open(second);
    expect([await stored(alone), alone.personOf(number)]).toEqual([[number], before.personOf(number)]);
    await expect(open(first)).rejects.toThrow(VaultError);
  });

  it('is replaced again and again', async () => {
    const person = (await open(first)).personOf(number);
    for (const [current, former] of [
      [second, first],
      [third, second],
    ] as const) {
      const vault = await open(current, former);
      expect(vault.personOf(number)).toBe(person);
      await forgetKeys(test.database, (await keysInUse(test.database)).former);
    }
    expect((await open(third)).personOf(number)).toBe(person);
  });

  it('is entered once by gateways that start at once', async () => {
    await open(first);
    const vaults = await Promise.all([1, 2, 3, 4].map(() => open(second, first)));
    expect(new Set(vaults.map((vault) => vault.personOf(number))).size).toBe(1);
    expect((await keysInUse(test.database)).former).toHaveLength(1);
  });
});

describe('sealing anew', () => {
  it('takes every number, in several portions, and leaves those that the new key sealed', async () => {
    const numbers = Array.from({ length: 1203 }, (_, at) => `+9198765${String(at).padStart(5, '0')}`);
    await store(await open(first), numbers.slice(0, -1));
    const vault = await open(second, first);
    await store(vault, numbers.slice(-1));
    const [last] = await bytesOf(vault.personOf(numbers.at(-1)!));
    expect(await sealRowsAnew(test.database, vault)).toEqual({ sealed: 1202, broken: 0 });
    expect(await sealRowsAnew(test.database, vault)).toEqual({ sealed: 0, broken: 0 });
    expect(await bytesOf(vault.personOf(numbers.at(-1)!))).toEqual([last]);
    await forgetKeys(test.database, (await keysInUse(test.database)).former);
    expect(await stored(await open(second))).toEqual(numbers);
  });

  it('goes on past what does not open', async () => {
    const vault = await open(second, first);
    await store(await open(first, second), [number, '+919876543211']);
    await sql`update phone_numbers set sealed_number = set_byte(sealed_number, 20, 255 - get_byte(sealed_number, 20))
      where person = ${vault.personOf(number)}`.execute(query);
    expect(await sealRowsAnew(test.database, vault)).toEqual({ sealed: 1, broken: 1 });
  });

  it('takes the secrets of endpoints, the former ones too', async () => {
    const ids = sampleIds;
    const at = 1_800_000_000_000;
    const endpoints = (vault: Vault) => createWebhookEndpointStore(test.database, vault);
    const [before, id] = [endpoints(await open(first)), ids.newId('whe')];
    await before.create({
      ...{
        id,
        url: 'https://crm.example/hooks',
        eventTypes: null,
        numbers: 'masked',
        description: null,
        disabledReason: null,
      },
      ...{ secret: 'whsec_one', createdAt: at },
    });
    await before.rotateSecret(id, { secret: 'whsec_two', previousUntil: at + 1000 });
    const vault = await open(second, first);
    expect(await sealRowsAnew(test.database, vault)).toEqual({ sealed: 2, broken: 0 });
    await forgetKeys(test.database, (await keysInUse(test.database)).former);
    const kept = await endpoints(await open(second)).withSecrets(id, at);
    expect(kept?.secrets).toEqual(['whsec_two', 'whsec_one']);
  });
});

async function bytesOf(person: string): Promise<string[]> {
  const rows = await query.selectFrom('phone_numbers').selectAll().where('person', '=', person).execute();
  return rows.map((row) => row.sealed_number.toString('hex'));
}
