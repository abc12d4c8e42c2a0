import { Agent } from 'undici';
import { describe, expect, onTestFinished, test } from 'vitest';

import { systemClock } from '../../../src/lib/clock.ts';
import { createGoogleSynthesiser, googleTag } from '../../../src/speech/google-synthesiser.ts';
import { createTurns } from '../../../src/speech/take-turns.ts';
import { createTranscoder } from '../../../src/speech/transcode.ts';
import { misbehaviours, startSpeechServer, toneFile, type SpeechServer } from './speech-server.ts';

const words = 'नमस्ते आशा जी, 9876543210';
const mp3 = toneFile('mp3');
const speaks: SpeechServer['answer'] = (_, response) =>
  void response.writeHead(200, { 'content-type': 'audio/mpeg' }).end(mp3);

async function google(answer: SpeechServer['answer']) {
  const server = await startSpeechServer(answer);
  const dispatcher = new Agent({ connect: { timeout: 1_000 } });
  onTestFinished(() => dispatcher.destroy());
  const takeTurn = createTurns(systemClock, { mostAtOnce: 1, spacingMs: 0, longestWaitMs: 10_000 });
  const voice = createGoogleSynthesiser({ host: server.url, dispatcher, takeTurn, timeLimitMs: 300 });
  return { server, voice };
}

describe('the voice of Google', () => {
  test('is asked as its package says, and gives sound that can be played', async () => {
    const { server, voice } = await google(speaks);
    const file = await voice.speak({ text: words, language: 'hi-IN' });
    const samples = await createTranscoder()(file);
    expect(samples.length / 8000).toBeCloseTo(1, 0);
    expect(server.seen).toHaveLength(1);
    const { url, method } = server.seen[0]!;
    expect([method, url.pathname]).toEqual(['GET', '/translate_tts']);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      q: words,
      tl: 'hi',
      client: 'tw-ob',
      ie: 'UTF-8',
    });
  });

  test('gets long texts in pieces, cut after sentences, one request at a time', async () => {
    const { server, voice } = await google(speaks);
    const sentence = `${'शब्द '.repeat(25).trim()}।`;
    const text = `${sentence} ${sentence} ${sentence}`;
    const files = await Promise.all([
      voice.speak({ text, language: 'hi' }),
      voice.speak({ text: 'एक', language: 'hi' }),
    ]);
    expect(files[0].length).toBe(3 * mp3.length);
    const asked = server.seen.map(({ url }) => url.searchParams.get('q'));
    expect(asked.toSorted()).toEqual(['एक', sentence, sentence, sentence].toSorted());
    expect(server.seen.map(({ atOnce }) => atOnce)).toEqual([1, 1, 1, 1]);
  });

  test.each(misbehaviours)('that $it is an error of its own, without the words', async ({ answer, code }) => {
    const { server, voice } = await google(answer);
    const fault: unknown = await voice
      .speak({ text: words, language: 'hi' })
      .catch((error: unknown) => error);
    expect(fault).toMatchObject({ name: 'SpeechFault', code });
    expect(server.seen).toHaveLength(1);
    expect(JSON.stringify(fault) + String(fault)).not.toMatch(/आशा|9876543210|%E0|translate_tts/);
    expect((fault as Error).cause).toBeUndefined();
  });

  test('says how long it wants to be left in peace', async () => {
    const { voice } = await google(misbehaviours[0]!.answer);
    await expect(voice.speak({ text: words, language: 'hi' })).rejects.toMatchObject({
      retryAfterMs: 120_000,
    });
  });

  test('that nobody can reach is an error of its own', async () => {
    const dispatcher = new Agent({ connect: { timeout: 1_000 } });
    onTestFinished(() => dispatcher.destroy());
    const voice = createGoogleSynthesiser({
      ...{ host: 'http://127.0.0.1:1', dispatcher },
      takeTurn: (work) => work(),
    });
    await expect(voice.speak({ text: words, language: 'hi' })).rejects.toMatchObject({
      code: 'synthesiser_unreachable',
      message: 'google sent no whole reply (ECONNREFUSED)',
    });
  });

  test('stops asking when it is called off', async () => {
    const { voice } = await google(() => undefined);
    const off = new AbortController();
    const speaking = voice.speak({ text: words, language: 'hi' }, off.signal);
    off.abort();
    await expect(speaking).rejects.toMatchObject({ code: 'closed' });
  });

  test.each([
    ['hi', 'hi'],
    ['hi-IN', 'hi'],
    ['es-419', 'es'],
    ['he', 'iw'],
    ['zh-Hant', 'zh-TW'],
    ['zh-Hant-TW', 'zh-TW'],
    ['zh-Hans', 'zh-CN'],
    ['or', null],
    ['as', null],
  ])('knows %s as %s', (language, tag) => {
    expect(googleTag(language)).toBe(tag);
  });
});
