import { describe, expect, test } from 'vitest';
import { ask, callId, fakeGateway, placeCall } from './fake-gateway.ts';

describe('every response', () => {
  test.each([
    ['trace-0a.b:c_d', true],
    ['919876543210', false],
    ['a b', false],
    ['a\u00e9', false],
    ['a'.repeat(129), false],
    ['', false],
  ])('has an X-Request-Id, the one that was sent if it is well-formed: «%s»', async (sent, isKept) => {
    const id = (await ask(fakeGateway(), 'GET /healthz', { headers: { 'X-Request-Id': sent } })).headers.get(
      'X-Request-Id',
    );
    if (isKept) expect(id).toBe(sent);
    else expect(id).toMatch(/^req_[0-9a-z]{26}$/);
  });

  test('is logged by its route, without paths, queries, bodies and numbers', async () => {
    const gateway = fakeGateway();
    await placeCall(gateway);
    await ask(gateway, `GET /v1/calls/${callId}`);
    await ask(gateway, 'GET /v1/calls?reference=+919876543210');
    await ask(gateway, 'GET /v1/nothing/+919876543210');
    await ask(gateway, 'GET /v1/flows/9876543210');
    const text = JSON.stringify(gateway.logged);
    expect(
      gateway.logged.map(({ fields }) => [fields['route'], fields['subject'], fields['status']]),
    ).toEqual([
      ['/v1/calls', null, 202],
      ['/v1/calls/{id}', callId, 200],
      ['/v1/calls', null, 200],
      [null, null, 404],
      ['/v1/flows/{id}', null, 404],
    ]);
    expect(text).not.toContain('9876543210');
  });
});
