import { readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

import type { SoundPart } from '../../../src/domain/prompts/spoken-part.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type { Log } from '../../../src/lib/log.ts';
import { createEspeakSynthesiser } from '../../../src/speech/espeak-synthesiser.ts';
import { decodeSound, rateOf, type Codec } from '../../../src/speech/codec.ts';
import { decodeG711 } from '../../../src/speech/g711.ts';
import { storeSound } from '../../../src/speech/store-sound.ts';
import { createRenditionCache } from '../../../src/speech/rendition-cache.ts';
import type { RenditionCacheOptions } from '../../../src/speech/rendition-cache.ts';
import { frameLevelsDbfs } from '../../../src/speech/shape-speech.ts';
import { PromptUnavailable, SpeechFault } from '../../../src/speech/speech-fault.ts';
import { createSoundShaper } from '../../../src/speech/sound-shaper.ts';
import { createTranscoder } from '../../../src/speech/transcode.ts';
import { keptLog } from '../../support/kept-log.ts';
import { silentLog } from '../../support/silent-log.ts';
import { fakeEspeak, temporaryDirectory } from './programs.ts';
import { countingVoice, inlineShaper, roomyStore, steadyTone } from './test-voices.ts';

const question: SoundPart = {
  kind: 'text',
  language: 'hi',
  text: 'पहला सवाल।\n\nदो और दो कितने होते हैं? तीन के लिए, एक दबाएँ। चार के लिए, दो दबाएँ।',
};

const ffmpeg = process.env['FFMPEG_BIN'] ?? 'ffmpeg';

function text(words: string, language = 'hi'): SoundPart {
  return { kind: 'text', language, text: words };
}

async function fakeCache(options: Partial<RenditionCacheOptions> = {}) {
  const dataDir = options.dataDir ?? (await temporaryDirectory());
  const voice = countingVoice();
  const clock = { ...systemClock, nowMs: Date.now(), now: () => clock.nowMs };
  const cache = createRenditionCache({
    ...{ dataDir, clock, codec: 'alaw', log: silentLog },
    voices: [voice],
    transcode: steadyTone,
    shaper: inlineShaper,
    program: 'ffmpeg',
    store: roomyStore(dataDir, clock),
    ...options,
  });
  onTestFinished(() => cache.close());
  return { dataDir, voice, clock, cache };
}

async function realCache(codec: Codec) {
  const dataDir = await temporaryDirectory();
  const shaper = createSoundShaper({ program: ffmpeg });
  onTestFinished(() => shaper.close());
  const cache = createRenditionCache({
    ...{ dataDir, clock: systemClock, codec, shaper, log: silentLog },
    voices: [await createEspeakSynthesiser()],
    program: ffmpeg,
    transcode: createTranscoder({ program: ffmpeg, rateHz: rateOf(codec) }),
    store: roomyStore(dataDir, systemClock),
  });
  return { dataDir, cache };
}

describe('Hindi as the phone hears it', () => {
  test.each(['alaw', 'ulaw', 'g722'] as const)(
    'is loud enough, padded and without long gaps in %s',
    async (codec) => {
      const { dataDir, cache } = await realCache(codec);
      const rendition = await cache.renditionOf(question);
      const bytes = await readFile(join(dataDir, `${rendition.sound}.${codec}`));
      expect(rendition.durationMs).toBe(Math.round(bytes.length / 8));
      expect(rendition.durationMs).toBeGreaterThan(4000);

      const samples = await decodeSound(bytes, { codec, program: ffmpeg });
      const power = samples.reduce((sum, sample) => sum + (sample / 32768) ** 2, 0) / samples.length;
      const rmsDbfs = 10 * Math.log10(power);
      expect(Math.abs(rmsDbfs + 22)).toBeLessThan(4);

      const loud = frameLevelsDbfs(samples, rateOf(codec)).map((level) => level > -50);
      // G.722 has a delay of its own: 1.4 ms.
      expect(loud.indexOf(true) - (codec === 'g722' ? 1 : 0)).toBe(8);
      expect(loud.length - 1 - loud.lastIndexOf(true)).toBeLessThanOrEqual(10);
      const gapsMs = loud
        .join('')
        .split('true')
        .map((gap) => (gap.length / 'false'.length) * 10);
      expect(Math.max(...gapsMs)).toBeLessThanOrEqual(700);
      expect(Math.max(...gapsMs)).toBeGreaterThan(200);
    },
  );

  test('sounds the same whenever it is made anew', async () => {
    const [first, second] = await Promise.all([realCache('alaw'), realCache('alaw')]);
    const rendition = await first.cache.renditionOf(question);
    expect(await second.cache.renditionOf(question)).toMatchObject({ sound: rendition.sound });
    const read = (dataDir: string): Promise<Buffer> => readFile(join(dataDir, `${rendition.sound}.alaw`));
    expect(await read(second.dataDir)).toEqual(await read(first.dataDir));
  });

  test.each(['एक', '7', 'नौ सौ निन्यानवे', 'हाँ'])(
    'also the shortest words have the level of all: %s',
    async (words) => {
      const { dataDir, cache } = await realCache('alaw');
      const { sound } = await cache.renditionOf(text(words));
      const samples = decodeG711(await readFile(join(dataDir, `${sound}.alaw`)), 'alaw');
      const power = samples.reduce((sum, sample) => sum + (sample / 32768) ** 2, 0) / samples.length;
      expect(Math.abs(10 * Math.log10(power) + 22)).toBeLessThan(6);
    },
  );
});

describe('the cache of renditions', () => {
  test('makes one sound once, however many ask for it at a time', async () => {
    const { cache, voice } = await fakeCache();
    const renditions = await Promise.all(Array.from({ length: 50 }, () => cache.renditionOf(question)));
    expect(new Set(renditions.map((rendition) => rendition.sound)).size).toBe(1);
    expect(voice.spoken).toHaveLength(1);
  });

  test('finds what an earlier process made', async () => {
    const { cache, dataDir } = await fakeCache();
    const made = await cache.renditionOf(question);
    const later = await fakeCache({ dataDir });
    expect(await later.cache.renditionOf(question)).toMatchObject({
      sound: made.sound,
      durationMs: made.durationMs,
    });
    expect(later.voice.spoken).toEqual([]);
  });

  test('answers from memory what it has just seen, and asks the disk again later', async () => {
    const { cache, voice, clock, dataDir } = await fakeCache();
    const { sound } = await cache.renditionOf(question);
    await rm(join(dataDir, `${sound}.alaw`));
    await cache.renditionOf(question);
    expect(voice.spoken).toHaveLength(1);
    expect(cache.known(question)).toMatchObject({ sound });

    clock.nowMs += 10_001;
    await cache.renditionOf(question);
    expect(voice.spoken).toHaveLength(2);
    expect((await stat(join(dataDir, `${sound}.alaw`))).size).toBeGreaterThan(0);
  });

  test('makes again what a power cut left empty', async () => {
    const { cache, dataDir } = await fakeCache();
    const { sound } = await cache.renditionOf(question);
    await writeFile(join(dataDir, `${sound}.alaw`), '');
    const later = await fakeCache({ dataDir });
    expect((await later.cache.renditionOf(question)).durationMs).toBe(460);
  });

  test('keeps apart whatever sounds different', async () => {
    const { cache, dataDir } = await fakeCache();
    const other = await fakeCache({ dataDir, codec: 'ulaw' });
    const parts = [
      text('एक'),
      text('दो'),
      text('एक', 'mr'),
      text('एक '),
      text('100'),
      { kind: 'pause', durationMs: 100 } as const,
    ];
    const renditions = await Promise.all([
      ...parts.map((part) => cache.renditionOf(part)),
      ...parts.map((part) => other.cache.renditionOf(part)),
    ]);
    expect(new Set(renditions.map((rendition) => rendition.sound)).size).toBe(2 * parts.length);
  });

  test('shows no text and no number in the names of its files', async () => {
    const { cache, dataDir } = await fakeCache();
    await cache.renditionOf(text('asha +919876543210', 'en'));
    const names = await readdir(dataDir, { recursive: true });
    expect(names.filter((name) => name.endsWith('.alaw'))).toEqual([
      expect.stringMatching(/^renditions\/espeak-ng\/[0-9a-f]{2}\/[0-9a-f]{40}\.alaw$/),
    ]);
    expect(names.join()).not.toMatch(/asha|9876543210|partial/);
  });

  test('makes a pause of exactly the length that was asked for, and a short one of a lone full stop', async () => {
    const { cache, dataDir, voice } = await fakeCache();
    const { sound, durationMs } = await cache.renditionOf({ kind: 'pause', durationMs: 1230 });
    expect(durationMs).toBe(1230);
    expect(await readFile(join(dataDir, `${sound}.alaw`))).toEqual(Buffer.alloc(1230 * 8, 0xd5));
    expect((await cache.renditionOf(text(' । '))).durationMs).toBe(200);
    expect(voice.spoken).toEqual([]);
  });

  test('resolves all parts of a call by their keys, each once', async () => {
    const { cache, voice } = await fakeCache();
    const renditions = await cache.renderAll([
      text('एक'),
      { kind: 'pause', durationMs: 500 },
      text('दो'),
      text('एक'),
    ]);
    expect([...renditions.keys()]).toEqual(['hi:एक', 'pause:500', 'hi:दो']);
    expect(voice.spoken.sort()).toEqual(['एक', 'दो']);
  });
});

describe('a sound that cannot be made', () => {
  test('names the part of the call and the fault, without the words', async () => {
    const { cache } = await fakeCache();
    const parts = [text('एक'), text('Asha 9876543210', 'xx'), text('दो')];
    const error = await cache.renderAll(parts).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PromptUnavailable);
    expect(error).toMatchObject({
      code: 'prompt_unavailable',
      part: parts[1],
      cause: { code: 'language_not_spoken' },
    });
    expect(JSON.stringify(error) + String(error)).not.toMatch(/Asha|9876543210/);
    expect(String(error)).toContain('xx');
  });

  test('is tried again the next time', async () => {
    let broken = true;
    const { cache } = await fakeCache({
      transcode: () =>
        broken ? Promise.reject(new SpeechFault('transcoder_failed', 'planted')) : steadyTone(),
    });
    await expect(cache.renditionOf(question)).rejects.toMatchObject({ code: 'transcoder_failed' });
    expect(cache.known(question)).toBeNull();
    broken = false;
    await expect(cache.renditionOf(question)).resolves.toMatchObject({ durationMs: 460 });
  });

  test('because the voice hangs keeps nobody waiting for ever, and leaves no file', async () => {
    const program = await fakeEspeak('exec sleep 1000');
    const synthesiser = await createEspeakSynthesiser({ program, timeLimitMs: 300 });
    const { cache, dataDir } = await fakeCache({ voices: [synthesiser] });
    await expect(cache.renderAll([question])).rejects.toMatchObject({
      cause: { code: 'synthesiser_timed_out' },
    });
    expect(await readdir(dataDir)).toEqual([]);
  });

  test('because nothing can be heard in it is an error, not silence', async () => {
    const { cache } = await fakeCache({ transcode: () => Promise.resolve(new Int16Array(8000)) });
    await expect(cache.renditionOf(question)).rejects.toMatchObject({ code: 'nothing_audible' });
  });

  test('because the directory is a file says which directory', async () => {
    const { cache, dataDir } = await fakeCache();
    await writeFile(join(dataDir, 'renditions'), '');
    await expect(cache.renditionOf(question)).rejects.toMatchObject({
      code: 'storage_failed',
      message: expect.stringContaining(dataDir) as string,
    });
  });

  test('because the directory may not be written says so', async () => {
    // Not even root may make a directory there.
    const storing = storeSound('/sys/renditions/question.alaw', Buffer.alloc(8));
    await expect(storing).rejects.toMatchObject({ code: 'directory_not_writable' });
  });
});

describe('waiting for a sound', () => {
  test('ends when the one who waits gives up, and the sound is made for the others all the same', async () => {
    const gate = Promise.withResolvers<Int16Array>();
    const { cache } = await fakeCache({ transcode: () => gate.promise });
    const controller = new AbortController();
    const impatient = cache.renderAll([question], { signal: controller.signal });
    const patient = cache.renditionOf(question);
    controller.abort(new Error('the call was cancelled'));
    await expect(impatient).rejects.toThrow('the call was cancelled');
    gate.resolve(await steadyTone());
    await expect(patient).resolves.toMatchObject({ durationMs: 460 });
  });

  test('ends when the cache is closed, with the programs that were running', async () => {
    const program = await fakeEspeak('exec sleep 1000');
    const { cache } = await fakeCache({ voices: [await createEspeakSynthesiser({ program })] });
    const waiting = Promise.allSettled([cache.renditionOf(question), cache.renditionOf(text('दो'))]);
    await cache.close();
    expect(await waiting).toMatchObject([{ reason: { code: 'closed' } }, { reason: { code: 'closed' } }]);
    await expect(cache.renditionOf(question)).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('several voices', () => {
  const blocked = new SpeechFault('synthesiser_blocked', 'planted');

  async function twoVoices(log: Log = silentLog) {
    const better = countingVoice('google');
    const plain = countingVoice('espeak-ng');
    return { better, plain, ...(await fakeCache({ voices: [better, plain], log })) };
  }

  test('are asked in their order, and the files tell who spoke', async () => {
    const { cache, better, plain, clock } = await twoVoices();
    expect((await cache.renditionOf(text('एक'))).sound).toMatch(/^renditions\/google\//);
    better.fault = blocked;
    expect((await cache.renditionOf(text('दो'))).sound).toMatch(/^renditions\/espeak-ng\//);
    clock.nowMs += 60_000;
    better.isAvailable = false;
    expect((await cache.renditionOf(text('एक'))).sound).toMatch(/^renditions\/google\//);
    await cache.renditionOf(text('तीन'));
    expect({ better: better.spoken, plain: plain.spoken }).toEqual({
      better: ['एक', 'दो'],
      plain: ['दो', 'तीन'],
    });
  });

  test('speak again what a lesser one has spoken, once the better one is back', async () => {
    const { cache, better, plain, clock } = await twoVoices();
    better.fault = blocked;
    const first = await cache.renditionOf(question);
    better.fault = null;
    expect(await cache.renditionOf(question)).toEqual(first);
    clock.nowMs += 10_001;
    expect((await cache.renditionOf(question)).sound).toMatch(/^renditions\/google\//);
    expect(plain.spoken).toHaveLength(1);
  });

  test('are not asked again for words that they refused, until an hour is over', async () => {
    const { cache, better, clock } = await twoVoices();
    better.fault = new SpeechFault('text_refused', 'planted');
    for (const afterMs of [0, 60_000, 3_600_000]) {
      clock.nowMs += afterMs;
      expect((await cache.renditionOf(question)).sound).toMatch(/^renditions\/espeak-ng\//);
    }
    expect(better.spoken).toHaveLength(2);
  });

  test('leave a line in the log when one fails, without the words', async () => {
    const log = keptLog();
    const { cache, better } = await twoVoices(log);
    better.fault = blocked;
    await cache.renditionOf(text('Asha 9876543210', 'en'));
    expect(log.lines).toMatchObject([
      { level: 'warn', fields: { voice: 'google', code: 'synthesiser_blocked' } },
    ]);
    expect(JSON.stringify(log.lines)).not.toMatch(/Asha|9876543210/);
  });

  test('that all fail tell of the fault that may pass', async () => {
    const { cache, better, plain } = await twoVoices();
    better.fault = blocked;
    plain.fault = new SpeechFault('nothing_audible', 'planted');
    await expect(cache.renditionOf(question)).rejects.toMatchObject({
      code: 'synthesiser_blocked',
      faultySide: 'voice',
    });
  });
});

describe('what is said to one person alone', () => {
  test('lies apart from what is said to all, and is a sound of its own', async () => {
    const { cache } = await fakeCache();
    const parts = [text('नमस्ते आशा'), text('नमस्ते')];
    const renditions = await cache.renderAll(parts, { personal: new Set(['hi:नमस्ते आशा']) });
    expect([...renditions.values()].map(({ sound }) => sound)).toEqual([
      expect.stringMatching(/^renditions\/personal\/espeak-ng\//),
      expect.stringMatching(/^renditions\/espeak-ng\//),
    ]);
  });
});
