import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { useCallLab, usePlacedCalls } from '../../support/running-gateway.ts';

const lab = useCallLab();

const again = { max_attempts: 2, after: { partial: 'PT1S', busy: 'PT1S' } };
const halfway = '+919000011999';
const busy = '+919000179999';
const machine = '+919000509999';
const twice = '+919000002299';
const twins = new Map<string, string>();
const placed = usePlacedCalls(lab, () => [
  { to: halfway, request: { retry: again } },
  { to: busy, request: { retry: again } },
  { to: machine, request: { flow: 'once' } },
  { to: twice },
]);
beforeAll(async () => void twins.set(twice, (await lab().gateway.place(twice)).id));

it('a person who hung up halfway is called again and goes on where it stopped', async () => {
  const { gateway, invites } = lab();
  const { id } = placed(halfway);
  const waiting = await gateway.heard(id, 'call.attempt_ended');
  expect(waiting.event?.data).toMatchObject({
    call: { status: 'waiting_retry', outcome: null, resume_at: 'q2' },
    next_attempt_at: expect.any(String) as string,
  });
  const call = await gateway.ended(id);
  expect(call).toMatchObject({ outcome: 'completed', reached: true, resume_at: null });
  expect(call.responses.map(({ question, value, attempt }) => [question, value, attempt])).toEqual([
    ['q1', 'a', 1],
    ['q2', 'a', 2],
  ]);
  expect(gateway.events(id).map((event) => event.type)).toEqual([
    'call.queued',
    ...talk,
    ...talk,
    'call.ended',
  ]);
  const second = (await gateway.api.timeline(id)).filter(
    (line) => line.attempt === 2 && line.type === 'prompt',
  );
  expect(second.map((line) => line.step)).not.toContain('q1');
  expect(second[0]?.step).toBe('q2');
  expect(invites.count(halfway)).toBe(2);
  expect(call.attempts).toHaveLength(2);
});

it('a busy phone is called as often as the policy says, and no more', async () => {
  const { gateway, invites } = lab();
  const { id } = placed(busy);
  const call = await gateway.ended(id);
  expect(call).toMatchObject({ outcome: 'busy', reached: false, next_attempt_at: null });
  expect(call.attempts.map((attempt) => attempt.verdict?.reason)).toEqual(['busy', 'busy']);
  expect(invites.count(busy)).toBe(2);
  const [first, second] = call.attempts;
  expect(Date.parse(second?.started_at ?? '') - Date.parse(first?.ended_at ?? '')).toBeGreaterThanOrEqual(
    1000,
  );
});

it('an answering machine is spoken to as a person would be, where nobody asked to detect it', async () => {
  const { gateway } = lab();
  const { id } = placed(machine);
  const call = await gateway.ended(id);
  expect(call).toMatchObject({
    outcome: 'partial',
    reached: true,
    human: null,
    resume_at: 'q1',
    responses: [],
  });
  expect(call.attempts[0]?.verdict).toMatchObject({ reason: 'answered', sip_code: 200 });
});

it('two calls to one person at once are made one after the other', async () => {
  const { gateway, invites } = lab();
  const ids = [placed(twice).id, twins.get(twice) ?? ''];
  const ended = [await gateway.ended(ids[0] ?? ''), await gateway.ended(ids[1] ?? '')];
  expect(ended.map((call) => call.outcome)).toEqual(['completed', 'completed']);
  const [first, second] = ended
    .flatMap((call) => call.attempts)
    .toSorted((a, b) => a.started_at.localeCompare(b.started_at));
  expect(Date.parse(second?.started_at ?? '')).toBeGreaterThanOrEqual(Date.parse(first?.ended_at ?? ''));
  expect(invites.count(twice)).toBe(2);
  expect(invites.mostAtOnce(twice)).toBe(1);
});

it('fifty equal requests with one key are one call', async () => {
  const { gateway, invites } = lab();
  const to = '+919000179998';
  const key = randomUUID();
  const replies = await Promise.all(Array.from({ length: 50 }, () => gateway.post(to, {}, key)));
  const accepted = replies.filter((reply) => reply.status === 202);
  // The others came while the first was still being answered, and are told when to ask again.
  const early = replies.filter((reply) => reply.status === 409);
  expect(accepted.length + early.length).toBe(50);
  for (const reply of early) expect(reply.headers.get('retry-after')).toMatch(/^\d+$/);
  const ids = new Set(accepted.map((reply) => reply.body.id));
  expect(ids.size).toBe(1);
  expect(accepted.filter((reply) => reply.headers.get('idempotent-replayed') !== 'true')).toHaveLength(1);
  const [id = ''] = ids;
  await gateway.ended(id);
  expect(invites.count(to)).toBe(1);
  const replay = await gateway.post(to, {}, key);
  expect(replay).toMatchObject({ status: 202, body: { id } });
  const reused = await gateway.post(to, { language: 'en' }, key);
  expect(reused.status).toBe(422);
  expect(invites.count(to)).toBe(1);
});

const talk = [
  'call.attempt_started',
  'call.ringing',
  'call.answered',
  'call.response_recorded',
  'call.attempt_ended',
];
