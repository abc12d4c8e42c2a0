import { runProgram } from './run-program.ts';
import { soundFormatOf } from './sound-format.ts';
import { SpeechFault } from './speech-fault.ts';
import { samplesOf } from './wav.ts';

export const sampleRateHz = 8000;

export interface TranscoderOptions {
  /** Name or path of ffmpeg (`FFMPEG_BIN`). */
  program?: string;
  timeLimitMs?: number;
}

/** Makes samples at 8 kHz, mono, 16 bit of a sound file, WAV or MP3. */
export type Transcode = (file: Buffer, signal?: AbortSignal) => Promise<Int16Array>;

/** What a telephone carries; the rest would only alias or rumble. */
export const telephoneBand = 'highpass=f=200,lowpass=f=3400';
/** An hour of samples: far more than any prompt may have. */
const maxOutputBytes = 2 * sampleRateHz * 3600;

/** ffmpeg, fed and read through pipes; `file` and network protocols are shut, so that no container can name another file. */
export function createTranscoder(options: TranscoderOptions = {}): Transcode {
  const program = options.program ?? 'ffmpeg';
  const timeLimitMs = options.timeLimitMs ?? 30_000;
  const quietly = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-protocol_whitelist', 'pipe'];
  const to = ['-af', telephoneBand, '-ar', String(sampleRateHz), '-ac', '1', '-f', 's16le', 'pipe:1'];

  return async (file, signal) => {
    const from = ['-f', soundFormatOf(file) ?? 'wav', '-i', 'pipe:0'];
    const run = await runProgram(
      { program, args: [...quietly, ...from, ...to], input: file, timeLimitMs, maxOutputBytes },
      signal,
    );
    switch (run.result) {
      case 'done':
        return samplesOf(run.output);
      case 'missing':
        throw new SpeechFault(
          'transcoder_missing',
          `${program} cannot be found: install ffmpeg (on Debian: apt-get install ffmpeg), or name it in FFMPEG_BIN`,
        );
      case 'timed_out':
        throw new SpeechFault(
          'transcoder_timed_out',
          `${program} did not finish within its time limit and was ended`,
        );
      case 'aborted':
        throw new SpeechFault('closed', 'transcoding was called off');
      case 'failed':
        throw new SpeechFault('transcoder_failed', `${program} failed: ${run.detail}`);
    }
  };
}
