import { describe, expect, test } from 'vitest';
import { expectProblem } from './expect-problem.ts';
import { ask, callId, clearNumber, fakeGateway, keyWith, view, type AskOptions } from './fake-gateway.ts';

describe('numbers', () => {
  const routes: [string, AskOptions][] = [
    ['POST /v1/calls', { body: { to: clearNumber, flow: 'a' }, headers: { 'Idempotency-Key': 'k' } }],
    [`GET /v1/calls/${callId}`, {}],
    [`POST /v1/calls/${callId}/cancel`, {}],
  ];

  test.each(routes)('are masked without numbers:read, clear with it: %s', async (line, options) => {
    const to = async (key: string) =>
      ((await (await ask(fakeGateway(), line, { ...options, key })).json()) as { to: string }).to;
    expect(await to(keyWith('calls:read', 'calls:write'))).toBe('+91******3210');
    expect(await to(keyWith('calls:read', 'calls:write', 'numbers:read'))).toBe(clearNumber);
    expect(await to('admin-key')).toBe(clearNumber);
  });

  test('are masked in lists too', async () => {
    const text = await (await ask(fakeGateway(), 'GET /v1/calls', { key: keyWith('calls:read') })).text();
    expect(text).not.toContain(clearNumber);
  });

  test('stay masked where they were erased', async () => {
    const gateway = fakeGateway({ readCall: () => Promise.resolve({ view, number: null }) });
    expect(await (await ask(gateway, `GET /v1/calls/${callId}`)).json()).toMatchObject({
      to: '+91******3210',
    });
  });

  test('of whoever called us are in `from`', async () => {
    const incoming = {
      view: { ...view, direction: 'incoming' as const, to: null, from: '+91******3210' },
      number: clearNumber,
    };
    const gateway = fakeGateway({ readCall: () => Promise.resolve(incoming) });
    expect(await (await ask(gateway, `GET /v1/calls/${callId}`)).json()).toMatchObject({
      to: null,
      from: clearNumber,
    });
  });

  test('in clear may be asked for webhooks only with numbers:read', async () => {
    const body = { url: 'https://campaigns.example/', numbers: 'clear' };
    await expectProblem(
      await ask(fakeGateway(), 'POST /v1/webhook-endpoints', { body, key: keyWith('webhooks:write') }),
      'scope_missing',
    );
    expect(
      (
        await ask(fakeGateway(), 'POST /v1/webhook-endpoints', {
          body,
          key: keyWith('webhooks:write', 'numbers:read'),
        })
      ).status,
    ).toBe(201);
  });
});
