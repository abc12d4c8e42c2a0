/**
 * What a sound file is, told by its content alone: a name or a media type says what somebody believed. The formats are those of the
 * contract; each is read by exactly one of ffmpeg's demuxers, so that nothing else of ffmpeg can be reached with an upload.
 */
export const recordingFormats = ['wav', 'mp3', 'ogg', 'flac', 'm4a'] as const;
export type RecordingFormat = (typeof recordingFormats)[number];

/** Reads up to `length` bytes at `position`; fewer at the end of the file. */
export type ReadAt = (position: number, length: number) => Promise<Buffer>;

export interface SoundFile {
  readAt: ReadAt;
  bytes: number;
}

/** @param head at least the first 16 bytes, or the whole file where it is shorter */
export function formatOf(head: Buffer): RecordingFormat | null {
  const text = (from: number, to: number): string => head.toString('latin1', from, to);
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WAVE') return 'wav';
  if (text(0, 4) === 'OggS') return 'ogg';
  if (text(0, 4) === 'fLaC') return 'flac';
  if (text(4, 8) === 'ftyp') return 'm4a';
  if (text(0, 3) === 'ID3' || isMpegAudioFrame(head)) return 'mp3';
  return null;
}

/** Eleven bits of sync, then a version, Layer III, a bit rate and a sample rate that exist (ISO 11172-3, 2.4.1.3). */
function isMpegAudioFrame(head: Buffer): boolean {
  const [sync = 0, version = 0, rates = 0] = head;
  return (
    sync === 0xff &&
    (version & 0xe0) === 0xe0 &&
    (version & 0x18) !== 0x08 &&
    (version & 0x06) === 0x02 &&
    (rates & 0xf0) !== 0xf0 &&
    (rates & 0x0c) !== 0x0c
  );
}

/**
 * Whether the end of the file is missing, as far as the format announces where it should be: a cut-off upload would otherwise be spoken up to
 * where it broke. An mp3 without a header of its encoder announces nothing.
 */
export function isCutShort(file: SoundFile, format: RecordingFormat): Promise<boolean> {
  return checks[format](file);
}

const checks: Record<RecordingFormat, (file: SoundFile) => Promise<boolean>> = {
  wav: isWavCut,
  ogg: isOggCut,
  m4a: isMp4Cut,
  mp3: isMp3Cut,
  flac: () => Promise.resolve(false), // it tells its length, but in samples: see `announcedMs`
};

/** How long the sound says it is; null where the format does not tell by its first bytes. */
export async function announcedMs({ readAt }: SoundFile, format: RecordingFormat): Promise<number | null> {
  if (format !== 'flac') return null;
  // STREAMINFO (RFC 9639, 8.2) comes first: 20 bits of sample rate, 8 of channels and sample size, 36 of samples.
  const info = await readAt(18, 8);
  if (info.length < 8) return null;
  const bits = info.readBigUInt64BE(0);
  const sampleRate = Number(bits >> 44n);
  const samples = Number(bits & 0xfffffffffn);
  return sampleRate === 0 || samples === 0 ? null : (samples * 1000) / sampleRate;
}

/** Written to a pipe, a WAV file has no size, or the largest one: with a sign for eSpeak NG, without one for ffmpeg. */
const leastUnknownSize = 0x7f000000;

async function isWavCut({ readAt, bytes }: SoundFile): Promise<boolean> {
  for (let at = 12; at + 8 <= bytes;) {
    const header = await readAt(at, 8);
    const size = header.readUInt32LE(4);
    if (header.toString('latin1', 0, 4) === 'data') return !isUnknownSize(size) && at + 8 + size > bytes;
    at += 8 + size + (size % 2);
  }
  return true; // it has no data at all
}

function isUnknownSize(size: number): boolean {
  return size === 0 || size >= leastUnknownSize;
}

const largestOggPage = 65_307;
const endOfStream = 0x04;

/** The last page says that it is the last (RFC 3533, 6), and is there to its end. */
async function isOggCut({ readAt, bytes }: SoundFile): Promise<boolean> {
  const from = Math.max(0, bytes - 2 * largestOggPage);
  const tail = await readAt(from, bytes - from);
  const at = tail.lastIndexOf('OggS', undefined, 'latin1');
  if (at < 0 || at + 27 > tail.length) return true;
  const segments = tail[at + 26] ?? 0;
  const lengths = tail.subarray(at + 27, at + 27 + segments);
  const end = at + 27 + segments + lengths.reduce((sum, length) => sum + length, 0);
  return ((tail[at + 5] ?? 0) & endOfStream) === 0 || end > tail.length;
}

const mostBoxes = 1_000;

/** Boxes stand one after the other (ISO 14496-12, 4.2); one that is longer than the file was cut, and so was a file without `moov`. */
async function isMp4Cut({ readAt, bytes }: SoundFile): Promise<boolean> {
  const seen = new Set<string>();
  let at = 0;
  for (let count = 0; at < bytes && count < mostBoxes; count += 1) {
    const header = await readAt(at, 16);
    if (header.length < 8) return true;
    seen.add(header.toString('latin1', 4, 8));
    const size = mp4BoxBytes(header, bytes - at);
    if (size < 8) return true;
    at += size;
  }
  return at > bytes || !seen.has('moov');
}

function mp4BoxBytes(header: Buffer, restBytes: number): number {
  const size = header.readUInt32BE(0);
  if (size === 0) return restBytes; // up to the end
  if (size !== 1) return size;
  return header.length < 16 ? 0 : Number(header.readBigUInt64BE(8));
}

/** Encoders write how many bytes there are into the first frame («Xing», or «Info» where the bit rate is constant). */
async function isMp3Cut({ readAt, bytes }: SoundFile): Promise<boolean> {
  const start = id3Bytes(await readAt(0, 10));
  const frame = await readAt(start, 256);
  const at = ['Xing', 'Info'].map((tag) => frame.indexOf(tag, 0, 'latin1')).find((found) => found > 0);
  if (at === undefined || at + 16 > frame.length) return false;
  const flags = frame.readUInt32BE(at + 4);
  if ((flags & 2) === 0) return false;
  const announced = frame.readUInt32BE(at + 8 + (flags & 1 ? 4 : 0));
  return start + announced > bytes;
}

/** A tag before the sound; its size has seven bits a byte. */
function id3Bytes(head: Buffer): number {
  if (head.length < 10 || head.toString('latin1', 0, 3) !== 'ID3') return 0;
  return 10 + head.subarray(6, 10).reduce((size, byte) => size * 128 + (byte & 0x7f), 0);
}
