import { faultOf } from './ffmpeg-fault.ts';
import { runProgram } from './run-program.ts';
import { soundFormatOf } from './sound-format.ts';
import { samplesOf } from './wav.ts';

/** Of the telephone network. */
export const sampleRateHz = 8000;

export interface TranscoderOptions {
  /** Name or path of ffmpeg (`FFMPEG_BIN`). */
  program?: string;
  timeLimitMs?: number;
  /** Of what is made; 8,000 where it is left out. */
  rateHz?: number;
}

/** Makes samples, mono, 16 bit of a sound file, WAV or MP3. */
export type Transcode = (file: Buffer, signal?: AbortSignal) => Promise<Int16Array>;

/** What a telephone carries, or a line that speaks wideband; the rest would only alias or rumble. */
export function bandOf(rateHz: number): string {
  const { fromHz, toHz } = carriedBand(rateHz);
  return `highpass=f=${fromHz},lowpass=f=${toHz}`;
}

/** G.712 for the telephone network, G.722 for wideband. */
export function carriedBand(rateHz: number): { fromHz: number; toHz: number } {
  return rateHz === sampleRateHz ? { fromHz: 200, toHz: 3400 } : { fromHz: 50, toHz: 7000 };
}
/** An hour of samples: far more than any prompt may have. */
const longestSeconds = 3600;

/** ffmpeg, fed and read through pipes; `file` and network protocols are shut, so that no container can name another file. */
export function createTranscoder(options: TranscoderOptions = {}): Transcode {
  const program = options.program ?? 'ffmpeg';
  const timeLimitMs = options.timeLimitMs ?? 30_000;
  const rateHz = options.rateHz ?? sampleRateHz;
  const maxOutputBytes = 2 * rateHz * longestSeconds;
  const quietly = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-protocol_whitelist', 'pipe'];
  const to = ['-af', bandOf(rateHz), '-ar', String(rateHz), '-ac', '1', '-f', 's16le', 'pipe:1'];

  return async (file, signal) => {
    const from = ['-f', soundFormatOf(file) ?? 'wav', '-i', 'pipe:0'];
    const run = await runProgram(
      { program, args: [...quietly, ...from, ...to], input: file, timeLimitMs, maxOutputBytes },
      signal,
    );
    if (run.result === 'done') return samplesOf(run.output);
    throw faultOf(program, run);
  };
}
