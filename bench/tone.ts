const rateHz = 8_000;
const toneHz = 440;
const loudness = 8_000;
const headerBytes = 44;

/** A WAV file with a tone of so many milliseconds, as somebody would upload it: 16 bits, mono. */
export function toneOf(durationMs: number): Uint8Array<ArrayBuffer> {
  const samples = Math.round((durationMs * rateHz) / 1000);
  const file = Buffer.alloc(headerBytes + 2 * samples);
  file.write('RIFF', 0);
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rateHz, 24);
  file.writeUInt32LE(rateHz * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(2 * samples, 40);
  for (let index = 0; index < samples; index += 1)
    file.writeInt16LE(
      Math.round(loudness * Math.sin((2 * Math.PI * toneHz * index) / rateHz)),
      headerBytes + 2 * index,
    );
  return new Uint8Array(file);
}
