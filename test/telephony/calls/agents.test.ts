import { expect, it, vi } from 'vitest';
import { heardBy } from '../../support/heard-by.ts';
import { useCallLab } from '../../support/running-gateway.ts';
import { said } from '../../support/said.ts';
import { toldTransfer, transferInFeed } from '../../support/told-transfer.ts';

/** A queue of agents, each a phone of the handset network: 60 answers and talks for 20 s, 17 is busy, 19 rings and is never answered. */
const lab = useCallLab();

const queue = (agents: readonly string[], more: object = {}) => ({
  title: 'Somebody to talk to',
  languages: ['en'],
  steps: [
    {
      ...{ id: 'agent', type: 'transfer', to: agents, say: said('I put you through.') },
      ...{ whisper: said('A parent is calling, please help them.') },
      ...{ ring_time: 'PT5S', max_wait: 'PT20S' },
      ...{ on_busy: 'busy', on_no_answer: 'nobody', on_closed: 'closed', otherwise: 'sorry' },
      calling_hours: { start: '00:00', end: '24:00' },
      ...more,
    },
    { id: 'thanks', type: 'message', say: said('Thank you for calling.'), next: 'end' },
    { id: 'busy', type: 'message', say: said('They are all on the phone.'), next: 'end' },
    { id: 'nobody', type: 'message', say: said('Nobody is there.'), next: 'end' },
    { id: 'closed', type: 'message', say: said('They are not there today.'), next: 'end' },
    { id: 'sorry', type: 'message', say: said('Please call again.') },
  ],
});

const transferOf = (id: string) => toldTransfer(lab().gateway, id);

async function wordsOf(id: string): Promise<unknown[]> {
  const timeline = (await lab().gateway.api.timeline(id)) as { type: string; step?: string }[];
  return timeline.filter(({ type }) => type === 'prompt').map(({ step }) => step);
}

/** Its owner puts it down. */
async function hangUpPhone(nationalNumber: string): Promise<void> {
  const { ariUrl, ariUser, ariPassword } = lab().lab.network;
  const headers = { authorization: `Basic ${Buffer.from(`${ariUser}:${ariPassword}`).toString('base64')}` };
  const reply = await fetch(`${ariUrl}/ari/channels`, { headers });
  const channels = (await reply.json()) as { id: string; dialplan: { context: string; exten: string } }[];
  const found = await Promise.all(
    channels.map(async ({ id }) => {
      const number = await fetch(`${ariUrl}/ari/channels/${id}/variable?variable=NUMBER`, { headers });
      return number.ok && ((await number.json()) as { value: string }).value === nationalNumber ? [id] : [];
    }),
  );
  const [id] = found.flat();
  expect(id).toBeDefined();
  await fetch(`${ariUrl}/ari/channels/${id ?? ''}`, { method: 'DELETE', headers });
}

it.concurrent(
  'joins a person to the second agent where the first is busy',
  async () => {
    const { gateway, invites } = lab();
    const [busy, free] = ['+919000179981', '+919000609981'];
    const { id } = await gateway.place('+919000001199', { flow: queue([busy, free]) });
    expect(await gateway.ended(id, 90_000)).toMatchObject({ outcome: 'completed' });
    const told = transferOf(id);
    expect(told).toMatchObject({ result: 'talked', to: '+91******9981', phones_called: 2 });
    expect(told.talked_seconds).toBeGreaterThan(10);
    expect([invites.count(busy), invites.count(free)]).toEqual([1, 1]);
    expect(await wordsOf(id)).toContain('thanks');
  },
  120_000,
);

it.concurrent(
  'rings each for its time, one after the other, with music meanwhile, and says that nobody is there',
  async () => {
    const { gateway, invites } = lab();
    const agents = ['+919000199981', '+919000199982'];
    const { id } = await gateway.place('+919000001299', { flow: queue(agents) });
    expect(await gateway.ended(id, 90_000)).toMatchObject({ outcome: 'completed' });
    const told = transferOf(id);
    // who did not pick up may be called again after the 20 s that the person would wait
    expect(told).toMatchObject({ result: 'no_answer', phones_called: 2, talked_seconds: 0 });
    expect(told.waited_seconds).toBeGreaterThanOrEqual(10);
    expect(told.waited_seconds).toBeLessThan(20);
    expect(agents.map((agent) => invites.count(agent))).toEqual([1, 1]);
    const [first, second] = agents.map((agent) =>
      invites.all.find(({ nationalNumber }) => agent.endsWith(nationalNumber)),
    );
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(5_000);
    expect(await wordsOf(id)).toContain('nobody');
    // words, at least 10 s of music, words
    expect((await heardBy(lab().lab, '9000001299')).loudMs).toBeGreaterThan(8_000);
  },
  120_000,
);

it.concurrent(
  'says that all are engaged',
  async () => {
    const { gateway, invites } = lab();
    const agents = ['+919000179982', '+919000179983'];
    const { id } = await gateway.place('+919000001399', { flow: queue(agents) });
    expect(await gateway.ended(id, 90_000)).toMatchObject({ outcome: 'completed' });
    expect(transferOf(id)).toMatchObject({ result: 'busy', reason: 'busy', phones_called: 2 });
    expect(agents.map((agent) => invites.count(agent))).toEqual([1, 1]);
    expect(await wordsOf(id)).toContain('busy');
  },
  120_000,
);

it.concurrent(
  'lets the agent’s phone ring no longer than the person is on the line',
  async () => {
    const { gateway, invites } = lab();
    const [agent, next] = ['+919000199983', '+919000609982'];
    const flow = queue([agent, next], { ring_time: 'PT60S', max_wait: 'PT90S' });
    const { id } = await gateway.place('+919000001499', { flow });
    const seen = () => invites.all.find(({ nationalNumber }) => agent.endsWith(nationalNumber));
    await vi.waitFor(() => expect(seen()?.live).toBe(true), { timeout: 20_000 });
    await hangUpPhone('9000001499');
    await gateway.ended(id);
    // the handset would ring for an hour: what ends its channel is the CANCEL
    await vi.waitFor(() => expect(seen()?.live).toBe(false), { timeout: 5_000 });
    expect(transferOf(id)).toMatchObject({ result: 'caller_hung_up', phones_called: 1 });
    expect(invites.count(next)).toBe(0);
  },
  120_000,
);

it.concurrent(
  'joins two people to one agent one after the other, and never rings them while they talk',
  async () => {
    const { gateway, invites } = lab();
    const agent = '+919000609983';
    const flow = queue([agent], { max_wait: 'PT90S' });
    const calls = await Promise.all(
      ['+919000001599', '+919000001699'].map((person) => gateway.place(person, { flow })),
    );
    for (const { id } of calls) {
      expect(await gateway.ended(id, 120_000)).toMatchObject({ outcome: 'completed' });
      expect(transferOf(id)).toMatchObject({ result: 'talked', phones_called: 1 });
    }
    const waited = calls.map(({ id }) => transferOf(id).waited_seconds).toSorted((a, b) => a - b);
    expect((waited[1] ?? 0) - (waited[0] ?? 0)).toBeGreaterThan(15);
    expect([invites.count(agent), invites.mostAtOnce(agent)]).toEqual([2, 1]);
  },
  180_000,
);

it('goes on with the next agent after the gateway died, and calls nobody twice', async () => {
  const { gateway, invites } = lab();
  const [first, second] = ['+919000199984', '+919000609984'];
  const flow = queue([first, second], { ring_time: 'PT10S', max_wait: 'PT90S' });
  const { id } = await gateway.place('+919000001799', { flow });
  await vi.waitFor(() => expect(invites.count(first)).toBe(1), { timeout: 20_000 });
  await gateway.process.kill9();
  await gateway.startAgain();
  await gateway.untilTimeline(id, { type: 'transfer_joined' });
  expect(await gateway.finished(id)).toMatchObject({ outcome: 'completed' });
  expect(await transferInFeed(gateway, id)).toMatchObject({
    result: 'talked',
    to: '+91******9984',
    phones_called: 2,
  });
  expect([invites.count(first), invites.count(second)]).toEqual([1, 1]);
}, 120_000);
