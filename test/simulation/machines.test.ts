import { expect, it } from 'vitest';
import type { CallRequest } from '../../src/domain/calls/call-request.ts';
import { viewCall } from '../../src/domain/calls/call-view.ts';
import { simulatorTrunk } from '../../src/domain/calls/trunk.ts';
import type { CallId } from '../../src/domain/ids.ts';
import { assert } from '../../src/lib/assert.ts';
import { InMemoryLedger } from '../support/in-memory-ledger.ts';
import { said } from '../support/said.ts';
import type { SimulatedGateway } from '../support/simulated-gateway.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { startQuietGateway } from './quiet-gateway.ts';

const flowOf = (title: string, step: object) => ({ title, languages: ['en'], steps: [step] });
/** Over before the greeting of a machine is. */
const short = flowOf('Short', { id: 'one', type: 'message', say: said('School opens on Monday.') });
const spoken = flowOf('Spoken', {
  ...{ id: 'complaint', type: 'voice_message', say: said('Tell us.') },
  ...{ review: false, max_duration: 'PT20S' },
});

/** One call in fair weather, from its request to its end. */
async function callTo(
  to: string,
  request: Partial<CallRequest>,
  happening: (gateway: SimulatedGateway, clock: VirtualClock) => Promise<void> = () => Promise.resolve(),
) {
  const clock = new VirtualClock();
  const ledger = new InMemoryLedger();
  const gateway = await startQuietGateway({ clock, ledger, trunks: [simulatorTrunk] });
  const body = { to, variables: { name: 'Asha' }, machine_detection: 'on', ...request } as const;
  const accepting = gateway.accept({ key: to, body });
  await clock.advanceBy(10);
  const accepted = await accepting;
  assert(accepted.result === 'accepted', JSON.stringify(accepted));
  await happening(gateway, clock);
  await clock.advanceBy(120_000);
  const call = await ledger.call(accepted.call.view.id as CallId);
  assert(call, 'the call is on record');
  const stopping = gateway.stop();
  await clock.advanceBy(30_000);
  await stopping;
  expect(clock.pendingTimers).toBe(0);
  const [attempt] = call.attempts;
  return { call, view: viewCall(call), talkedMs: (attempt?.ended?.at ?? 0) - (attempt?.answeredAt ?? 0) };
}

const once = { retry: { max_attempts: 1 } };

it('an answering machine is spoken to at once, recognised when its greeting is over, and hung up on', async () => {
  const { view, talkedMs } = await callTo('+919000509999', { flow: 'quiz', ...once });
  expect(view).toMatchObject({
    ...{ outcome: 'machine', answered: true, human: false, reached: false, heard_percent: 0 },
    ...{ responses: [], resume_at: null },
    attempts: [{ verdict: { reason: 'machine', retryable: true } }],
  });
  expect(talkedMs).toBeGreaterThan(8_500);
  expect(talkedMs).toBeLessThan(10_000);
});

it('it is spoken to as a person would be where nobody asked to detect it', async () => {
  const { view } = await callTo('+919000509999', { flow: 'quiz', machine_detection: 'off', ...once });
  expect(view).toMatchObject({ outcome: 'partial', human: null, reached: true });
});

it('it is tried again by the policy for machines, from the beginning', async () => {
  const retry = { max_attempts: 2, after: { machine: 'PT1H' } };
  const { call, view } = await callTo('+919000509999', { flow: 'quiz', retry });
  expect(view).toMatchObject({ status: 'waiting_retry', human: false, heard_percent: 0, resume_at: null });
  assert(call.state.status === 'waiting_retry', 'it waits');
  expect(call.state.nextAttemptAt - (call.attempts[0]?.ended?.at ?? 0)).toBe(3_600_000);
  expect(call.progress).toBeNull();
});

it('a message that is shorter than its greeting is no success', async () => {
  const { view, talkedMs } = await callTo('+919000509999', { flow: short, ...once });
  expect(view).toMatchObject({ outcome: 'machine', reached: false, heard_percent: 0 });
  expect(talkedMs).toBeLessThan(10_000);
});

it.each([
  ['listens and presses nothing', '+919000009999', { flow: 'quiz' }, 'partial', null],
  ['listens to a message', '+919000009999', { flow: short }, 'completed', null],
  ['answers by key', '+919000001111', { flow: 'quiz' }, 'completed', true],
  ['speaks when asked to', '+919000519999', { flow: spoken }, 'completed', true],
  // An agent talks on and on: who never stops is nobody's greeting.
  ['never stops talking', '+919000609999', { flow: 'quiz' }, 'partial', null],
  ['hears ringing as sound before the answer', '+919000261111', { flow: 'quiz' }, 'completed', true],
] as const)('a person who %s is none', async (_what, to, request, outcome, human) => {
  const { view } = await callTo(to, { ...request, ...once });
  expect(view).toMatchObject({ outcome, human, reached: true, answered: true });
});

it('who was greeting while the connection was lost is not judged by half of it: a key may have been pressed', async () => {
  const { view } = await callTo('+919000509999', { flow: 'quiz', ...once }, async (gateway, clock) => {
    await clock.advanceBy(6_000);
    gateway.telephony.loseConnection();
    await clock.advanceBy(500);
    gateway.telephony.restoreConnection();
  });
  expect(view).toMatchObject({ outcome: 'partial', human: null, answered: true, reached: true });
});

it('an announcement before the answer is no answer', async () => {
  const { view } = await callTo('+919000249999', { flow: 'quiz', ...once });
  expect(view).toMatchObject({ outcome: 'invalid_number', answered: false, human: null, heard_percent: 0 });
});
