/**
 * G.711, the two codecs of the telephone network: 8 kHz, one byte a sample. Decoding follows the formulas of ITU-T G.711; encoding
 * picks the byte whose decoded value is nearest, so that the two cannot disagree.
 */
export type G711Codec = 'alaw' | 'ulaw';

const decoders: Record<G711Codec, (byte: number) => number> = { alaw: decodeAlaw, ulaw: decodeUlaw };
const encodingTables: Record<G711Codec, Uint8Array> = {
  alaw: encodingTable(decodeAlaw),
  ulaw: encodingTable(decodeUlaw),
};

export function isG711(codec: string): codec is G711Codec {
  return Object.hasOwn(encodingTables, codec);
}

/** @returns bytes of the codec, as many as samples */
export function encodeG711(samples: Int16Array, codec: G711Codec): Buffer {
  const table = encodingTables[codec];
  const bytes = Buffer.allocUnsafe(samples.length);
  samples.forEach((sample, index) => (bytes[index] = table[sample + 0x8000] ?? 0));
  return bytes;
}

export function decodeG711(bytes: Uint8Array, codec: G711Codec): Int16Array {
  return Int16Array.from(bytes, decoders[codec]);
}

function decodeAlaw(byte: number): number {
  const code = byte ^ 0x55;
  const exponent = (code >> 4) & 7;
  const step = (code & 15) << 4;
  const magnitude = exponent === 0 ? step + 8 : (step + 0x108) << (exponent - 1);
  return (code & 0x80) === 0 ? -magnitude : magnitude;
}

function decodeUlaw(byte: number): number {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 15) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84;
  return (code & 0x80) === 0 ? magnitude : -magnitude;
}

/** For every 16-bit sample the byte of the nearest value; between two equally near, the upper, which makes silence 0xD5 and 0xFF. */
function encodingTable(decode: (byte: number) => number): Uint8Array {
  const codes = Array.from({ length: 256 }, (_, byte) => ({ byte, value: decode(byte) }));
  codes.sort((a, b) => a.value - b.value || a.byte - b.byte);
  const table = new Uint8Array(0x10000);
  let nearest = 0;
  for (let sample = -0x8000; sample <= 0x7fff; sample += 1) {
    while (isAsNear(codes[nearest + 1]?.value, codes[nearest]?.value ?? 0, sample)) nearest += 1;
    table[sample + 0x8000] = codes[nearest]?.byte ?? 0;
  }
  return table;
}

function isAsNear(candidate: number | undefined, present: number, sample: number): boolean {
  return candidate !== undefined && Math.abs(candidate - sample) <= Math.abs(present - sample);
}
