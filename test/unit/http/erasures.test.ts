import { describe, expect, it } from 'vitest';
import { adminKey, fakeGateway, keyWith, someErasure } from './fake-gateway.ts';

const post = (app: ReturnType<typeof fakeGateway>['app'], body: unknown, key = adminKey) =>
  app.request('/v1/erasures', {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const get = (app: ReturnType<typeof fakeGateway>['app'], path: string) =>
  app.request(path, { headers: { authorization: `Bearer ${adminKey}` } });

describe('erasures', () => {
  it('are accepted without an idempotency key, with who asked, and show no number', async () => {
    const { app, asked } = fakeGateway();
    const reply = await post(app, { to: '+919876543210' });
    expect(reply.status).toBe(202);
    expect(await reply.json()).toEqual({
      ...{ id: someErasure.id, state: 'pending', requested_by: 'office', done_at: null },
      requested_at: '2026-01-31T09:00:00.000Z',
    });
    expect(asked).toEqual([{ useCase: 'requestErasure', argument: { to: '+919876543210', by: 'owner-a' } }]);
  });

  it('need the scope admin', async () => {
    const { app, asked } = fakeGateway();
    expect((await post(app, { to: '+919876543210' }, keyWith('calls:write', 'numbers:read'))).status).toBe(
      403,
    );
    expect(asked).toEqual([]);
  });

  it('are refused with a pointer where the number is none', async () => {
    const faults = [{ pointer: '/to', detail: 'must be a phone number in E.164' }];
    const { app } = fakeGateway({ requestErasure: () => Promise.resolve({ result: 'invalid', faults }) });
    const reply = await post(app, { to: 'Asha' });
    expect(reply.status).toBe(422);
    expect(await reply.json()).toMatchObject({ errors: faults });
  });

  it('say when they are done', async () => {
    const reply = await get(fakeGateway().app, `/v1/erasures/${someErasure.id}`);
    expect(await reply.json()).toMatchObject({ state: 'done', done_at: '2026-01-31T09:00:20.000Z' });
  });

  it.each([`/v1/erasures/${someErasure.id}`, '/v1/erasures/era_1'])(
    '%s is not found where there is none',
    async (path) => {
      const { app } = fakeGateway({ readErasure: () => Promise.resolve(null) });
      const reply = await get(app, path);
      expect(reply.status).toBe(404);
      expect(await reply.json()).toMatchObject({ code: 'not_found' });
    },
  );
});
