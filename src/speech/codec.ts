import { codecs, type Codec } from '../domain/calls/trunk.ts';
import { decodeG711, encodeG711, isG711 } from './g711.ts';
import { decodeG722, encodeG722 } from './g722.ts';

/** In what trunks speak: the two codecs of the telephone network, and that of wideband telephony, with 16,000 samples a second. */
export { codecs };
export type { Codec };

/** Of all of them, so that a file tells its length by its size. */
export const bytesPerMs = 8;

const samplesPerSecond: Record<Codec, number> = { alaw: 8_000, ulaw: 8_000, g722: 16_000 };

/** Samples a second. */
export function rateOf(codec: Codec): number {
  return samplesPerSecond[codec];
}

/** @throws SpeechFault where ffmpeg is needed and cannot be run */
export async function encodeSound(
  samples: Int16Array,
  { codec, program, signal }: { codec: Codec; program: string; signal?: AbortSignal },
): Promise<Uint8Array> {
  return isG711(codec)
    ? encodeG711(samples, codec)
    : encodeG722(samples, { program, ...(signal && { signal }) });
}

/** @throws SpeechFault where ffmpeg is needed and cannot be run */
export async function decodeSound(
  bytes: Uint8Array,
  { codec, program }: { codec: Codec; program: string },
): Promise<Int16Array> {
  return isG711(codec) ? decodeG711(bytes, codec) : decodeG722(bytes, { program });
}
