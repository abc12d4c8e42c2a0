import { readFile } from 'node:fs/promises';
import { heardSound } from '../../asterisk/heard-sound.ts';
import type { Lab } from '../../asterisk/start-lab.ts';
import { measureWav, type RecordedSound } from './recorded-sound.ts';

/** What this handset heard, its first call's: complete when it has hung up. */
export async function heardBy(
  { heardDir }: Pick<Lab, 'heardDir'>,
  nationalNumber: string,
): Promise<RecordedSound> {
  const [file = ''] = await heardSound(heardDir, { nationalNumber, limitMs: 20_000 });
  return measureWav(await readFile(file));
}
