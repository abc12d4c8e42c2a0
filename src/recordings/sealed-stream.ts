import { createCipheriv, createDecipheriv } from 'node:crypto';

/**
 * Sound at rest: AES-256-GCM in segments, so that a long call need not fit into memory and nothing is given out that was not verified. Each segment's
 * nonce is the file's own prefix, the segment's number, and whether it is the last: segments cannot be changed, reordered, dropped or
 * cut off unseen (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár).
 */
export const segmentBytes = 64 * 1024;
export const tagBytes = 16;
export const prefixBytes = 7;

export interface StreamKey {
  key: Uint8Array;
  /** `prefixBytes` that no other file of this key has. */
  prefix: Uint8Array;
  /** What the sound belongs to: moved to another name, it does not open. */
  context: string;
}

export class SoundSealed extends Error {
  override readonly name = 'SoundSealed';
  readonly code = 'sound_sealed';
}

type Pieces = AsyncGenerator<Uint8Array, void, undefined>;

export async function* sealPieces(pieces: AsyncIterable<Uint8Array>, key: StreamKey): Pieces {
  for await (const { segment, index, isLast } of segmentsOf(pieces, segmentBytes)) {
    const cipher = createCipheriv('aes-256-gcm', key.key, nonceOf(key, index, isLast), {
      authTagLength: tagBytes,
    }).setAAD(Buffer.from(key.context));
    yield Buffer.concat([cipher.update(segment), cipher.final(), cipher.getAuthTag()]);
  }
}

/** @throws SoundSealed, while it is read, for a file that was changed or belongs to something else */
export async function* openPieces(pieces: AsyncIterable<Uint8Array>, key: StreamKey): Pieces {
  for await (const { segment, index, isLast } of segmentsOf(pieces, segmentBytes + tagBytes)) {
    yield opened(segment, key, nonceOf(key, index, isLast));
  }
}

function opened(segment: Buffer, { key, context }: StreamKey, nonce: Buffer): Uint8Array {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(context)).setAuthTag(segment.subarray(segment.length - tagBytes));
    return Buffer.concat([decipher.update(segment.subarray(0, segment.length - tagBytes)), decipher.final()]);
  } catch (cause) {
    throw new SoundSealed('a stored sound does not open: it was changed, or belongs to something else', {
      cause,
    });
  }
}

function nonceOf({ prefix }: StreamKey, index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.set(prefix);
  nonce.writeUInt32BE(index, prefixBytes);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

/** Cuts what comes into pieces of one length; the last may be shorter, and there is always one. */
async function* segmentsOf(
  pieces: AsyncIterable<Uint8Array>,
  length: number,
): AsyncGenerator<{ segment: Buffer; index: number; isLast: boolean }, void, undefined> {
  let rest = Buffer.alloc(0);
  let index = 0;
  for await (const piece of pieces) {
    rest = Buffer.concat([rest, piece]);
    for (; rest.length > length; index += 1) {
      yield { segment: rest.subarray(0, length), index, isLast: false };
      rest = rest.subarray(length);
    }
  }
  yield { segment: rest, index, isLast: true };
}
