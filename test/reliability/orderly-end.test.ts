import { expect, it } from 'vitest';
import { useCallLab } from '../support/running-gateway.ts';

const lab = useCallLab();

it('SIGTERM lets who is talking finish, dials nobody, and leaves the rest to the next start', async () => {
  const { gateway, invites } = lab();
  const to = '+919000001299';
  const talking = await gateway.place(to);
  await gateway.untilTimeline(talking.id, { type: 'prompt', step: 'q1' });
  // The same person: not before the first call has ended.
  const waiting = await gateway.place(to);
  gateway.process.signal('SIGTERM');
  await gateway.process.said('stopping');

  await expect.poll(async () => (await gateway.api.ask('GET', '/readyz')).status).toBe(503);
  const refused = await gateway.post('+919000002222');
  expect(refused).toMatchObject({ status: 503, body: { code: 'draining' } });
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);

  await gateway.heard(talking.id, 'call.ended');
  expect(await gateway.process.exited).toMatchObject({ status: 0, signal: null, stderr: '' });
  expect(gateway.events(talking.id).map((event) => event.type)).toEqual([
    'call.queued',
    'call.attempt_started',
    'call.ringing',
    'call.answered',
    'call.response_recorded',
    'call.response_recorded',
    'call.attempt_ended',
    'call.ended',
  ]);
  expect(invites.count(to)).toBe(1);

  await gateway.startAgain();
  expect(await gateway.ended(talking.id)).toMatchObject({ outcome: 'completed' });
  expect(await gateway.ended(waiting.id)).toMatchObject({ outcome: 'completed' });
  expect(invites.count(to)).toBe(2);
});

/** Whoever says nothing is waited for, longer than a process that is being ended may take. */
const patient = {
  ...{ title: 'A patient question', languages: ['en'] },
  defaults: { first_key_timeout: 'PT20S', attempts: 3 },
  steps: [
    {
      id: 'q1',
      type: 'choice',
      say: { text: { en: 'For yes, press 1.' } },
      options: { '1': { value: 'yes' } },
    },
  ],
};

it('SIGTERM leaves whoever talks longer on the line, for the next process to ask again', async () => {
  const { gateway, invites } = lab();
  // silent when asked for the first time, then 1
  const to = '+919000009199';
  const { id } = await gateway.place(to, { flow: patient });
  await gateway.untilTimeline(id, { type: 'prompt', step: 'q1' });
  const signalledAt = performance.now();
  expect(await gateway.process.terminate()).toMatchObject({ status: 0, signal: null, stderr: '' });
  expect(performance.now() - signalledAt).toBeLessThan(30_000);
  expect(invites.all.filter(({ live }) => live).map(({ nationalNumber }) => nationalNumber)).toEqual([
    '9000009199',
  ]);

  await gateway.startAgain();
  const call = await gateway.ended(id);
  expect(call).toMatchObject({
    outcome: 'completed',
    responses: [{ question: 'q1', value: 'yes', attempt: 1 }],
  });
  expect(invites.count(to)).toBe(1);
});
