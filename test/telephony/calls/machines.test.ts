import { expect, it } from 'vitest';
import { useCallLab, usePlacedCalls } from '../../support/running-gateway.ts';
import { said } from '../../support/said.ts';

const lab = useCallLab();
const detecting = { machine_detection: 'on' };

/** Over long before a greeting of eight seconds is. */
const short = {
  title: 'Short',
  languages: ['en'],
  steps: [{ id: 'one', type: 'message', say: said('School opens on Monday.') }],
};
const complaint = {
  title: 'Complaint',
  languages: ['en'],
  steps: [{ id: 'complaint', type: 'voice_message', say: said('Speak'), review: false }],
};

const machine = '+919000509991';
const shortMachine = '+919000509992';
const againMachine = '+919000509993';
const listener = '+919000009991';
const shortListener = '+919000009992';
const presser = '+919000001199';
const speaker = '+919000519991';
const agent = '+919000609991';
const placed = usePlacedCalls(lab, () => [
  { to: machine, request: detecting },
  { to: shortMachine, request: { ...detecting, flow: short } },
  { to: againMachine, request: { ...detecting, retry: { max_attempts: 2 } } },
  { to: listener, request: { ...detecting, flow: 'once' } },
  { to: shortListener, request: { ...detecting, flow: short } },
  { to: presser, request: detecting },
  { to: speaker, request: { ...detecting, flow: complaint } },
  { to: agent, request: { ...detecting, flow: 'once' } },
]);

it('an answering machine is spoken to at once, recognised when its greeting is over, and hung up on', async () => {
  const { gateway } = lab();
  const call = await gateway.ended(placed(machine).id);
  expect(call).toMatchObject({
    ...{ outcome: 'machine', answered: true, human: false, reached: false, heard_percent: 0 },
    ...{ responses: [], resume_at: null },
  });
  const [attempt] = call.attempts;
  expect(attempt?.verdict).toMatchObject({ reason: 'machine', sip_code: 200 });
  const talkedMs = Date.parse(attempt?.ended_at ?? '') - Date.parse(attempt?.answered_at ?? '');
  expect(talkedMs).toBeGreaterThan(7_000);
  expect(talkedMs).toBeLessThan(14_000);
  const timeline = await gateway.api.timeline(call.id);
  const [firstPrompt] = timeline.filter((line) => line.type === 'prompt');
  const answeredAt = Date.parse(attempt?.answered_at ?? '');
  expect(Date.parse(String(firstPrompt?.at)) - answeredAt).toBeLessThan(500);
  expect(timeline).toContainEqual(expect.objectContaining({ type: 'flow_ended', ending: 'machine' }));
});

it('a message that is shorter than its greeting is no success', async () => {
  expect(await lab().gateway.ended(placed(shortMachine).id)).toMatchObject({
    ...{ outcome: 'machine', reached: false, human: false, heard_percent: 0 },
  });
});

it('it is called again as late as the policy for machines has it', async () => {
  const { gateway } = lab();
  const { id } = placed(againMachine);
  const told = await gateway.heard(id, 'call.attempt_ended');
  const call = await gateway.api.call(id);
  expect(call).toMatchObject({ status: 'waiting_retry', human: false, resume_at: null });
  const waitMs =
    Date.parse(String(told.event?.data['next_attempt_at'])) - Date.parse(call.attempts[0]?.ended_at ?? '');
  expect(waitMs).toBeGreaterThanOrEqual(4 * 3_600_000);
  await gateway.cancel(id);
});

it.each([
  { is: 'listens and presses nothing', to: listener, outcome: 'partial', human: null },
  { is: 'listens to a message', to: shortListener, outcome: 'completed', human: null },
  { is: 'answers by key', to: presser, outcome: 'completed', human: true },
  { is: 'speaks when asked to', to: speaker, outcome: 'completed', human: true },
  { is: 'never stops talking', to: agent, outcome: 'partial', human: null },
])('a person who $is is none', async ({ to, outcome, human }) => {
  expect(await lab().gateway.ended(placed(to).id)).toMatchObject({ outcome, human, reached: true });
});

it('who was greeting while the gateway died is not judged by half of it', async () => {
  const { gateway, invites } = lab();
  const to = '+919000509994';
  const { id } = await gateway.place(to, { ...detecting, flow: 'once' });
  await gateway.untilTimeline(id, { type: 'prompt' });
  await gateway.process.kill9();
  await gateway.startAgain();
  const call = await gateway.finished(id);
  expect(call).toMatchObject({ answered: true, human: null, reached: true, outcome: 'partial' });
  expect(invites.count(to)).toBe(1);
});
