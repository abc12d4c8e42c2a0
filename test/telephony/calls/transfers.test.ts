import { expect, it, vi } from 'vitest';
import type { CallView } from '../../../src/domain/calls/call-view.ts';
import { callTheGateway } from '../../support/call-the-gateway.ts';
import { heardBy } from '../../support/heard-by.ts';
import { useCallLab } from '../../support/running-gateway.ts';
import { said } from '../../support/said.ts';
import { toldTransfer, transferInFeed } from '../../support/told-transfer.ts';

const lab = useCallLab();
const useful = {
  ...{ id: 'useful', type: 'choice', say: said('Was that useful?') },
  options: { 1: { value: 'yes' }, 2: { value: 'no' } },
  next: 'end',
};

/** Joined to `to`, then asked; each way of nobody's coming has words of its own. */
const putThrough = (to: unknown, more: object = {}) => ({
  title: 'Somebody to talk to',
  languages: ['en'],
  steps: [
    {
      ...{ id: 'agent', type: 'transfer', to, say: said('I put you through.') },
      ...{ whisper: said('A parent is calling, please help them.'), max_wait: 'PT12S' },
      ...{ on_busy: 'busy', on_no_answer: 'nobody', on_closed: 'closed', otherwise: 'sorry' },
      calling_hours: { start: '00:00', end: '24:00' },
      ...more,
    },
    useful,
    { id: 'busy', type: 'message', say: said('They are on the phone.'), next: 'end' },
    { id: 'nobody', type: 'message', say: said('Nobody is there.'), next: 'end' },
    { id: 'closed', type: 'message', say: said('They are not there today.'), next: 'end' },
    { id: 'sorry', type: 'message', say: said('Please call again.') },
  ],
});

const transferOf = (id: string) => toldTransfer(lab().gateway, id);

/** Of the lab's one trunk. */
async function channelsInUse(): Promise<{ inCapacity: unknown; ofTrunk: unknown }> {
  const { api } = lab().gateway;
  const [capacity, trunks] = await Promise.all([
    api.ask<{ data: { trunk: string; channels: { in_use: number } }[] }>('GET', '/v1/capacity'),
    api.ask<{ data: { name: string; channels: { taken: number } }[] }>('GET', '/v1/trunks'),
  ]);
  return {
    inCapacity: capacity.body.data[0]?.channels.in_use,
    ofTrunk: trunks.body.data[0]?.channels.taken,
  };
}

it('joins whoever calls a line to an agent, and asks them afterwards', async () => {
  const { gateway, invites, webhooks, network } = lineLab();
  const [from, agent, line] = ['9000001998', '+919000609994', '+911412345702'];
  await put('/v1/flows/put-through', putThrough(agent));
  await put(`/v1/lines/${line}`, { mode: 'answer', flow: 'put-through', language: 'en' });
  await callTheGateway(network, { dialled: line, from, givesUpAfterMs: 30_000 });
  const told = await webhooks.waitFor(({ type, event }) => {
    const call = event?.data['call'] as CallView | undefined;
    return type === 'call.answered' && call?.line === line;
  }, 45_000);
  const { id } = told.event?.data['call'] as CallView;
  await gateway.untilTimeline(id, { type: 'transfer_joined' });
  expect(await channelsInUse()).toEqual({ inCapacity: 2, ofTrunk: 2 });
  const call = await gateway.ended(id, 90_000);
  expect(call).toMatchObject({ direction: 'incoming', outcome: 'completed' });
  expect(call.responses).toMatchObject([{ question: 'useful', value: 'yes' }]);
  expect(transferOf(id)).toMatchObject({ result: 'talked', reason: 'answered' });
  expect(invites.count(agent)).toBe(1);
}, 120_000);

function lineLab() {
  const { gateway, invites, lab: asterisks } = lab();
  return { gateway, invites, webhooks: gateway.webhooks, network: asterisks.network };
}

async function put(path: string, body: object): Promise<void> {
  const reply = await lab().gateway.api.ask('PUT', path, { body });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 201 });
}

it('lets a person and an agent talk, and asks the person afterwards', async () => {
  const { gateway, invites } = lab();
  const [person, agent] = ['+919000001999', '+919000609991'];
  const { id } = await gateway.place(person, { flow: putThrough(agent), record: true });
  await gateway.untilTimeline(id, { type: 'transfer_joined' });
  expect(await channelsInUse()).toEqual({ inCapacity: 2, ofTrunk: 2 });
  const call = await gateway.ended(id, 90_000);
  expect(await channelsInUse()).toEqual({ inCapacity: 0, ofTrunk: 0 });
  expect(call).toMatchObject({ outcome: 'completed' });
  expect(call.responses).toMatchObject([{ question: 'useful', value: 'yes' }]);
  expect(call.attempts).toHaveLength(1);
  const told = transferOf(id);
  expect(told).toMatchObject({ result: 'talked', reason: 'answered', to: '+91******9991' });
  expect(told.waited_seconds).toBeGreaterThanOrEqual(3);
  expect(told.talked_seconds).toBeGreaterThan(10);
  expect([invites.count(person), invites.count(agent)]).toEqual([1, 1]);
  // The person heard the agent for as long as they talked: more than all words and the music before.
  const heard = await heardBy(lab().lab, '9000001999');
  expect(heard.loudMs).toBeGreaterThan(14_000);
  // The person said nothing, so all that the agent heard is the whisper.
  const whispered = await heardBy(lab().lab, '9000609991');
  expect(whispered.loudMs).toBeGreaterThan(1_000);
}, 120_000);

it.concurrent.each([
  { is: 'busy', to: '+919000179991', result: 'busy', reason: 'busy', words: 'busy' },
  { is: 'not there', to: '+919000199991', result: 'no_answer', reason: 'no_answer', words: 'nobody' },
  { is: 'no number', to: '+919000319991', result: 'failed', reason: 'invalid_number', words: 'sorry' },
])(
  'goes its own way when the agent is $is',
  async ({ to, result, reason, words }) => {
    const { gateway } = lab();
    const { id } = await gateway.place(`+919000009${to.slice(6, 9)}`, { flow: putThrough(to) });
    const call = await gateway.ended(id, 60_000);
    expect(call).toMatchObject({ outcome: 'completed' });
    expect(transferOf(id)).toMatchObject({ result, reason, talked_seconds: 0 });
    expect(await gateway.api.timeline(id)).toContainEqual(
      expect.objectContaining({ type: 'prompt', step: words }),
    );
  },
  90_000,
);

it.concurrent('calls nobody outside the hours of the agent', async () => {
  const { gateway, invites } = lab();
  const agent = '+919000609990';
  const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const weekday = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][new Date(day).getUTCDay()];
  const closed = {
    calling_hours: { start: '00:00', end: '24:00', days: [weekday], time_zone: 'UTC', holidays: [day] },
  };
  const { id } = await gateway.place('+919000009990', { flow: putThrough(agent, closed) });
  expect(await gateway.ended(id)).toMatchObject({ outcome: 'completed' });
  expect(transferOf(id)).toMatchObject({ id: null, trunk: null, result: 'closed', talked_seconds: 0 });
  expect(invites.count(agent)).toBe(0);
});

it.concurrent('lets the agent go when the person hangs up first', async () => {
  const { gateway } = lab();
  const { id } = await gateway.place('+919000109999', { flow: putThrough('+919000199992') });
  await gateway.ended(id);
  expect(transferOf(id)).toMatchObject({ result: 'caller_hung_up', talked_seconds: 0 });
});

it('takes a talk up again after the gateway died: nobody is interrupted, nobody called twice', async () => {
  const { gateway, invites } = lab();
  const [person, agent] = ['+919000002999', '+919000609992'];
  const { id } = await gateway.place(person, { flow: putThrough(agent) });
  await gateway.untilTimeline(id, { type: 'transfer_joined' });
  await gateway.process.kill9();
  await gateway.startAgain();
  const call = await gateway.finished(id);
  expect(call).toMatchObject({ outcome: 'completed' });
  expect(call.responses).toMatchObject([{ question: 'useful', value: 'no' }]);
  const told = await transferInFeed(gateway, id);
  expect(told).toMatchObject({ result: 'talked' });
  expect(told.talked_seconds).toBeGreaterThan(10);
  expect([invites.count(person), invites.count(agent)]).toEqual([1, 1]);
}, 120_000);

it('takes a wait up again after the gateway died, and joins them all the same', async () => {
  const { gateway, invites } = lab();
  const [person, agent] = ['+919000002989', '+919000609993'];
  const { id } = await gateway.place(person, { flow: putThrough(agent, { max_wait: 'PT40S' }) });
  await gateway.untilTimeline(id, { type: 'transfer_begun' });
  await vi.waitFor(() => expect(invites.count(agent)).toBe(1), { timeout: 10_000 });
  await gateway.process.kill9();
  await gateway.startAgain();
  await gateway.untilTimeline(id, { type: 'transfer_joined' });
  const call = await gateway.finished(id);
  expect(call.attempts).toHaveLength(1);
  expect([invites.count(person), invites.count(agent)]).toEqual([1, 1]);
}, 120_000);
