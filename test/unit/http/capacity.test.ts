import { expect, test } from 'vitest';
import { expectProblem } from './expect-problem.ts';
import { adminKey, fakeGateway } from './fake-gateway.ts';

const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' };

test('tells of each trunk what is free, what waits and what fits', async () => {
  const { app } = fakeGateway();
  const reply = await app.request('/v1/capacity', { headers });
  expect(reply.status).toBe(200);
  expect(await reply.json()).toMatchObject({
    data: [
      {
        channels: { total: 250, reserved_for_incoming: 0, free: 250 },
        ...{ calls_per_second: 47.57, basis: 'configured', will_fit: 1_000 },
        queue_ahead: { emergency: 0, high: 1, normal: 2 },
        window_closes_at: '2026-03-02T15:30:00.000Z',
      },
    ],
  });
});

test('refuses a call that could not be dialled in its time, and says when to ask again', async () => {
  const acceptCall = () => Promise.resolve({ result: 'window_full', retryAfterMs: 59_001 } as const);
  const { app } = fakeGateway({ acceptCall });
  const body = JSON.stringify({ to: '+919876543210', flow: 'quiz' });
  const reply = await app.request('/v1/calls', {
    method: 'POST',
    headers: { ...headers, 'idempotency-key': 'key-1' },
    body,
  });
  expect(reply.headers.get('Retry-After')).toBe('60');
  await expectProblem(reply, 'window_full');
});
