import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatOf,
  isCutShort,
  recordingFormats,
  type SoundFile,
} from '../../../src/speech/recording-format.ts';

const bytes = (...values: (number | string)[]): Buffer =>
  Buffer.concat(
    values.map((value) => (typeof value === 'string' ? Buffer.from(value, 'latin1') : Buffer.from([value]))),
  );

function file(content: Buffer): SoundFile {
  return {
    bytes: content.length,
    readAt: (position, length) => Promise.resolve(content.subarray(position, position + length)),
  };
}

describe('the format', () => {
  const cases: [string, Buffer, string | null][] = [
    ['a WAV file', bytes('RIFF', 1, 2, 3, 4, 'WAVEfmt '), 'wav'],
    ['an AVI film', bytes('RIFF', 1, 2, 3, 4, 'AVI LIST'), null],
    ['an Ogg file', bytes('OggS', 0, 2), 'ogg'],
    ['a FLAC file', bytes('fLaC', 0), 'flac'],
    ['an MPEG-4 file', bytes(0, 0, 0, 28, 'ftypM4A '), 'm4a'],
    ['an MP3 file with a tag', bytes('ID3', 4, 0), 'mp3'],
    ['an MP3 file that begins with a frame', bytes(0xff, 0xfb, 0x90, 0x64), 'mp3'],
    ['a frame of Layer II', bytes(0xff, 0xfd, 0x90, 0x64), null],
    ['a frame of a bit rate that does not exist', bytes(0xff, 0xfb, 0xf0, 0x64), null],
    ['a frame of a sample rate that does not exist', bytes(0xff, 0xfb, 0x9c, 0x64), null],
    ['text', bytes('hello, I am no sound'), null],
    ['UTF-16', bytes(0xff, 0xfe, 'h', 0), null],
    ['a web page', bytes('<!doctype html><html>'), null],
    ['a playlist', bytes('#EXTM3U\nfile:///etc/passwd'), null],
    ['a zip', bytes('PK', 3, 4), null],
    ['nothing', Buffer.alloc(0), null],
  ];
  it.each(cases)('of %s is told by its content', (_, content, expected) => {
    expect(formatOf(content)).toBe(expected);
  });

  it('is told of anything, without a fault', async () => {
    const content = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
    await fc.assert(
      fc.asyncProperty(content, fc.constantFrom(...recordingFormats), async (some, format) => {
        formatOf(some);
        expect(typeof (await isCutShort(file(some), format))).toBe('boolean');
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a file that was cut short', () => {
  const wav = (announced: number, there: number): Buffer => {
    const header = bytes('RIFF', 0, 0, 0, 0, 'WAVE', 'fmt ', 16, 0, 0, 0, '0123456789abcdef', 'data');
    const size = Buffer.alloc(4);
    size.writeUInt32LE(announced);
    return Buffer.concat([header, size, Buffer.alloc(there)]);
  };
  const box = (name: string, announced: number, there: number): Buffer => {
    const header = Buffer.alloc(8);
    header.writeUInt32BE(announced);
    header.write(name, 4, 'latin1');
    return Buffer.concat([header, Buffer.alloc(there)]);
  };
  const cases: [string, Buffer, 'wav' | 'm4a' | 'ogg' | 'mp3', boolean][] = [
    ['a whole WAV file', wav(100, 100), 'wav', false],
    ['a WAV file without its end', wav(100, 99), 'wav', true],
    ['a WAV file that was piped, and has no size', wav(0xffffffff, 50), 'wav', false],
    ['a WAV file that eSpeak NG piped', wav(0x7ffff024, 50), 'wav', false],
    ['a WAV file without data', wav(1, 1).subarray(0, 36), 'wav', true],
    ['a whole MPEG-4 file', Buffer.concat([box('ftyp', 16, 8), box('moov', 20, 12)]), 'm4a', false],
    ['one whose last box is cut', Buffer.concat([box('ftyp', 16, 8), box('moov', 20, 11)]), 'm4a', true],
    ['one without its table of contents', box('ftyp', 16, 8), 'm4a', true],
    ['one whose box has no length', Buffer.concat([box('ftyp', 16, 8), box('moov', 0, 5)]), 'm4a', false],
    [
      'one whose box is shorter than its header',
      Buffer.concat([box('ftyp', 4, 0), box('moov', 0, 0)]),
      'm4a',
      true,
    ],
    ['a whole Ogg page', bytes('OggS', 0, 4, '12345678abcdefghijkl', 1, 3, 'xyz'), 'ogg', false],
    [
      'an Ogg page that is not the last',
      bytes('OggS', 0, 0, '12345678abcdefghijkl', 1, 3, 'xyz'),
      'ogg',
      true,
    ],
    ['an Ogg page that is cut', bytes('OggS', 0, 4, '12345678abcdefghijkl', 1, 3, 'xy'), 'ogg', true],
    ['an MP3 file that announces nothing', bytes(0xff, 0xfb, 0x90, 0x64, 'x'.repeat(200)), 'mp3', false],
    [
      'an MP3 file that announces more',
      bytes(0xff, 0xfb, 0x90, 0x64, 'Info', 0, 0, 0, 2, 0, 0, 9, 9, 'x'.repeat(200)),
      'mp3',
      true,
    ],
  ];
  it.each(cases)('is known: %s', async (_, content, format, isCut) => {
    expect(await isCutShort(file(content), format)).toBe(isCut);
  });
});
