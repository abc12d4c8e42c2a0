export type SoundFormat = 'wav' | 'mp3';

/** What a sound file is by its first bytes, whatever it is called; null for anything else. */
export function soundFormatOf(file: Uint8Array): SoundFormat | null {
  const [first = 0, second = 0] = file;
  const name = String.fromCharCode(...file.subarray(0, 4));
  if (name === 'RIFF') return 'wav';
  // A tag before the sound, or the eleven set bits at the beginning of a frame; layer III.
  if (name.startsWith('ID3') || (first === 0xff && (second & 0xe6) === 0xe2)) return 'mp3';
  return null;
}
