import { faultOf } from './ffmpeg-fault.ts';
import { runProgram } from './run-program.ts';
import { samplesOf } from './wav.ts';

/** ITU-T G.722 at 64 kbit/s: 16 kHz, 50 to 7000 Hz, one byte for two samples. By ffmpeg: unlike G.711 it remembers what went before. */
export interface G722Options {
  /** Name or path of ffmpeg. */
  program: string;
  signal?: AbortSignal;
}

/** Decoded, it is never further than 3 of 32768 from silence (measured with ffmpeg and Asterisk 22). */
export const g722Silence = 0xff;

const timeLimitMs = 30_000;
/** Ten minutes, and a little. */
const mostBytes = 2 * 16_000 * 610;

const quietly = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-protocol_whitelist', 'pipe'];
const plain = ['-f', 's16le', '-ar', '16000', '-ac', '1'];

/** @param samples 16,000 a second */
export async function encodeG722(samples: Int16Array, options: G722Options): Promise<Buffer> {
  // The codec takes two samples at a time.
  const even = samples.subarray(0, samples.length - (samples.length % 2));
  const input = Buffer.from(even.buffer, even.byteOffset, even.byteLength);
  return run([...plain, '-i', 'pipe:0', '-c:a', 'g722', '-f', 'g722', 'pipe:1'], input, options);
}

/** @returns 16,000 samples a second */
export async function decodeG722(bytes: Uint8Array, options: G722Options): Promise<Int16Array> {
  return samplesOf(
    await run(['-f', 'g722', '-i', 'pipe:0', ...plain, 'pipe:1'], Buffer.from(bytes), options),
  );
}

async function run(args: string[], input: Buffer, { program, signal }: G722Options): Promise<Buffer> {
  const bounds = { input, timeLimitMs, maxOutputBytes: mostBytes };
  const ran = await runProgram({ program, args: [...quietly, ...args], ...bounds }, signal);
  if (ran.result === 'done') return ran.output;
  throw faultOf(program, ran);
}
