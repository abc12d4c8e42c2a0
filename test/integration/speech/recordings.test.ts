import { createReadStream } from 'node:fs';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createEspeakSynthesiser } from '../../../src/speech/espeak-synthesiser.ts';
import { decodeG711 } from '../../../src/speech/g711.ts';
import { decodeG722 } from '../../../src/speech/g722.ts';
import { originalFile, recordingSound } from '../../../src/speech/recording-files.ts';
import { createRecordings, type KeptResult } from '../../../src/speech/recordings.ts';
import { runProgram } from '../../../src/speech/run-program.ts';
import { activeLevelDbfs, peakDbfs } from '../../../src/speech/shape-speech.ts';
import { findSound } from '../../support/sound.ts';
import { fakeProgram, temporaryDirectory } from './programs.ts';

const ffmpeg = process.env['FFMPEG_BIN'] ?? 'ffmpeg';
const room = { require: () => Promise.resolve(), noteFault: () => undefined };
let speech: Buffer = Buffer.alloc(0);
beforeAll(async () => {
  const voice = await createEspeakSynthesiser();
  const text = 'नमस्ते, यह स्कूल की ओर से एक संदेश है। कृपया ध्यान से सुनिए।';
  speech = await voice.speak({ text, language: 'hi' });
});

/** Speech as a file that somebody else's program wrote; `making` are ffmpeg's options. */
async function soundFile(name: string, making: readonly string[] = []): Promise<string> {
  const folder = await temporaryDirectory();
  const path = join(folder, name);
  const from = join(folder, 'source.wav');
  await writeFile(from, speech);
  const args = ['-nostdin', '-v', 'error', '-y', '-i', from, ...making, path];
  const run = await runProgram({
    program: ffmpeg,
    args,
    input: '',
    timeLimitMs: 20_000,
    maxOutputBytes: 100,
  });
  expect(run.result).toBe('done');
  return path;
}

async function keep(path: string, dataDir: string): Promise<KeptResult> {
  return createRecordings({ dataDir, program: ffmpeg, room }).keep(createReadStream(path));
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('a recording', () => {
  test.each([
    ['speech.wav', []],
    ['loud.wav', ['-af', 'volume=3dB']],
    ['soft.wav', ['-af', 'volume=-35dB']],
    ['studio.wav', ['-ar', '96000', '-ac', '2', '-c:a', 'pcm_s24le']],
    ['speech.mp3', []],
    ['speech.ogg', ['-c:a', 'libopus']],
    ['vorbis.ogg', ['-c:a', 'libvorbis']],
    ['speech.flac', []],
    ['speech.m4a', ['-c:a', 'aac']],
    ['misnamed.txt', ['-f', 'mp3']],
  ])(
    '%s is kept as it came, and sounds alike in all codecs, at the level of a phone call',
    async (name, making) => {
      const dataDir = await temporaryDirectory();
      const path = await soundFile(name, making);
      const kept = await keep(path, dataDir);
      expect(kept).toMatchObject({ result: 'kept' });
      if (kept.result !== 'kept') return;
      const { hash, originalHash, durationMs, loudnessDbfs } = kept.recording;
      expect(await readFile(join(dataDir, originalFile(originalHash)))).toEqual(await readFile(path));
      expect(Math.abs(loudnessDbfs - -22)).toBeLessThan(1);
      for (const codec of ['alaw', 'ulaw'] as const) {
        const bytes = await readFile(join(dataDir, `${recordingSound(hash, codec)}.${codec}`));
        expect(bytes.length).toBe(durationMs * 8);
        const samples = decodeG711(bytes, codec);
        expect(Math.abs(activeLevelDbfs(samples) - -22)).toBeLessThan(1);
        const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
        expect(20 * Math.log10(peak / 32768)).toBeLessThan(peakDbfs + 0.3);
        expect(findSound(await phoneBand(path, durationMs), samples).correlation).toBeGreaterThan(0.95);
      }
      const wide = await readFile(join(dataDir, `${recordingSound(hash, 'g722')}.g722`));
      const wideSamples = await decodeG722(wide, { program: ffmpeg });
      expect(Math.abs(wide.length / 8 - durationMs)).toBeLessThan(100);
      expect(Math.abs(activeLevelDbfs(wideSamples, 16_000) - -22)).toBeLessThan(1);
      expect(await filesUnder(join(dataDir, 'prompts'))).toHaveLength(4);
    },
  );

  test('that is uploaded twice has one name', async () => {
    const dataDir = await temporaryDirectory();
    const path = await soundFile('speech.mp3');
    expect(await keep(path, dataDir)).toEqual(await keep(path, dataDir));
    expect(await filesUnder(dataDir)).toHaveLength(4);
  });
});

/** A second from the middle of the file, by ffmpeg alone. */
async function phoneBand(path: string, durationMs: number): Promise<Int16Array> {
  const filter = ['-af', 'highpass=f=200,lowpass=f=3400', '-ar', '8000', '-ac', '1', '-f', 's16le', 'pipe:1'];
  const args = ['-nostdin', '-v', 'error', '-i', path, ...filter];
  const run = await runProgram({
    program: ffmpeg,
    args,
    input: '',
    timeLimitMs: 20_000,
    maxOutputBytes: 1e7,
  });
  if (run.result !== 'done') throw new Error(run.result);
  const samples = new Int16Array(
    run.output.buffer.slice(run.output.byteOffset, run.output.byteOffset + run.output.length),
  );
  // Pauses are shortened, so that no more than a phrase keeps its length.
  const from = Math.round(durationMs / 2) * 4;
  return samples.subarray(from, from + 8000);
}

describe('what cannot be used is refused with what was measured, and nothing stays of it:', () => {
  const cut = (name: string, making: readonly string[], bytes: number) => async (): Promise<string> => {
    const path = await soundFile(name, making);
    await truncate(path, bytes);
    return path;
  };
  const plain = (name: string, content: string | Buffer) => async (): Promise<string> => {
    const path = join(await temporaryDirectory(), name);
    await writeFile(path, content);
    return path;
  };
  /** An mp3 stream is frames, so that it may be written down again and again. */
  async function hourLong(): Promise<string> {
    const path = await soundFile('a.mp3', [
      '-t',
      '4',
      '-b:a',
      '16k',
      '-write_xing',
      '0',
      '-id3v2_version',
      '0',
    ]);
    const once = await readFile(path);
    await writeFile(path, Buffer.concat(Array.from({ length: 900 }, () => once)));
    return path;
  }
  const cases: [string, () => Promise<string>, string | RegExp][] = [
    [
      'a text that is called mp3',
      plain('speech.mp3', 'This is no sound at all.'),
      'is no sound file by its content: send wav, mp3, ogg, flac, m4a, or text as JSON',
    ],
    [
      'a playlist that names another file',
      plain('a.mp3', '#EXTM3U\nfile:///etc/passwd\n'),
      /^is no sound file/,
    ],
    ['an empty file', plain('speech.wav', ''), 'is empty: send the sound file as the body'],
    [
      'a header and then noise',
      plain('a.ogg', Buffer.concat([Buffer.from('OggS'), Buffer.alloc(500, 7)])),
      'looks like a ogg file, but no sound can be read from it',
    ],
    [
      'something that begins as an mp3',
      plain('a.mp3', Buffer.concat([Buffer.from('ID3'), Buffer.alloc(900, 1)])),
      'looks like a mp3 file, but no sound can be read from it',
    ],
    ['half a WAV file', cut('a.wav', [], 60_000), /cut short/],
    ['half an mp3 file', cut('a.mp3', [], 9_000), /cut short/],
    ['half an Ogg file', cut('a.ogg', ['-c:a', 'libopus'], 20_000), /cut short/],
    [
      'half a FLAC file',
      cut('a.flac', [], 60_000),
      /^is cut short: it announces \d+\.\d s of sound and has \d+\.\d s$/,
    ],
    ['half an m4a file', cut('a.m4a', ['-c:a', 'aac'], 20_000), /cut short/],
    ['an hour', hourLong, 'is longer than 10 minutes'],
    [
      '192 kHz',
      () => soundFile('a.wav', ['-ar', '192000']),
      'has 192000 samples a second; 8000 to 96000 can be used',
    ],
    [
      '4 kHz',
      () => soundFile('a.wav', ['-ar', '4000']),
      'has 4000 samples a second; 8000 to 96000 can be used',
    ],
    [
      'silence',
      () => soundFile('a.wav', ['-af', 'volume=0']),
      'has nothing to be heard in it: every sample is zero, and -60 dBFS is the least',
    ],
    [
      'what is overdriven',
      () => soundFile('a.wav', ['-af', 'volume=20dB']),
      /^is overdriven: 1\d\.\d % of its samples are clipped, and 1 % is the most/,
    ],
    [
      'a film without sound',
      () => soundFile('a.mp4', ['-f', 'lavfi', '-i', 'color=s=16x16:d=1', '-map', '1:v']),
      'looks like a m4a file, but no sound can be read from it',
    ],
  ];
  test.each(cases)('%s', async (_, make, expected) => {
    const dataDir = await temporaryDirectory();
    const kept = await keep(await make(), dataDir);
    expect(kept).toEqual({ result: 'refused', detail: expect.stringMatching(expected) as string });
    expect(await filesUnder(dataDir)).toEqual([]);
  });

  test('more than 20 MiB, of which no more is read', async () => {
    const dataDir = await temporaryDirectory();
    let sent = 0;
    async function* endless(): AsyncIterable<Uint8Array> {
      for (; ; sent += 1) yield await Promise.resolve(Buffer.alloc(1024 * 1024));
    }
    expect(await createRecordings({ dataDir, program: ffmpeg, room }).keep(endless())).toEqual({
      result: 'too_large',
    });
    expect(sent).toBe(20);
    expect(await filesUnder(dataDir)).toEqual([]);
  });

  test('an upload that breaks off', async () => {
    const dataDir = await temporaryDirectory();
    async function* broken(): AsyncIterable<Uint8Array> {
      yield await Promise.resolve(speech.subarray(0, 1000));
      throw new Error('the connection broke');
    }
    const keeping = createRecordings({ dataDir, program: ffmpeg, room }).keep(broken());
    await expect(keeping).rejects.toThrow('the connection broke');
    expect(await filesUnder(dataDir)).toEqual([]);
  });
});

describe('without what it needs', () => {
  test('a missing ffmpeg is named, and nothing stays', async () => {
    const dataDir = await temporaryDirectory();
    const path = await soundFile('a.wav');
    const keeping = createRecordings({ dataDir, program: '/nowhere/ffmpeg', room }).keep(
      createReadStream(path),
    );
    await expect(keeping).rejects.toMatchObject({ code: 'transcoder_missing' });
    expect(await filesUnder(dataDir)).toEqual([]);
  });

  test('a data directory that is none is named', async () => {
    const keeping = createRecordings({
      dataDir: '/dev/full',
      program: await fakeProgram('exit 0'),
      room,
    }).keep(createReadStream(await soundFile('a.wav')));
    await expect(keeping).rejects.toMatchObject({ code: 'storage_failed' });
  });
});
