import { createHash } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { createSoundDecoder } from './decode-sound.ts';
import type { SoundDecoder, SoundSource } from './decode-sound.ts';
import type { DiskRoom } from './disk-room.ts';
import { bytesPerMs, codecs, rateOf } from './codec.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import { originalFile, recordingSound } from './recording-files.ts';
import { receiveUpload } from './receive-upload.ts';
import type { ReceivedUpload } from './receive-upload.ts';
import { longestPauseMs, padMs, peakDbfs, speechLevelDbfs } from './shape-speech.ts';
import { announcedMs, formatOf, isCutShort, recordingFormats } from './recording-format.ts';
import type { RecordingFormat, SoundFile } from './recording-format.ts';
import { shapeRecording } from './shape-recording.ts';
import type { ShapedRecording } from './recording-worker.ts';
import { storageFault, storeSound } from './store-sound.ts';
import { sampleRateHz } from './transcode.ts';

/** A recording as it is kept. */
export interface KeptRecording {
  /** Names its sound in every codec; the same for the same file, whenever and wherever it is uploaded. */
  hash: string;
  /** SHA-256 of the file that was uploaded, which is kept beside. */
  originalHash: string;
  format: RecordingFormat;
  originalBytes: number;
  /** Of what the phone will hear. */
  durationMs: number;
  /** RMS while somebody speaks, of what the phone will hear. */
  loudnessDbfs: number;
}

export type KeptResult =
  | { result: 'kept'; recording: KeptRecording }
  /** More than 20 MiB. */
  | { result: 'too_large' }
  /** `detail` is a sentence's end about the file, with what was measured: «is overdriven: …». */
  | { result: 'refused'; detail: string };

/** Turns sound files of people into what phones can hear, once, and keeps both. */
export interface Recordings {
  /** Nothing is left of what is refused. @throws SpeechFault for a fault of this machine, or whatever `chunks` throws */
  keep(chunks: AsyncIterable<Uint8Array>): Promise<KeptResult>;
}

export interface RecordingsOptions {
  dataDir: string;
  /** Name or path of ffmpeg. */
  program: string;
  room: Pick<DiskRoom, 'require' | 'noteFault'>;
}

/** To be raised whenever the same file would come out as another sound for a reason that the key below does not name. */
const pipelineVersion = 2;
export const longestRecordingMs = 10 * 60_000;
const leastRateHz = 8_000;
const mostRateHz = 96_000;
/** Conversions at a time: each may hold ten minutes of samples, and calls come first. */
const mostAtOnce = 2;
/** A lossy codec adds and takes a little at both ends. */
const lengthToleranceMs = 250;

export function createRecordings({ dataDir, program, room }: RecordingsOptions): Recordings {
  const decoder = createSoundDecoder({ program });
  const inTurn = limitConcurrency(mostAtOnce);
  async function keep(chunks: AsyncIterable<Uint8Array>): Promise<KeptResult> {
    const received = await receiveUpload(dataDir, chunks);
    if (received === null) return { result: 'too_large' };
    await using upload = received;
    return await inTurn(async () => {
      const read = await readUpload({ decoder, program }, upload);
      if ('detail' in read) return { result: 'refused', detail: read.detail };
      return { result: 'kept', recording: await store(dataDir, upload, read) };
    });
  }

  return {
    async keep(chunks) {
      await room.require();
      return keep(chunks).catch((error: unknown) => {
        room.noteFault(error);
        throw error;
      });
    },
  };
}

interface ReadUpload {
  format: RecordingFormat;
  shaped: ShapedRecording;
}

interface Refusal {
  detail: string;
}

async function readUpload(
  { decoder, program }: { decoder: SoundDecoder; program: string },
  upload: ReceivedUpload,
): Promise<ReadUpload | Refusal> {
  const announced = await readFormat(upload);
  if ('detail' in announced) return announced;
  const { format, lengthMs } = announced;
  const source: SoundSource = { path: upload.path, format };
  const rateFault = await faultOfRate(decoder, source);
  if (rateFault !== null) return { detail: rateFault };
  const narrow = { rateHz: sampleRateHz, longestMs: longestRecordingMs };
  const plain = await decoder.decode(source, {
    ...narrow,
    longestMs: longestRecordingMs + 1000,
    band: false,
  });
  if (plain.result === 'unreadable') return { detail: unreadable(format) };
  const lengthFault = faultOfLength(plain.samples, lengthMs);
  if (lengthFault !== null) return { detail: lengthFault };
  const banded = await decoder.decode(source, { ...narrow, band: true });
  const wide = await decoder.decode(source, { ...narrow, rateHz: rateOf('g722'), band: true });
  if (banded.result === 'unreadable' || wide.result === 'unreadable') return { detail: unreadable(format) };
  const samples = { plain: plain.samples, banded: banded.samples, wide: wide.samples };
  const shaped = await shapeRecording({ ...samples, program });
  return 'detail' in shaped ? shaped : { format, shaped };
}

async function readFormat(
  upload: ReceivedUpload,
): Promise<{ format: RecordingFormat; lengthMs: number | null } | Refusal> {
  if (upload.bytes === 0) return { detail: 'is empty: send the sound file as the body' };
  await using handle = await open(upload.path);
  const file: SoundFile = { bytes: upload.bytes, readAt: (at, length) => readAt(handle, at, length) };
  const format = formatOf(await file.readAt(0, 16));
  if (format === null)
    return {
      detail: `is no sound file by its content: send ${recordingFormats.join(', ')}, or text as JSON`,
    };
  if (await isCutShort(file, format))
    return { detail: `is a ${format} file that is cut short: it announces more sound than was sent` };
  return { format, lengthMs: await announcedMs(file, format) };
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

async function faultOfRate(decoder: SoundDecoder, source: SoundSource): Promise<string | null> {
  const read = await decoder.readSampleRate(source);
  if (read.result === 'unreadable') return unreadable(source.format);
  if (read.sampleRateHz >= leastRateHz && read.sampleRateHz <= mostRateHz) return null;
  return `has ${read.sampleRateHz} samples a second; ${leastRateHz} to ${mostRateHz} can be used`;
}

function faultOfLength(samples: Int16Array, announced: number | null): string | null {
  const lengthMs = (samples.length * 1000) / sampleRateHz;
  if (lengthMs > longestRecordingMs) return `is longer than ${longestRecordingMs / 60_000} minutes`;
  if (announced === null || lengthMs >= Math.min(announced, longestRecordingMs) - lengthToleranceMs)
    return null;
  return `is cut short: it announces ${seconds(announced)} of sound and has ${seconds(lengthMs)}`;
}

function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}

function unreadable(format: RecordingFormat): string {
  return `looks like a ${format} file, but no sound can be read from it`;
}

/** The original is kept last: where it is, everything made of it is too. */
async function store(
  dataDir: string,
  upload: ReceivedUpload,
  { format, shaped }: ReadUpload,
): Promise<KeptRecording> {
  const shape = [pipelineVersion, speechLevelDbfs, peakDbfs, padMs, longestPauseMs, upload.contentHash];
  const hash = createHash('sha256').update(JSON.stringify(shape)).digest('hex').slice(0, 40);
  for (const codec of codecs) {
    const path = join(dataDir, `${recordingSound(hash, codec)}.${codec}`);
    await storeSound(path, shaped.bytes[codec]);
    await forceToDisk(path);
  }
  await keepOriginal(upload, join(dataDir, originalFile(upload.contentHash)));
  return {
    hash,
    originalHash: upload.contentHash,
    format,
    originalBytes: upload.bytes,
    durationMs: Math.round(shaped.bytes.alaw.length / bytesPerMs),
    loudnessDbfs: shaped.loudnessDbfs,
  };
}

/** Nobody can make a recording again, so that it is on the disk before anybody is told that it is kept. */
async function keepOriginal(upload: ReceivedUpload, path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await rename(upload.path, path);
  } catch (error) {
    throw storageFault(error, dirname(path));
  }
  await forceToDisk(path);
}

async function forceToDisk(path: string): Promise<void> {
  try {
    for (const each of [path, dirname(path)]) {
      await using handle = await open(each, 'r');
      await handle.sync();
    }
  } catch (error) {
    throw storageFault(error, dirname(path));
  }
}
