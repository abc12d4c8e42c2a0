import { writeFile } from 'node:fs/promises';
import { readWav } from '../src/speech/wav.ts';
import type { ApiClient } from './api-client.ts';
import type { RecordedMessage } from './webhook-inbox.ts';

/** What handset 51 says lasts 4 s from its first word to its last; a telephone line, and where its frames begin, may cost it a little. */
const leastSpeechMs = 3_400;
const mostSpeechMs = 4_400;
const frameMs = 20;
/** Between the noise of a line and anybody's voice. */
const loudRms = 330;

/**
 * Fetches what was said, as whoever was told of it by webhook would, and keeps it in this file.
 *
 * @returns from the first word to the last, in ms, and what is wrong with it; null where it is as it should be
 */
export async function keepVoiceMessage(
  api: ApiClient,
  { id }: RecordedMessage,
  file: string,
): Promise<{ speechMs: number; wrong: string | null }> {
  const sound = await api.getBytes(`/v1/voice-messages/${id}/audio`);
  await writeFile(file, sound);
  const speechMs = lengthOfSpeechMs(sound);
  const isRight = speechMs >= leastSpeechMs && speechMs <= mostSpeechMs;
  const expected = `${leastSpeechMs} to ${mostSpeechMs} ms of speech were expected`;
  return { speechMs, wrong: isRight ? null : `voice message: ${speechMs} ms came, ${expected}` };
}

/** From the first loud frame to the last; 0 where there is none, or no sound at all. */
function lengthOfSpeechMs(file: Buffer): number {
  const wav = readWav(file);
  if (wav === null) return 0;
  const frameSamples = (wav.rateHz * frameMs) / 1000;
  const isLoud = Array.from({ length: Math.floor(wav.samples.length / frameSamples) }, (_, index) => {
    const frame = wav.samples.subarray(index * frameSamples, (index + 1) * frameSamples);
    return Math.sqrt(frame.reduce((sum, sample) => sum + sample * sample, 0) / frameSamples) > loudRms;
  });
  const first = isLoud.indexOf(true);
  return first === -1 ? 0 : (isLoud.lastIndexOf(true) - first + 1) * frameMs;
}
