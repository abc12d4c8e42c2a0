import { writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { Lab } from '../../asterisk/start-lab.ts';
import { startLab } from '../../asterisk/start-lab.ts';
import type { AttemptId } from '../../src/domain/ids.ts';
import { createIdSource } from '../../src/domain/ids.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { AsteriskTelephonyOptions } from '../../src/telephony/asterisk/asterisk-telephony.ts';
import type { DialRequest } from '../../src/telephony/telephony.ts';
import { keptLog } from './kept-log.ts';

/** A pair of real Asterisks, started once for a test file and ended with it. */
export function useLab(): () => Lab {
  let lab: Lab | null = null;
  beforeAll(async () => {
    lab = await startLab();
    await writeTestSounds(lab.gateway.dataDir);
  }, 60_000);
  afterAll(async () => {
    await lab?.stop();
  }, 20_000);
  return () => {
    if (lab === null) throw new Error('the lab is there from beforeAll to afterAll only');
    return lab;
  };
}

/** Sounds of the tests, by name relative to the data directory. */
export const testSounds = {
  asking: 'test-asking',
  short: 'test-short',
  long: 'test-long',
  silence: 'test-silence',
};

/** A-law: noise that a handset takes for speech, and silence in pieces of a second. */
async function writeTestSounds(dataDir: string): Promise<void> {
  const noise = (durationMs: number): Buffer =>
    Buffer.from(Uint8Array.from({ length: durationMs * 8 }, (_, i) => (i % 16 < 8 ? 0xb5 : 0x35)));
  await Promise.all([
    writeFile(join(dataDir, `${testSounds.asking}.alaw`), noise(800)),
    writeFile(join(dataDir, `${testSounds.short}.alaw`), noise(300)),
    writeFile(join(dataDir, `${testSounds.long}.alaw`), noise(1_200)),
    writeFile(join(dataDir, `${testSounds.silence}.alaw`), Buffer.alloc(8_000, 0xd5)),
  ]);
}

const variables = {
  address: 'IVRS_ARI_URL',
  access: 'IVRS_ARI_USER and IVRS_ARI_PASSWORD',
  dataDir: 'IVRS_ASTERISK_DATA_DIR',
};

/** Options of a telephony that drives the lab's gateway Asterisk. */
export function labTelephonyOptions(lab: Lab): AsteriskTelephonyOptions {
  return {
    url: lab.gateway.ariUrl,
    user: lab.gateway.ariUser,
    password: lab.gateway.ariPassword,
    app: 'ivrs',
    context: 'outgoing',
    soundsRoot: lab.gateway.asteriskDataDir,
    writtenAt: variables,
    writtenCallsDir: join(lab.gateway.dataDir, 'incoming-calls'),
    silenceSounds: (durationMs) =>
      Array.from({ length: Math.ceil(durationMs / 1000) }, () => testSounds.silence),
    clock: systemClock,
    random: Math.random,
    log: keptLog(),
  };
}

const ids = createIdSource(systemClock, (count) => randomBytes(count));

export function newLegId(): AttemptId {
  return ids.newId('att');
}

/** A dial to the handset that does what `behaviour` (BB) says with these keys (KKKK). */
export function dialTo(behaviour: string, keys = '9999', changes: Partial<DialRequest> = {}): DialRequest {
  return {
    leg: newLegId(),
    endpoint: `PJSIP/+919000${behaviour}${keys}@carrier-a`,
    callerId: '+911600000001',
    setupTimeoutMs: 20_000,
    ringTimeoutMs: 20_000,
    absoluteTimeoutMs: 60_000,
    detectTalk: false,
    ...changes,
  };
}
