import { recordingsFolder } from './recording-files.ts';
import type { VoiceName } from './synthesiser.ts';

/** Sounds of the words of one call, such as a name: not kept for long after it. */
export const personalFolder = 'personal';

/** By whoever spoke, so that a look into the directory tells it, and one voice's sounds can be removed to be spoken by another. */
const folderOf: Record<VoiceName | 'pause', string> = {
  'espeak-ng': 'espeak-ng',
  google: 'google',
  bhashini: 'bhashini',
  pause: 'pauses',
};

/** All folders under `renditions` that sounds are kept in which can be made again. */
export const soundFolders: readonly string[] = [...Object.values(folderOf), personalFolder];

/** Whether somebody recorded the sound. */
export function isRecorded(sound: string): boolean {
  return sound.startsWith(`${recordingsFolder}/`);
}

/** Who spoke the sound; null for a recording, and for silence. */
export function voiceIn(sound: string): VoiceName | null {
  const folders = sound.split('/');
  const [voice] = Object.entries(folderOf).find(([, folder]) => folders.includes(folder)) ?? [];
  return voice === undefined || voice === 'pause' ? null : (voice as VoiceName);
}

/** Where a sound lies, relative to the data directory and without extension. No text and no number shows in it. */
export function soundPath(sound: { hash: string; voice: VoiceName | 'pause'; isPersonal: boolean }): string {
  const folder = sound.isPersonal ? `${personalFolder}/${folderOf[sound.voice]}` : folderOf[sound.voice];
  return `renditions/${folder}/${sound.hash.slice(0, 2)}/${sound.hash}`;
}
