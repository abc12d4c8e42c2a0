import type { KeysInUse, SealedAnew } from '../db/seal-anew.ts';
import type { Log } from '../lib/log.ts';
import type { SealedSoundStore } from '../recordings/sound-store.ts';

export interface ReplaceKeyDependencies {
  /** Of the key that this process seals with. */
  keyId: string;
  keysInUse: () => Promise<KeysInUse>;
  forgetKeys: (ids: readonly string[]) => Promise<void>;
  /** Numbers and secrets. */
  sealRowsAnew: () => Promise<SealedAnew>;
  sounds: Pick<SealedSoundStore, 'sealAnew'>;
  log: Log;
}

/** So long after a new key came, another gateway may still seal with the one before. */
const gatewaysStartAnewWithinMs = 3_600_000;

/**
 * While a database has several encryption keys: seals with the newest what another one sealed. Where nothing is left of that, an hour after the newest came,
 * the others are forgotten, and need not be named any more. A run may be cut off anywhere: what is sealed stays so, and the next goes on.
 *
 * @throws LedgerUnavailable
 */
export async function replaceEncryptionKey(deps: ReplaceKeyDependencies): Promise<void> {
  const { keyId, log } = deps;
  const { newest, former } = await deps.keysInUse();
  if (newest.id !== keyId) {
    log.warn({ key: keyId, newest: newest.id }, stillFormer);
    return;
  }
  if (former.length === 0) return;
  const parts = [await deps.sealRowsAnew(), await deps.sounds.sealAnew()];
  const sum = (part: keyof SealedAnew): number => parts.reduce((total, each) => total + each[part], 0);
  const told = { key: keyId, former, sealed: sum('sealed'), broken: sum('broken') };
  if (told.sealed > 0 || newest.ageMs < gatewaysStartAnewWithinMs) {
    log.info(told, 'sealed anew with the new encryption key');
    return;
  }
  await deps.forgetKeys(former);
  log.info(told, nothingLeft);
}

const stillFormer =
  'this gateway seals with an encryption key that is being replaced: start it with the new one as IVRS_ENCRYPTION_KEY';
const nothingLeft =
  'nothing is sealed with the former encryption keys any more: IVRS_OTHER_ENCRYPTION_KEYS may be left out';
