import { runProgram } from './run-program.ts';
import type { ProgramResult } from './run-program.ts';
import type { RecordingFormat } from './recording-format.ts';
import { faultOf } from './ffmpeg-fault.ts';
import { bandOf } from './transcode.ts';
import { samplesOf } from './wav.ts';

export interface SoundSource {
  /** Absolute. */
  path: string;
  format: RecordingFormat;
}

export interface DecoderOptions {
  /** Name or path of ffmpeg. */
  program: string;
  /** For one run over the whole file. */
  timeLimitMs?: number;
}

export type ReadSampleRate = { result: 'read'; sampleRateHz: number } | { result: 'unreadable' };
export type DecodedSound = { result: 'decoded'; samples: Int16Array } | { result: 'unreadable' };

/** Reads sound files that somebody else made, through ffmpeg. */
export interface SoundDecoder {
  /** Of the first stream of sound. @throws SpeechFault for a fault of this machine */
  readSampleRate(source: SoundSource): Promise<ReadSampleRate>;
  /**
   * Samples, mono, 16 bit, of at most `longestMs`; `band` leaves only what a line with so many samples carries.
   * @throws SpeechFault for a fault of this machine
   */
  decode(
    source: SoundSource,
    options: { longestMs: number; rateHz: number; band: boolean },
  ): Promise<DecodedSound>;
}

const demuxers: Record<RecordingFormat, string> = {
  wav: 'wav',
  mp3: 'mp3',
  ogg: 'ogg',
  flac: 'flac',
  m4a: 'mov',
};
const probeOutputBytes = 64 * 1024;

/** The file is named, not piped: an m4a may have its table of contents at its end. Nothing but files can be opened, and only by this demuxer. */
export function createSoundDecoder({ program, timeLimitMs = 120_000 }: DecoderOptions): SoundDecoder {
  async function run(
    source: SoundSource,
    args: readonly string[],
    maxOutputBytes: number,
  ): Promise<Buffer | null> {
    const reading = [...quiet, '-f', demuxers[source.format], '-i', `file:${source.path}`, '-map', '0:a:0'];
    const bounds = { input: '', timeLimitMs, maxOutputBytes };
    return outputOf(program, await runProgram({ program, args: [...reading, ...args], ...bounds }));
  }
  return {
    async readSampleRate(source) {
      const output = await run(source, firstFrameFacts, probeOutputBytes);
      const rate = /^#sample_rate 0: (\d+)$/m.exec(output?.toString() ?? '')?.[1];
      return rate === undefined ? { result: 'unreadable' } : { result: 'read', sampleRateHz: Number(rate) };
    },
    async decode(source, { longestMs, rateHz, band }) {
      const filter = band ? ['-af', bandOf(rateHz)] : [];
      const args = ['-t', String(longestMs / 1000), ...filter, '-ar', String(rateHz), '-ac', '1'];
      const mostBytes = (2 * rateHz * (longestMs + 1000)) / 1000;
      const output = await run(source, [...args, '-f', 's16le', 'pipe:1'], mostBytes);
      return output === null || output.length === 0
        ? { result: 'unreadable' }
        : { result: 'decoded', samples: samplesOf(output) };
    },
  };
}

const quiet = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-protocol_whitelist', 'file,pipe'];
/** A format made for programs: lines of `#name stream: value`, then the frames. */
const firstFrameFacts = ['-c', 'copy', '-frames:a', '1', '-f', 'framehash', 'pipe:1'];

/** @returns null where ffmpeg cannot read the file */
function outputOf(program: string, run: ProgramResult): Buffer | null {
  if (run.result === 'done') return run.output;
  if (run.result === 'failed') return null;
  throw faultOf(program, run);
}
