import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StorePrompt } from '../../../src/workflows/prompt-use-cases.ts';
import { allOf } from '../../support/all-of.ts';
import { expectProblem } from './expect-problem.ts';
import { ask, fakeGateway, promptView, type FakeGateway } from './fake-gateway.ts';

const place = 'PUT /v1/prompts/quiz.q1/hi';
const wav = { 'Content-Type': 'audio/wav' };

/** A gateway that reads the file to its end, as the real one does, and what it read. */
function readingGateway(): FakeGateway & { files: Buffer[] } {
  const files: Buffer[] = [];
  const gateway = fakeGateway({
    async storePrompt({ put }: StorePrompt) {
      if ('chunks' in put) files.push(Buffer.concat(await allOf(put.chunks)));
      return { result: 'stored', prompt: promptView, created: true };
    },
  });
  return { ...gateway, files };
}

describe('putting a prompt', () => {
  test('a new version is 201 with its place and its sound, an equal one 200', async () => {
    const created = await ask(fakeGateway(), place, { body: { text: 'नमस्ते' } });
    expect([created.status, created.headers.get('Location')]).toEqual([201, '/v1/prompts/quiz.q1/hi']);
    expect(await created.json()).toEqual({
      id: 'quiz.q1',
      language: 'hi',
      version: 2,
      state: 'ready',
      source: 'recording',
      text: null,
      voice: null,
      duration: 'PT7.15S',
      loudness_dbfs: -22,
      recording: { format: 'mp3', bytes: 30_111, sha256: 'b'.repeat(64) },
      problem: null,
      created_at: '2026-01-31T09:00:00.000Z',
    });
    const same = fakeGateway({
      storePrompt: () => Promise.resolve({ result: 'stored', prompt: promptView, created: false }),
    });
    expect((await ask(same, place, { body: { text: 'नमस्ते' } })).status).toBe(200);
  });

  test.each(['audio/wav', 'audio/mpeg', 'application/octet-stream', 'text/plain', ''])(
    'takes a body of the type «%s» for a file, byte by byte',
    async (type) => {
      const gateway = readingGateway();
      const file = new Uint8Array([0, 255, 1, 254, 10, 13]);
      const response = await ask(gateway, place, { body: file, headers: { 'Content-Type': type } });
      expect(response.status).toBe(201);
      expect(gateway.files).toEqual([Buffer.from(file)]);
    },
  );

  test('takes an empty body for an empty file', async () => {
    const gateway = readingGateway();
    await ask(gateway, place, { headers: wav });
    expect(gateway.files).toEqual([Buffer.alloc(0)]);
  });

  test.each([
    ['a form', { 'Content-Type': 'multipart/form-data; boundary=x' }],
    ['a compressed file', { ...wav, 'Content-Encoding': 'gzip' }],
  ])('refuses %s with 415', async (_, headers) => {
    const gateway = fakeGateway();
    await expectProblem(await ask(gateway, place, { body: 'x', headers }), 'unsupported_media_type');
    expect(gateway.asked).toEqual([]);
  });

  test('refuses a file over 20 MiB with 413 before it is read, where its length is announced', async () => {
    const gateway = fakeGateway();
    const headers = { ...wav, 'Content-Length': String(20 * 1024 * 1024 + 1) };
    await expectProblem(await ask(gateway, place, { body: 'x', headers }), 'body_too_large');
    expect(gateway.asked).toEqual([]);
  });

  test('refuses a file over 20 MiB with 413 also where its length is not', async () => {
    const gateway = fakeGateway({ storePrompt: () => Promise.resolve({ result: 'too_large' }) });
    await expectProblem(await ask(gateway, place, { body: 'x', headers: wav }), 'body_too_large');
  });

  test.each<[string, unknown, string]>([
    ['no words', {}, '/text'],
    ['empty words', { text: '' }, '/text'],
    ['words that are no text', { text: 7 }, '/text'],
    ['too many words', { text: 'a'.repeat(2001) }, '/text'],
    ['a field that is not known', { text: 'a', voice: 'Asha' }, '/voice'],
    ['a control character', { text: 'a\u0000' }, '/text'],
    ['a lone surrogate', { text: 'a\ud800' }, '/text'],
    ['a list', [], ''],
  ])('refuses %s with 422 and the place', async (_, body, pointer) => {
    const gateway = fakeGateway();
    const problem = await expectProblem(await ask(gateway, place, { body }), 'invalid_request');
    expect(problem.errors?.[0]?.pointer).toBe(pointer);
    expect(gateway.asked).toEqual([]);
  });

  test('says of what the path names and of the file what is wrong with it', async () => {
    const misnamed = fakeGateway({
      storePrompt: () =>
        Promise.resolve({ result: 'misnamed', faults: [{ parameter: 'id', detail: 'must be …' }] }),
    });
    const byName = await expectProblem(
      await ask(misnamed, place, { body: 'x', headers: wav }),
      'invalid_request',
    );
    expect(byName.errors).toEqual([{ parameter: 'id', detail: 'must be …' }]);
    const invalid = fakeGateway({
      storePrompt: () =>
        Promise.resolve({ result: 'invalid', faults: [{ pointer: '', detail: 'is overdriven: …' }] }),
    });
    const byFile = await expectProblem(
      await ask(invalid, place, { body: 'x', headers: wav }),
      'invalid_request',
    );
    expect(byFile.detail).toBe('the body is overdriven: ….');
  });

  test('is never a 5xx, whatever is sent as a file', async () => {
    const types = fc.constantFrom('audio/wav', 'application/json', 'multipart/x', 'text/plain;charset=x', '');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), types, async (body, type) => {
        const response = await ask(readingGateway(), place, { body, headers: { 'Content-Type': type } });
        expect(response.status).toBeLessThan(500);
      }),
    );
  });
});

describe('what is not there', () => {
  test.each(['GET', 'DELETE'])('is 404, and so is what cannot be a prompt: %s', async (method) => {
    const gateway = fakeGateway();
    for (const path of ['..%2f..%2fetc/hi', 'Quiz/hi', 'quiz/%00', 'quiz/hindi', 'a%2Fb/hi'])
      await expectProblem(await ask(gateway, `${method} /v1/prompts/${path}`), 'not_found');
    expect(gateway.asked).toEqual([]);
    const empty = fakeGateway({
      readPrompt: () => Promise.resolve(null),
      deletePrompt: () => Promise.resolve({ result: 'not_found' }),
    });
    await expectProblem(await ask(empty, `${method} /v1/prompts/quiz.q1/hi`), 'not_found');
  });
});

test('what a phone hears is a WAV file', async () => {
  const response = await ask(fakeGateway(), 'GET /v1/prompts/quiz.q1/hi/audio');
  expect([response.status, response.headers.get('Content-Type')]).toEqual([200, 'audio/wav']);
  expect(await response.text()).toBe('RIFF');
  const empty = fakeGateway({ hearPrompt: () => Promise.resolve(null) });
  await expectProblem(await ask(empty, 'GET /v1/prompts/quiz.q1/hi/audio'), 'not_found');
});

test('a prompt that flows speak cannot be deleted, and they are named', async () => {
  const gateway = fakeGateway({
    deletePrompt: () => Promise.resolve({ result: 'in_use', flows: ['teacher-quiz'] }),
  });
  const problem = await expectProblem(await ask(gateway, 'DELETE /v1/prompts/quiz.q1/hi'), 'prompt_in_use');
  expect(problem).toMatchObject({ flows: ['teacher-quiz'] });
});

test('a list goes on where its cursor says', async () => {
  const many = fakeGateway({ listPrompts: () => Promise.resolve([promptView, { ...promptView, id: 'z' }]) });
  const page = (await (await ask(many, 'GET /v1/prompts?limit=1')).json()) as { next_cursor: string };
  const gateway = fakeGateway();
  await ask(gateway, `GET /v1/prompts?limit=1&cursor=${page.next_cursor}`);
  expect(gateway.asked[0]?.argument).toEqual({ after: { id: 'quiz.q1', language: 'hi' }, limit: 2 });
});
