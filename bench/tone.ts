import { writeWav } from '../src/speech/wav.ts';

const rateHz = 8_000;
const toneHz = 440;
const loudness = 8_000;

/** A WAV file with a tone of so many milliseconds, as somebody would upload it: 16 bits, mono. */
export function toneOf(durationMs: number): Uint8Array<ArrayBuffer> {
  const samples = Int16Array.from({ length: Math.round((durationMs * rateHz) / 1000) }, (_, index) =>
    Math.round(loudness * Math.sin((2 * Math.PI * toneHz * index) / rateHz)),
  );
  return new Uint8Array(writeWav({ samples, rateHz }));
}
