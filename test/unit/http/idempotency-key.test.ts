import { describe, expect, test } from 'vitest';
import type { ProblemCode } from '../../../src/http/problem-codes.ts';
import { expectProblem } from './expect-problem.ts';
import { ask, clearNumber, fakeGateway, keyWith, placeCall, readCall } from './fake-gateway.ts';

describe('the Idempotency-Key', () => {
  test.each([
    ['missing', undefined, 'idempotency_key_missing'],
    ['empty', '', 'idempotency_key_missing'],
    ['of 256 characters', 'k'.repeat(256), 'idempotency_key_invalid'],
    ['with a tab', 'a\tb', 'idempotency_key_invalid'],
    ['with a control character of Latin-1', 'a\u0085b', 'idempotency_key_invalid'],
  ] as [string, string | undefined, ProblemCode][])('%s is refused', async (_name, key, code) => {
    const gateway = fakeGateway();
    const headers: Record<string, string> = key === undefined ? {} : { 'Idempotency-Key': key };
    await expectProblem(
      await ask(gateway, 'POST /v1/calls', { body: { to: clearNumber, flow: 'a' }, headers }),
      code,
    );
    expect(gateway.asked).toEqual([]);
  });

  test.each([
    ['255 characters', 'k'.repeat(255), 'k'.repeat(255)],
    ['255 characters of Hindi', Buffer.from('क'.repeat(255)).toString('latin1'), 'क'.repeat(255)],
    ['255 characters of two units each', Buffer.from('😀'.repeat(255)).toString('latin1'), '😀'.repeat(255)],
    ['a Latin-1 letter', 'caf\u00e9', 'caf\u00e9'],
  ])('%s are taken', async (_name, header, idempotencyKey) => {
    const gateway = fakeGateway();
    expect((await placeCall(gateway, { headers: { 'Idempotency-Key': header } })).status).toBe(202);
    expect(gateway.asked[0]?.argument).toMatchObject({ idempotencyKey });
  });

  test('reaches the use case with its owner, the body and the body as it came', async () => {
    const gateway = fakeGateway();
    const body = { to: clearNumber, flow: { title: 'x' } };
    await placeCall(gateway, { body, key: keyWith('calls:write') });
    expect(gateway.asked).toEqual([
      { useCase: 'acceptCall', argument: { owner: 'owner-b', idempotencyKey: 'k1', body, received: body } },
    ]);
  });

  test('a repeated request is marked as replayed', async () => {
    const gateway = fakeGateway({
      acceptCall: () => Promise.resolve({ result: 'accepted', replayed: true, call: readCall }),
    });
    const response = await placeCall(gateway);
    expect(response.status).toBe(202);
    expect(response.headers.get('Idempotent-Replayed')).toBe('true');
    expect((await placeCall(fakeGateway())).headers.get('Idempotent-Replayed')).toBe(null);
  });

  test('used with another body is 422', async () => {
    await expectProblem(
      await placeCall(fakeGateway({ acceptCall: () => Promise.resolve({ result: 'key_reused' }) })),
      'key_reused',
    );
  });

  test('of a request that is still running is 409 with Retry-After', async () => {
    const response = await placeCall(
      fakeGateway({ acceptCall: () => Promise.resolve({ result: 'still_running' }) }),
    );
    expect(response.headers.get('Retry-After')).toBe('1');
    await expectProblem(response, 'still_running');
  });
});
