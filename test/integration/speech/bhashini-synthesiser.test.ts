import type { ServerResponse } from 'node:http';
import { Agent } from 'undici';
import { describe, expect, onTestFinished, test } from 'vitest';

import { systemClock } from '../../../src/lib/clock.ts';
import { createBhashiniSynthesiser } from '../../../src/speech/bhashini-synthesiser.ts';
import { readWav } from '../../../src/speech/wav.ts';
import { misbehaviours, startSpeechServer, toneFile, type SpeechServer } from './speech-server.ts';

const words = 'নমস্কার আশা, 9876543210';
const wav = toneFile('wav');

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Both halves of the service, at one address. */
async function bhashini(
  changes: { search?: SpeechServer['answer']; speech?: SpeechServer['answer']; key?: () => string } = {},
) {
  const search: SpeechServer['answer'] = ({ body }, response) => {
    const [task] = (
      JSON.parse(body) as { pipelineTasks: [{ config: { language: { sourceLanguage: string } } }] }
    ).pipelineTasks;
    json(response, {
      languages: [],
      pipelineResponseConfig: [
        { taskType: 'tts', config: [{ serviceId: `service-of-${task.config.language.sourceLanguage}` }] },
      ],
      pipelineInferenceAPIEndPoint: {
        callbackUrl: `${server.url}/pipeline`,
        inferenceApiKey: { name: 'Authorization', value: changes.key?.() ?? 'key-1' },
        isMultilingualEnabled: true,
      },
    });
  };
  const speech: SpeechServer['answer'] = (_, response) =>
    json(response, {
      pipelineResponse: [{ taskType: 'tts', audio: [{ audioContent: wav.toString('base64') }] }],
    });
  const server: SpeechServer = await startSpeechServer((request, response) =>
    request.url.pathname === '/search'
      ? (changes.search ?? search)(request, response)
      : (changes.speech ?? speech)(request, response),
  );
  const dispatcher = new Agent({ connect: { timeout: 1_000 } });
  onTestFinished(() => dispatcher.destroy());
  const clock = { ...systemClock, nowMs: 0, now: () => clock.nowMs };
  const voice = createBhashiniSynthesiser({
    ...{ url: `${server.url}/search`, userId: 'user-7', apiKey: 'secret-api-key', pipelineId: 'pipeline-1' },
    ...{ gender: 'female', dispatcher, clock, timeLimitMs: 300 },
    takeTurn: (work) => work(),
  });
  const paths = (): string[] => server.seen.map(({ url }) => url.pathname);
  return { server, voice, clock, paths, speech };
}

describe('the voice of Bhashini', () => {
  test('is searched for once in a while, and then asked', async () => {
    const { server, voice, clock, paths } = await bhashini();
    const file = await voice.speak({ text: words, language: 'bn-IN' });
    expect(readWav(file)).toMatchObject({ rateHz: 24_000, samples: { length: 24_000 } });
    await voice.speak({ text: words, language: 'bn' });
    expect(paths()).toEqual(['/search', '/pipeline', '/pipeline']);
    clock.nowMs += 13 * 3_600_000;
    await voice.speak({ text: words, language: 'bn' });
    expect(paths().slice(3)).toEqual(['/search', '/pipeline']);

    const [search, speech] = server.seen;
    expect(search!.headers).toMatchObject({ userid: 'user-7', ulcaapikey: 'secret-api-key' });
    expect(JSON.parse(search!.body)).toEqual({
      pipelineTasks: [{ taskType: 'tts', config: { language: { sourceLanguage: 'bn' } } }],
      pipelineRequestConfig: { pipelineId: 'pipeline-1' },
    });
    expect(speech!.headers.authorization).toBe('key-1');
    expect(speech!.headers).not.toHaveProperty('ulcaapikey');
    expect(JSON.parse(speech!.body)).toEqual({
      pipelineTasks: [
        {
          taskType: 'tts',
          config: {
            language: { sourceLanguage: 'bn' },
            ...{ serviceId: 'service-of-bn', gender: 'female', samplingRate: 8000 },
          },
        },
      ],
      inputData: { input: [{ source: words }] },
    });
  });

  test('is searched for anew when its key has run out', async () => {
    let keys = 0;
    const { voice, speech } = await bhashini({
      key: () => `key-${(keys += 1)}`,
      speech: (request, response) =>
        request.headers.authorization === 'key-1'
          ? void response.writeHead(401).end()
          : speech(request, response),
    });
    await expect(voice.speak({ text: words, language: 'bn' })).rejects.toMatchObject({
      code: 'synthesiser_blocked',
    });
    await expect(voice.speak({ text: words, language: 'bn' })).resolves.toBeInstanceOf(Buffer);
  });

  test('joins the pieces of a long text', async () => {
    const { voice, paths } = await bhashini();
    const text = 'এক দুই তিন। '.repeat(80);
    const file = await voice.speak({ text, language: 'bn' });
    expect(paths()).toEqual(['/search', '/pipeline', '/pipeline']);
    expect(readWav(file)!.samples).toHaveLength(2 * 24_000);
  });

  const searches = misbehaviours.map((each) => ({ ...each, when: 'searched for' }));
  const speeches = misbehaviours.map((each) => ({ ...each, when: 'asked' }));
  test.each([...searches, ...speeches])(
    'that $it when it is $when is an error of its own, without words and secrets',
    async ({ answer, code, when }) => {
      const { voice } = await bhashini(when === 'asked' ? { speech: answer } : { search: answer });
      const fault: unknown = await voice
        .speak({ text: words, language: 'bn' })
        .catch((error: unknown) => error);
      expect(fault).toMatchObject({ name: 'SpeechFault', code });
      expect(JSON.stringify(fault) + String(fault)).not.toMatch(/আশা|9876543210|secret-api-key|user-7|key-1/);
    },
  );

  test.each([
    { it: 'is no JSON', body: '{' },
    { it: 'has no fields', body: '{}' },
    { it: 'has nothing in it', body: '{"pipelineResponse":[]}' },
    { it: 'has no sound', body: '{"pipelineResponse":[{"audio":[{"audioContent":"bm8gc291bmQ="}]}]}' },
    { it: 'has a sound without samples', body: sound(wav.subarray(0, 44)) },
  ])('whose reply $it is an error', async ({ body }) => {
    const { voice } = await bhashini({
      speech: (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(body),
    });
    await expect(voice.speak({ text: words, language: 'bn' })).rejects.toMatchObject({
      code: 'synthesiser_failed',
    });
  });

  test('speaks the languages of India, and no others', async () => {
    const { voice } = await bhashini();
    expect(['hi', 'or', 'as', 'ta-IN', 'en'].map((language) => voice.voiceOf(language))).not.toContain(null);
    expect(['es', 'fr', 'sw'].map((language) => voice.voiceOf(language))).toEqual([null, null, null]);
  });
});

function sound(file: Buffer): string {
  return JSON.stringify({ pipelineResponse: [{ audio: [{ audioContent: file.toString('base64') }] }] });
}
