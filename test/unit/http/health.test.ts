import { describe, expect, test } from 'vitest';
import { expectProblem } from './expect-problem.ts';
import { ask, callId, fakeGateway } from './fake-gateway.ts';

describe('health', () => {
  test('readiness names each part, and is a problem where one is not ready', async () => {
    expect(await (await ask(fakeGateway(), 'GET /readyz', { key: null })).json()).toEqual({
      ready: true,
      checks: [{ name: 'database', ok: true, detail: null }],
    });
    const checks = [{ name: 'telephony' as const, ok: false, detail: 'Asterisk refuses the password.' }];
    const response = await ask(
      fakeGateway({}, { readiness: () => ({ ready: false, checks }) }),
      'GET /readyz',
      { key: null },
    );
    expect(response.headers.get('Retry-After')).toBe('5');
    expect(await expectProblem(response, 'not_ready')).toMatchObject({
      ready: false,
      checks,
      detail: 'telephony: Asterisk refuses the password.',
    });
  });

  test('metrics go out as they are made', async () => {
    const response = await ask(fakeGateway(), 'GET /metrics', { key: null });
    expect(response.headers.get('Content-Type')).toBe('text/plain; version=0.0.4');
    expect(await response.text()).toBe('up 1\n');
  });

  test('the timeline has its facts beside the fixed members, which they cannot replace', async () => {
    expect(await (await ask(fakeGateway(), `GET /v1/calls/${callId}/timeline`)).json()).toEqual({
      data: [{ at: '2026-01-31T09:00:00.000Z', type: 'key', attempt: 1, step: 'q1', key: '1', used: true }],
    });
  });
});
