import { join } from 'node:path';

import { bytesPerMs, type Codec } from './codec.ts';
import { SpeechFault } from './speech-fault.ts';
import { storedSound } from './store-sound.ts';

/**
 * Where recordings lie under the data directory. Every name is a hash of the content, so that nothing that somebody wrote becomes part
 * of a path: `prompts/originals/ab/ab…` as it was uploaded, `prompts/alaw/ab/ab….alaw` as a phone hears it. Each codec has a folder of its
 * own, since Asterisk opens every format that it finds under one name.
 */
export const recordingsFolder = 'prompts';

/** Path relative to the data directory, without extension, as in a Rendition. */
export function recordingSound(hash: string, codec: Codec): string {
  return join(recordingsFolder, codec, hash.slice(0, 2), hash);
}

export function originalFile(hash: string): string {
  return join(recordingsFolder, 'originals', hash.slice(0, 2), hash);
}

/** @throws SpeechFault `recording_missing` where no such recording is in this directory */
export async function findRecording(
  hash: string,
  { dataDir, codec }: { dataDir: string; codec: Codec },
): Promise<{ sound: string; durationMs: number }> {
  const sound = recordingSound(hash, codec);
  const stored = await storedSound(join(dataDir, `${sound}.${codec}`));
  if (stored === null) {
    throw new SpeechFault(
      'recording_missing',
      `the file ${sound}.${codec} of a recording is not under IVRS_DATA_DIR; all gateways on one database need one data directory, and its backup`,
    );
  }
  return { sound, durationMs: Math.round(stored.bytes / bytesPerMs) };
}
