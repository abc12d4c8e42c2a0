/** The length of what `writeWavHeader` writes. */
export const wavHeaderBytes = 44;

const pcm = 1;
const bytesPerSample = 2;

/** Makes a WAV file of this buffer, whose samples (16 bits, one channel) begin at `wavHeaderBytes`. */
export function writeWavHeader(file: Buffer, rateHz: number): void {
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(pcm, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rateHz, 24);
  file.writeUInt32LE(rateHz * bytesPerSample, 28);
  file.writeUInt16LE(bytesPerSample, 32);
  file.writeUInt16LE(8 * bytesPerSample, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(file.length - wavHeaderBytes, 40);
}
