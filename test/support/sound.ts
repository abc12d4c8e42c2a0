import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SoundPart } from '../../src/domain/prompts/spoken-part.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createEspeakSynthesiser } from '../../src/speech/espeak-synthesiser.ts';
import { createDiskRoom } from '../../src/speech/disk-room.ts';
import { rateOf, type Codec } from '../../src/speech/codec.ts';
import { createRenditionCache, type Rendition } from '../../src/speech/rendition-cache.ts';
import { createRenditionStore } from '../../src/speech/rendition-store.ts';
import { createSoundShaper } from '../../src/speech/sound-shaper.ts';
import { createTranscoder } from '../../src/speech/transcode.ts';
import { silentLog } from './silent-log.ts';

/** 8,000 samples a second, as everything in these tests. */
const sampleRateHz = 8000;

/** The samples of a mono WAV file of 16 bits. */
export async function readWav(path: string): Promise<Int16Array> {
  return readWavBytes(await readFile(path));
}

export function readWavBytes(file: Buffer): Int16Array {
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.readUInt32LE(24) !== sampleRateHz)
    throw new Error(`this is no WAV file of ${sampleRateHz} Hz`);
  const dataAt = file.indexOf('data', 12, 'latin1') + 8;
  const samples = Math.floor((file.length - dataAt) / 2);
  return Int16Array.from({ length: samples }, (_, index) => file.readInt16LE(dataAt + 2 * index));
}

/** The files that a gateway which speaks by eSpeak NG alone has on disk for these parts. */
export async function renditionFiles(
  dataDir: string,
  { codec, parts }: { codec: Codec; parts: readonly SoundPart[] },
): Promise<Rendition[]> {
  const { cache, close } = await openRenditions(dataDir, codec);
  try {
    return await Promise.all(parts.map((part) => cache.renditionOf(part)));
  } finally {
    await close();
  }
}

/** What is in the file of this part. */
export async function renditionOf(
  dataDir: string,
  part: SoundPart,
  codec: keyof typeof decoders = 'alaw',
): Promise<Int16Array> {
  const [rendition] = await renditionFiles(dataDir, { codec, parts: [part] });
  const sound = rendition?.sound ?? '';
  return Int16Array.from(await readFile(join(dataDir, `${sound}.${codec}`)), decoders[codec]);
}

async function openRenditions(dataDir: string, codec: Codec) {
  const program = process.env['FFMPEG_BIN'] ?? 'ffmpeg';
  const shaper = createSoundShaper({ program });
  const cache = createRenditionCache({
    ...{ dataDir, clock: systemClock, codec, shaper },
    voices: [await createEspeakSynthesiser()],
    program,
    transcode: createTranscoder({ program, rateHz: rateOf(codec) }),
    store: createRenditionStore({
      clock: systemClock,
      room: createDiskRoom({ dataDir, clock: systemClock, leastFreeBytes: 0 }),
    }),
    log: silentLog,
  });
  const close = async (): Promise<void> => {
    await cache.close();
    await shaper.close();
  };
  return { cache, close };
}

/** ITU-T G.711, by its own tables of segments; not with the decoder or encoder under test. */
const decoders = { alaw: decodeAlaw, ulaw: decodeUlaw };

function decodeUlaw(byte: number): number {
  const code = byte ^ 0xff;
  const exponent = (code >> 4) & 7;
  const magnitude = ((((code & 0x0f) << 1) + 33) << exponent) - 33;
  return (code & 0x80 ? -magnitude : magnitude) * 4;
}

function decodeAlaw(byte: number): number {
  const code = byte ^ 0x55;
  const exponent = (code >> 4) & 7;
  const mantissa = ((code & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return code & 0x80 ? magnitude : -magnitude;
}

/** Where `wanted` is best found in `heard`, and how alike they are there: normalised cross-correlation, 1 for the same. */
export function findSound(wanted: Int16Array, heard: Int16Array): { correlation: number; at: number } {
  // First roughly, on every eighth sample of a smoothed copy; then to the sample, around the best places.
  const step = 8;
  const rough = correlations(smoothed(wanted, step), smoothed(heard, step));
  const places = rough.map((correlation, index) => ({ correlation, at: index * step }));
  const best = places.toSorted((a, b) => b.correlation - a.correlation).slice(0, 10);
  return best
    .flatMap(({ at }) =>
      nearby(at, 2 * step).map((place) => ({ correlation: alike(wanted, heard, place), at: place })),
    )
    .reduce((most, each) => (each.correlation > most.correlation ? each : most), { correlation: -1, at: 0 });
}

function correlations(wanted: Int16Array, heard: Int16Array): number[] {
  const places = Math.max(0, heard.length - wanted.length + 1);
  return Array.from({ length: places }, (_, at) => alike(wanted, heard, at));
}

function alike(wanted: Int16Array, heard: Int16Array, at: number): number {
  return at < 0 || at + wanted.length > heard.length ? -1 : correlation(wanted, heard, at);
}

/** Of the two there, normalised; beyond its ends `heard` is silent. */
export function correlation(wanted: Int16Array, heard: Int16Array, at: number): number {
  let [product, wantedPower, heardPower] = [0, 0, 0];
  for (let index = 0; index < wanted.length; index += 1) {
    const one = wanted[index] ?? 0;
    const other = heard[at + index] ?? 0;
    product += one * other;
    wantedPower += one * one;
    heardPower += other * other;
  }
  return wantedPower === 0 || heardPower === 0 ? 0 : product / Math.sqrt(wantedPower * heardPower);
}

/** The mean of each `step` samples: keeps what is below 500 Hz, where voices have most of their power. */
function smoothed(samples: Int16Array, step: number): Int16Array {
  return Int16Array.from({ length: Math.floor(samples.length / step) }, (_, index) => {
    const part = samples.subarray(index * step, (index + 1) * step);
    return part.reduce((sum, sample) => sum + sample, 0) / step;
  });
}

function nearby(at: number, reach: number): number[] {
  return Array.from({ length: 2 * reach + 1 }, (_, index) => at - reach + index);
}
