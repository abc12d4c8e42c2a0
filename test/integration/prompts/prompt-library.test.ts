import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEspeakSynthesiser } from '../../../src/speech/espeak-synthesiser.ts';
import { writeWav } from '../../../src/speech/wav.ts';
import { gatewayPlace } from '../../support/gateway-place.ts';
import { testApiKey } from '../../support/gateway-process.ts';
import { startRunningGateway, type RunningGateway } from '../../support/running-gateway.ts';
import { findSound, readWavBytes } from '../../support/sound.ts';

let place: Awaited<ReturnType<typeof gatewayPlace>>;
let gateway: RunningGateway;
/** Somebody's recording: speech that nobody has as text. */
let speech: Buffer;
beforeAll(async () => {
  place = await gatewayPlace();
  gateway = await startRunningGateway(place.environment);
  const voice = await createEspeakSynthesiser();
  speech = await voice.speak({ text: 'Please listen to the first question.', language: 'en' });
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  await place[Symbol.asyncDispose]();
});

interface Reply {
  status: number;
  type: string;
  bytes: Buffer;
  json: Record<string, unknown> & { errors?: { pointer?: string; parameter?: string; detail: string }[] };
}

async function ask(line: string, body?: Buffer | object): Promise<Reply> {
  const [method = '', path = ''] = line.split(' ');
  const isFile = Buffer.isBuffer(body);
  const response = await fetch(`${gateway.process.url}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${testApiKey}`,
      ...(body === undefined ? {} : { 'Content-Type': isFile ? 'audio/wav' : 'application/json' }),
    },
    ...(body === undefined ? {} : { body: isFile ? new Uint8Array(body) : JSON.stringify(body) }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const type = response.headers.get('Content-Type') ?? '';
  const json = type.includes('json') ? (JSON.parse(bytes.toString()) as Reply['json']) : {};
  return { status: response.status, type, bytes, json };
}

function saying(say: unknown, languages = ['en']): object {
  return { title: 'Says it', languages, steps: [{ id: 'hello', type: 'message', say }] };
}

describe('a recording', () => {
  it('is put, heard as a phone hears it, spoken in a call, and kept while a flow speaks it', async () => {
    const put = await ask('PUT /v1/prompts/library.q1/en', speech);
    expect(put.status).toBe(201);
    expect(put.json).toMatchObject({ version: 1, state: 'ready', source: 'recording', voice: null });
    expect((await ask('PUT /v1/prompts/library.q1/en', speech)).status).toBe(200);
    expect((await ask('GET /v1/prompts/library.q1/en')).json).toEqual(put.json);

    const heard = await ask('GET /v1/prompts/library.q1/en/audio');
    expect([heard.status, heard.type]).toEqual([200, 'audio/wav']);
    const samples = readWavBytes(heard.bytes);
    const second = samples.subarray(4000, 12_000);
    expect(findSound(second, samples)).toMatchObject({ at: 4000 });

    expect((await ask('PUT /v1/flows/recorded', saying('library.q1'))).status).toBe(201);
    const { id } = await gateway.place('+919000009999', { flow: 'recorded', language: 'en' });
    expect(await gateway.ended(id)).toMatchObject({ outcome: 'completed' });
    const spoken = expect.objectContaining({ type: 'prompt', voices: 'library.q1@1 recording' }) as object;
    expect(await gateway.api.timeline(id)).toContainEqual(spoken);

    const refused = await ask('DELETE /v1/prompts/library.q1/en');
    expect(refused.json).toMatchObject({ status: 409, code: 'prompt_in_use', flows: ['recorded'] });
    await ask('PUT /v1/flows/recorded', saying('system.goodbye'));
    expect((await ask('DELETE /v1/prompts/library.q1/en')).status).toBe(204);
    expect((await ask('GET /v1/prompts/library.q1/en')).status).toBe(404);
  });

  it('takes the place of the gateway’s own words', async () => {
    const own = await ask('PUT /v1/prompts/system.goodbye/en', { text: 'Goodbye from the library.' });
    expect(own.json).toMatchObject({
      source: 'synthesis',
      voice: expect.stringContaining('espeak-ng') as string,
    });
    const recorded = await ask('PUT /v1/prompts/system.goodbye/en', speech);
    expect(recorded.json).toMatchObject({
      version: 2,
      source: 'recording',
      text: 'Goodbye from the library.',
    });
    expect((await ask('DELETE /v1/prompts/system.goodbye/en')).status).toBe(204);
  });

  it('that is missing in a language keeps nobody from storing the flow, and everybody from being called', async () => {
    await ask('PUT /v1/prompts/library.q2/hi', { text: 'पहला सवाल' });
    const stored = await ask('PUT /v1/flows/half', saying('library.q2', ['hi', 'en']));
    expect(stored.status).toBe(201);
    const advice = expect.objectContaining({ code: 'prompt_missing', pointer: '/steps/0/say' }) as object;
    expect(stored.json['advice']).toContainEqual(advice);
    const rehearsed = await ask('POST /v1/flows/half/rehearse', { keys: [] });
    expect(rehearsed.json['advice']).toContainEqual(advice);
    const preflight = await ask('POST /v1/flows/half/preflight', {});
    expect(preflight.json).toMatchObject({ languages: [{ missing: [] }, { missing: ['library.q2'] }] });
    const refused = await gateway.post('+919000009999', { flow: 'half', language: 'en' });
    expect(refused).toMatchObject({
      status: 422,
      body: {
        errors: [
          {
            pointer: '/flow',
            detail:
              'is not ready in en: the prompt «library.q2» is missing; PUT /v1/prompts/library.q2/en first',
          },
        ],
      },
    });
    expect((await ask('PUT /v1/prompts/library.q2/en', speech)).status).toBe(201);
    const { id } = await gateway.place('+919000009998', { flow: 'half', language: 'en' });
    expect(await gateway.ended(id)).toMatchObject({ outcome: 'completed' });
  });
});

describe('what cannot be a prompt is a 4xx with its place, and nothing is written:', () => {
  const cases: [string, string, Buffer | object, string | undefined, RegExp][] = [
    [
      'a text that is called mp3',
      'bad.q1/en',
      Buffer.from('no sound'),
      '',
      /^is no sound file by its content/,
    ],
    [
      'half a recording',
      'bad.q1/en',
      writeWav({ samples: new Int16Array(16_000), rateHz: 8_000 }).subarray(0, 20_000),
      '',
      /cut short/,
    ],
    [
      'a recording of 192 kHz',
      'bad.q1/en',
      writeWav({ samples: new Int16Array(192_000).fill(3_000), rateHz: 192_000 }),
      '',
      /192000 samples a second/,
    ],
    ['nothing', 'bad.q1/en', Buffer.alloc(0), '', /^is empty/],
    ['empty words', 'bad.q1/en', { text: '' }, '/text', /at least 1 character/],
    ['words in another script', 'bad.q1/hi', { text: 'Добрый день' }, '/text', /another script/],
    ['an emoji', 'bad.q1/en', { text: 'Hello 😀' }, '/text', /emoji/],
    ['SSML', 'bad.q1/en', { text: '<speak>Hello</speak>' }, '/text', /markup/],
    ['HTML', 'bad.q1/en', { text: 'Hello &nbsp; <b>you</b>' }, '/text', /markup/],
    ['a placeholder', 'bad.q1/en', { text: 'Hello {{name}}' }, '/text', /placeholders/],
    ['words that no voice speaks', 'bad.q1/xx', { text: 'Hello' }, '/text', /no voice/],
    ['a path as the id', '..%2F..%2Fetc/en', { text: 'Hello' }, 'id', /must be the id of a prompt/],
    ['a language that is none', 'bad.q1/english', { text: 'Hello' }, 'language', /must be a language tag/],
    [
      'an id of the gateway’s own that it does not have',
      'system.nothing/en',
      { text: 'Hello' },
      'id',
      /system\./,
    ],
  ];
  it.each(cases)('%s', async (_, name, body, where, detail) => {
    const before = await filesOf();
    const { status, json } = await ask(`PUT /v1/prompts/${name}`, body);
    expect([status, json['code']]).toEqual([422, 'invalid_request']);
    const [fault] = json.errors ?? [];
    expect(fault?.pointer ?? fault?.parameter).toBe(where);
    expect(fault?.detail).toMatch(detail);
    expect((await ask('GET /v1/prompts')).json['data']).not.toContainEqual(
      expect.objectContaining({ id: 'bad.q1' }),
    );
    expect(await filesOf()).toEqual(before);
  });
});

async function filesOf(): Promise<string[]> {
  const folder = join(place.dataDir, 'prompts');
  await mkdir(folder, { recursive: true });
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

describe('a sound at an address', () => {
  it('is fetched once, when the flow is stored, and spoken ever after', async () => {
    let asked = 0;
    const server = createServer((request, reply) => {
      asked += 1;
      if (request.url === '/a.wav') reply.end(speech);
      else reply.writeHead(request.url === '/text' ? 200 : 404).end('no sound');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    const say = [{ audio: `${at}/a.wav` }, { pause: 'PT0.5S' }, { audio: `${at}/a.wav` }];
    const stored = await ask('PUT /v1/flows/fetched', saying(say));
    expect(stored.status).toBe(201);
    expect(asked).toBe(1);
    const faulty = await ask(
      'PUT /v1/flows/faulty',
      saying([{ audio: `${at}/text` }, { audio: `${at}/none` }]),
    );
    expect(faulty.json.errors).toMatchObject([
      { pointer: '/steps/0/say/0/audio', detail: expect.stringMatching(/^is no sound file/) as string },
      { pointer: '/steps/0/say/1/audio', detail: 'answered 404 instead of the sound' },
    ]);

    const inline = saying({ audio: `${at}/a.wav` });
    await gateway.place('+919000009997', { flow: inline, language: 'en' });
    const askedForInline = asked;
    server.close();
    const again = await gateway.place('+919000009996', { flow: inline, language: 'en' });
    expect(asked).toBe(askedForInline);
    expect(await gateway.ended(again.id)).toMatchObject({ outcome: 'completed' });
    const { id } = await gateway.place('+919000009995', { flow: 'fetched', language: 'en' });
    expect(await gateway.ended(id)).toMatchObject({ outcome: 'completed' });
    const recorded = JSON.stringify(stored.json).match(/"recording":"([0-9a-f]{40})"/)?.[1] ?? '';
    const file = join(place.dataDir, 'prompts/alaw', recorded.slice(0, 2), `${recorded}.alaw`);
    expect((await readFile(file)).length).toBeGreaterThan(8_000);
  });
});

describe('a preflight', () => {
  it('makes every sound of a flow, and says what is missing, too long, and of whom', async () => {
    await ask('PUT /v1/prompts/preflight.q1/en', speech);
    await ask('PUT /v1/prompts/preflight.q1/hi', { text: 'पहला सवाल' });
    await ask('PUT /v1/prompts/preflight.q2/hi', { text: 'दूसरा सवाल' });
    const long = Array.from({ length: 60 }, () => 'a rather long sentence').join(', ');
    const steps = [
      { id: 'hello', type: 'message', say: ['preflight.q1', { text: { en: long, hi: 'नमस्ते {{name}}' } }] },
      { id: 'q2', type: 'choice', say: 'preflight.q2', options: { '1': { value: 'a' } } },
    ];
    const stored = await ask('PUT /v1/flows/preflight', { title: 'Quiz', languages: ['en', 'hi'], steps });
    expect(stored.status).toBe(201);

    const { json } = await ask('POST /v1/flows/preflight/preflight', { variables: { name: 'आशा' } });
    expect(json).toMatchObject({ flow: { id: 'preflight', version: 1 }, ready: false });
    const [english, hindi] = json['languages'] as Record<string, unknown>[];
    const states = (language: Record<string, unknown> | undefined) =>
      (language?.['prompts'] as { pointer: string; state: string; source: string; voice: string | null }[])
        .filter(({ pointer }) => !/no_input|invalid/.test(pointer))
        .map(({ pointer, state, source, voice }) => [pointer, state, source, voice]);
    expect(states(english)).toEqual([
      ['/steps/0/say/0', 'ready', 'recording', null],
      ['/steps/0/say/1', 'too_long', 'synthesis', 'espeak-ng'],
      ['/steps/1/say', 'missing', null, null],
    ]);
    expect(english).toMatchObject({ ready: false, missing: ['preflight.q2'] });
    expect(states(hindi)).toEqual([
      ['/steps/0/say/0', 'ready', 'synthesis', 'espeak-ng'],
      ['/steps/0/say/1', 'ready', 'synthesis', 'espeak-ng'],
      ['/steps/1/say', 'ready', 'synthesis', 'espeak-ng'],
    ]);
    expect(hindi).toMatchObject({ ready: true, missing: [], own_words: { state: 'ready' } });
    expect((await gateway.post('+919000009994', { flow: 'preflight', language: 'en' })).status).toBe(422);
  });
});
