import { describe, expect, test } from 'vitest';
import { expectProblem } from './expect-problem.ts';
import { ask, callId, fakeGateway, readCall } from './fake-gateway.ts';

describe('cancelling', () => {
  test.each([
    ['cancelled', 200],
    ['cancelling', 202],
  ] as const)('%s is %i', async (result, status) => {
    const gateway = fakeGateway({ cancelCall: () => Promise.resolve({ result, call: readCall }) });
    expect((await ask(gateway, `POST /v1/calls/${callId}/cancel`)).status).toBe(status);
  });

  test('a call in which somebody talks is 409, unless hang_up is asked for', async () => {
    const gateway = fakeGateway({
      cancelCall: ({ hangUp }) =>
        Promise.resolve(hangUp ? { result: 'cancelled', call: readCall } : { result: 'talking' }),
    });
    await expectProblem(
      await ask(gateway, `POST /v1/calls/${callId}/cancel`, { body: {} }),
      'call_in_progress',
    );
    expect((await ask(gateway, `POST /v1/calls/${callId}/cancel`, { body: { hang_up: true } })).status).toBe(
      200,
    );
  });

  test('a call that does not exist is 404', async () => {
    const gateway = fakeGateway({ cancelCall: () => Promise.resolve({ result: 'not_found' }) });
    await expectProblem(await ask(gateway, `POST /v1/calls/${callId}/cancel`), 'not_found');
  });

  test('an empty form body is no body', async () => {
    const response = await ask(fakeGateway(), `POST /v1/calls/${callId}/cancel`, {
      body: '',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    expect(response.status).toBe(200);
  });
});
