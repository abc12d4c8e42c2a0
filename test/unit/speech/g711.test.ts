import { describe, expect, test } from 'vitest';

import { decodeG711, encodeG711 } from '../../../src/speech/g711.ts';
import type { G711Codec as Codec } from '../../../src/speech/g711.ts';

const codecs: Codec[] = ['alaw', 'ulaw'];
const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);

/** Points of the tables of ITU-T G.711, on the 16-bit scale. */
const points: { codec: Codec; byte: number; sample: number }[] = [
  { codec: 'alaw', byte: 0xd5, sample: 8 },
  { codec: 'alaw', byte: 0x55, sample: -8 },
  { codec: 'alaw', byte: 0xaa, sample: 32256 },
  { codec: 'alaw', byte: 0x2a, sample: -32256 },
  { codec: 'alaw', byte: 0x80, sample: 5504 },
  { codec: 'ulaw', byte: 0xff, sample: 0 },
  { codec: 'ulaw', byte: 0x80, sample: 32124 },
  { codec: 'ulaw', byte: 0x00, sample: -32124 },
  { codec: 'ulaw', byte: 0xf0, sample: 120 },
];

describe('G.711', () => {
  test.each(points)('decodes $codec byte $byte as $sample and encodes it back', ({ codec, byte, sample }) => {
    expect(decodeG711(Uint8Array.of(byte), codec)[0]).toBe(sample);
    expect(encodeG711(Int16Array.of(sample), codec)[0]).toBe(byte);
  });

  test.each(codecs)('gives every value of %s back unchanged', (codec) => {
    const samples = decodeG711(everyByte, codec);
    expect(decodeG711(encodeG711(samples, codec), codec)).toEqual(samples);
  });

  test.each(codecs)('encodes every sample to the nearest value of %s', (codec) => {
    const values = [...decodeG711(everyByte, codec)];
    for (let sample = -32768; sample <= 32767; sample += 97) {
      const decoded = decodeG711(encodeG711(Int16Array.of(sample), codec), codec)[0]!;
      const nearest = Math.min(...values.map((value) => Math.abs(value - sample)));
      expect(Math.abs(decoded - sample)).toBe(nearest);
    }
  });

  test.each([
    { codec: 'alaw', silence: 0xd5 },
    { codec: 'ulaw', silence: 0xff },
  ] as const)('encodes silence in $codec as telephones know it', ({ codec, silence }) => {
    expect([...encodeG711(new Int16Array(3), codec)]).toEqual([silence, silence, silence]);
  });
});
