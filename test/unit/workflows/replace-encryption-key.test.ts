import { beforeEach, describe, expect, it } from 'vitest';
import type { KeysInUse } from '../../../src/db/seal-anew.ts';
import { replaceEncryptionKey } from '../../../src/workflows/replace-encryption-key.ts';
import { silentLog } from '../../support/silent-log.ts';

const hourMs = 3_600_000;
const newKey = { id: 'bbbbbbbb', ageMs: 2 * hourMs };
let inUse: KeysInUse;
let left: { rows: number; sounds: number };
let said: string[];

beforeEach(() => {
  inUse = { newest: newKey, former: ['aaaaaaaa'] };
  left = { rows: 0, sounds: 0 };
  said = [];
});

function run(keyId = newKey.id): Promise<void> {
  const take = (what: keyof typeof left): Promise<{ sealed: number; broken: number }> => {
    const sealed = left[what];
    left[what] = 0;
    return Promise.resolve({ sealed, broken: 0 });
  };
  return replaceEncryptionKey({
    ...{ keyId, keysInUse: () => Promise.resolve(inUse), sealRowsAnew: () => take('rows') },
    sounds: { sealAnew: () => take('sounds') },
    forgetKeys(ids) {
      inUse = { ...inUse, former: inUse.former.filter((id) => !ids.includes(id)) };
      return Promise.resolve();
    },
    log: {
      ...silentLog,
      info: (_, message) => void said.push(message),
      warn: (_, message) => void said.push(`warning: ${message}`),
    },
  });
}

describe('an encryption key that is being replaced', () => {
  it.each([
    { rows: 1, sounds: 0 },
    { rows: 0, sounds: 1 },
  ])(
    'is forgotten once a whole run found nothing of it ($rows rows, $sounds sounds left at first)',
    async (first) => {
      left = first;
      await run();
      expect(inUse.former).toEqual(['aaaaaaaa']);
      expect(left).toEqual({ rows: 0, sounds: 0 });
      await run();
      expect(inUse.former).toEqual([]);
      expect(said.at(-1)).toMatch(/IVRS_OTHER_ENCRYPTION_KEYS may be left out/);
    },
  );

  it('is kept for an hour, while other gateways may still seal with it', async () => {
    inUse = { ...inUse, newest: { ...newKey, ageMs: hourMs - 1 } };
    await run();
    expect(inUse.former).toEqual(['aaaaaaaa']);
    inUse = { ...inUse, newest: { ...newKey, ageMs: hourMs } };
    await run();
    expect(inUse.former).toEqual([]);
  });

  it('is left alone, with a warning, by a gateway that still seals with it', async () => {
    left = { rows: 1, sounds: 1 };
    await run('aaaaaaaa');
    expect([left, inUse.former]).toEqual([{ rows: 1, sounds: 1 }, ['aaaaaaaa']]);
    expect(said).toEqual([expect.stringMatching(/^warning: .*IVRS_ENCRYPTION_KEY$/)]);
  });
});

it('does nothing and says nothing where there is one key', async () => {
  inUse = { newest: newKey, former: [] };
  left = { rows: 1, sounds: 1 };
  await run();
  expect([left, said]).toEqual([{ rows: 1, sounds: 1 }, []]);
});
