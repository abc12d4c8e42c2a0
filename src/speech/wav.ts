import { wavHeaderBytes, writeWavHeader } from '../lib/wav-header.ts';

/** Sound as numbers: 16 bits, one channel. */
export interface Samples {
  samples: Int16Array;
  rateHz: number;
}

const pcm = 1;

/**
 * The samples of a WAV file with one channel of 16-bit PCM, the only kind that our voices write; null for anything else. A length that the
 * file does not have is taken for «to the end», as eSpeak NG writes it to a pipe.
 */
export function readWav(file: Buffer): Samples | null {
  if (file.length < wavHeaderBytes || file.toString('latin1', 8, 12) !== 'WAVE') return null;
  let rateHz: number | null = null;
  for (let at = 12; at + 8 <= file.length;) {
    const name = file.toString('latin1', at, at + 4);
    const length = Math.min(file.readUInt32LE(at + 4), file.length - at - 8);
    const body = file.subarray(at + 8, at + 8 + length);
    if (name === 'fmt ') rateHz = rateOf(body);
    if (name === 'data') return rateHz === null ? null : { samples: samplesOf(body), rateHz };
    at += 8 + length + (length % 2);
  }
  return null;
}

/** The file of these samples. */
export function writeWav({ samples, rateHz }: Samples): Buffer {
  const file = Buffer.alloc(wavHeaderBytes + samples.length * 2);
  writeWavHeader(file, rateHz);
  samples.forEach((sample, index) => file.writeInt16LE(sample, wavHeaderBytes + index * 2));
  return file;
}

/** Samples per second; null for sound of another kind. */
function rateOf(format: Buffer): number | null {
  if (format.length < 16) return null;
  const isOurs =
    format.readUInt16LE(0) === pcm && format.readUInt16LE(2) === 1 && format.readUInt16LE(14) === 16;
  const rateHz = format.readUInt32LE(4);
  return isOurs && rateHz >= 8_000 && rateHz <= 48_000 ? rateHz : null;
}

/** A copy: in the file they may lie at an odd place. WAV is little-endian, and so is every machine that Node runs on. */
export function samplesOf(bytes: Buffer): Int16Array {
  const copy = new Uint8Array(bytes.length - (bytes.length % 2));
  copy.set(bytes.subarray(0, copy.length));
  return new Int16Array(copy.buffer);
}
