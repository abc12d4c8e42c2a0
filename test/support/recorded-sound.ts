import { readWav } from '../../src/speech/wav.ts';

const frameSamples = 160;
const frameMs = 20;
/** Between the noise of a line and anybody's voice. */
const loudRms = 330;

/** Figures of a WAV file: its length, and where something is to be heard. */
export interface RecordedSound {
  durationMs: number;
  loudMs: number;
  /** When the first sound begins; null where there is none. */
  firstLoudMs: number | null;
  lastLoudMs: number | null;
  /** Of what is loud, in dB below full scale. */
  levelDbfs: number;
}

export function measureWav(file: Buffer): RecordedSound {
  const wav = readWav(file);
  if (wav === null) throw new Error('this is no WAV file of 16 bits and one channel');
  const frames = Array.from({ length: Math.floor(wav.samples.length / frameSamples) }, (_, index) =>
    rms(wav.samples.subarray(index * frameSamples, (index + 1) * frameSamples)),
  );
  const loud = frames.flatMap((level, index) => (level > loudRms ? [index] : []));
  const power = loud.reduce((sum, index) => sum + (frames[index] ?? 0) ** 2, 0) / Math.max(1, loud.length);
  const at = (index: number | undefined): number | null => (index === undefined ? null : index * frameMs);
  return {
    durationMs: (wav.samples.length * 1000) / wav.rateHz,
    loudMs: loud.length * frameMs,
    firstLoudMs: at(loud[0]),
    lastLoudMs: at(loud.at(-1)),
    levelDbfs: 10 * Math.log10(power / 32_768 ** 2),
  };
}

export async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

function rms(samples: Int16Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}
