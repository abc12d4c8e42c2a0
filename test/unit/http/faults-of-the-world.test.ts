import { describe, expect, test } from 'vitest';
import type { ProblemCode } from '../../../src/http/problem-codes.ts';
import type { UseCases } from '../../../src/workflows/use-cases.ts';
import { expectProblem } from './expect-problem.ts';
import { ask, callId, clearNumber, fakeGateway, placeCall } from './fake-gateway.ts';

class FaultOfTheWorld extends Error {
  readonly code: string;
  constructor(code: string) {
    super(`${code}: host db.internal, number ${clearNumber}`);
    this.code = code;
  }
}

describe('faults of the world', () => {
  test.each([
    ['ledger_unavailable', 'database_unavailable'],
    ['telephony_unavailable', 'telephony_unavailable'],
  ] as [string, ProblemCode][])('%s is 503 with Retry-After, without details', async (fault, code) => {
    const gateway = fakeGateway({ acceptCall: () => Promise.reject(new FaultOfTheWorld(fault)) });
    const response = await placeCall(gateway);
    expect(response.headers.get('Retry-After')).toMatch(/^\d+$/);
    expect(JSON.stringify(await expectProblem(response, code))).not.toContain('db.internal');
  });

  test.each([
    ['an error', () => Promise.reject(new FaultOfTheWorld('other'))],
    ['what is no error', () => Promise.reject(JSON.parse('"text"') as Error)],
    [
      'a throw before any promise',
      () => {
        throw new Error(`number ${clearNumber}`);
      },
    ],
  ] as [string, UseCases['acceptCall']][])(
    '%s that nobody expected is 500 without details, logged with the request id',
    async (_name, acceptCall) => {
      const gateway = fakeGateway({ acceptCall });
      const response = await placeCall(gateway, { headers: { 'X-Request-Id': 'trace-7' } });
      expect(JSON.stringify(await expectProblem(response, 'internal_error'))).not.toContain(clearNumber);
      expect(gateway.logged).toContainEqual(
        expect.objectContaining({
          level: 'error',
          fields: expect.objectContaining({ request_id: 'trace-7' }) as object,
        }),
      );
    },
  );

  test('while draining, new calls are 503 and everything else is answered', async () => {
    const gateway = fakeGateway({}, { isDraining: () => true });
    const response = await placeCall(gateway);
    expect(response.headers.get('Retry-After')).toBe('5');
    await expectProblem(response, 'draining');
    expect((await ask(gateway, `GET /v1/calls/${callId}`)).status).toBe(200);
    expect((await ask(gateway, `POST /v1/calls/${callId}/cancel`)).status).toBe(200);
  });
});
