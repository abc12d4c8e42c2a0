import { describe, expect, test } from 'vitest';
import type { RecordPromptsResult } from '../../../src/workflows/use-cases.ts';
import { expectProblem } from './expect-problem.ts';
import { adminKey, ask, clearNumber, fakeGateway, keyWith, readCall } from './fake-gateway.ts';

const request = 'POST /v1/flows/teacher-quiz/record-prompts';
const body = { to: clearNumber, language: 'hi' };
const headers = { 'Idempotency-Key': 'k1' };

function answering(result: RecordPromptsResult) {
  return fakeGateway({ recordPrompts: () => Promise.resolve(result) });
}

describe('a call that records prompts', () => {
  test('is accepted with what the person will be asked for', async () => {
    const gateway = fakeGateway();
    const response = await ask(gateway, request, { body, headers });
    expect([response.status, response.headers.get('Location')]).toEqual([
      202,
      `/v1/calls/${readCall.view.id}`,
    ]);
    expect(await response.json()).toEqual({
      ...readCall.view,
      to: clearNumber,
      prompts: [{ number: 1, id: 'quiz.q1', text: null }],
    });
    const flow = { id: 'teacher-quiz', version: null };
    expect(gateway.asked[0]).toMatchObject({
      useCase: 'recordPrompts',
      argument: { idempotencyKey: 'k1', flow, body, received: body },
    });
  });

  test('is told as replayed where it was asked for before', async () => {
    const gateway = answering({ result: 'accepted', replayed: true, call: readCall, prompts: [] });
    expect((await ask(gateway, request, { body, headers })).headers.get('Idempotent-Replayed')).toBe('true');
  });

  test('shows the number masked without the scope for it', async () => {
    const key = keyWith('flows:write', 'calls:write');
    const response = await ask(fakeGateway(), request, { body, headers, key });
    expect(await response.json()).toMatchObject({ to: readCall.view.to });
  });

  test.each([
    ['without an Idempotency-Key', request, {}, 'idempotency_key_missing'],
    ['for what is no flow', 'POST /v1/flows/Quiz/record-prompts', headers, 'not_found'],
  ] as const)('is refused %s', async (_name, line, sent, code) => {
    const gateway = fakeGateway();
    await expectProblem(await ask(gateway, line, { body, headers: sent, key: adminKey }), code);
    expect(gateway.asked).toEqual([]);
  });

  test.each([
    ['no language', { to: clearNumber }],
    ['no number', { language: 'hi' }],
    ['a flow of its own', { ...body, flow: 'quiz' }],
    ['a length of its own', { ...body, max_duration: 'PT2H' }],
    ['no prompt at all', { ...body, prompts: [] }],
    ['51 prompts', { ...body, prompts: Array.from({ length: 51 }, (_, index) => `quiz.q${index}`) }],
  ])('is refused with %s', async (_name, bad) => {
    const gateway = fakeGateway();
    await expectProblem(await ask(gateway, request, { body: bad, headers }), 'invalid_request');
    expect(gateway.asked).toEqual([]);
  });

  test.each([
    [{ result: 'not_found' }, 'not_found'],
    [{ result: 'key_reused' }, 'key_reused'],
    [{ result: 'still_running' }, 'still_running'],
    [{ result: 'invalid', faults: [{ pointer: '/to', detail: 'may not record' }] }, 'invalid_request'],
  ] as const)('%j is %s', async (result, code) => {
    const given = result.result === 'invalid' ? { ...result, faults: [...result.faults] } : result;
    await expectProblem(await ask(answering(given), request, { body, headers }), code);
  });

  test('is not taken while the gateway shuts down', async () => {
    const gateway = fakeGateway({}, { isDraining: () => true });
    await expectProblem(await ask(gateway, request, { body, headers }), 'draining');
  });
});
