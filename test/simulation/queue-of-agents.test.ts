import { expect, it, vi } from 'vitest';
import { simulatorTrunk } from '../../src/domain/calls/trunk.ts';
import { assert } from '../../src/lib/assert.ts';
import { InMemoryLedger } from '../support/in-memory-ledger.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { startQuietGateway } from './quiet-gateway.ts';

/** Answers after 2 s, and hangs up 20 s later. */
const agent = '+919000609999';
const people = ['+919000001999', '+919000002999', '+919000003999', '+919000004999'];
const say = (en: string) => ({ say: { text: { en } } });
const frame = { title: 'Somebody to talk to', languages: ['en'] };
const bye = { id: 'bye', type: 'message', ...say('Thank you.') };

async function start() {
  const clock = new VirtualClock();
  const ledger = new InMemoryLedger();
  const gateway = await startQuietGateway({ clock, ledger, trunks: [simulatorTrunk] });
  const accept = async (to: string, flow: Record<string, unknown>): Promise<string> => {
    const body = { to, flow, calling_hours: { start: '00:00', end: '24:00' } };
    const accepted = await gateway.accept({ key: to, body });
    assert(accepted.result === 'accepted', 'the call is accepted');
    return accepted.call.view.id;
  };
  return { clock, ledger, gateway, accept };
}

it('those who wait for one agent are joined in the order of their coming', async () => {
  const { clock, ledger, gateway, accept } = await start();
  const joined = vi.spyOn(gateway.telephony, 'join');
  const transfer = { id: 'agent', type: 'transfer', to: [agent], max_wait: 'PT3M', otherwise: 'bye' };
  const flow = { ...frame, steps: [{ ...transfer, ...say('We put you through.') }, bye] };
  const ids: string[] = [];
  for (const person of people) {
    ids.push(await accept(person, flow));
    // who comes later looks earlier in each second
    await clock.advanceBy(2_700);
  }
  await clock.runUntil(() => joined.mock.calls.length === people.length);
  const calls = await ledger.calls({ limit: people.length });
  const whose = (leg: string) => calls.find(({ attempts }) => attempts.some(({ id }) => id === leg))?.id;
  expect(joined.mock.calls.map(([{ person }]) => whose(person))).toEqual(ids);
});

it('nobody of a queue is called outside of their hours, and the person is told so', async () => {
  const { clock, ledger, gateway, accept } = await start();
  const dialled = vi.spyOn(gateway.telephony, 'dial');
  const day = new Date(clock.now()).toISOString().slice(0, 10);
  const hours = { start: '00:00', end: '24:00', time_zone: 'UTC', holidays: [day] };
  const steps = [
    {
      ...{ id: 'agent', type: 'transfer', to: [agent], calling_hours: hours, ...say('We put you through.') },
      ...{ on_closed: 'closed', otherwise: 'bye' },
    },
    { id: 'closed', type: 'message', ...say('They are not there today.'), next: 'end' },
    bye,
  ];
  const id = await accept('+919000009999', { ...frame, steps });
  await clock.advanceBy(60_000);
  const [call] = await ledger.calls({ limit: 1 });
  expect(call).toMatchObject({ id, state: { status: 'ended', outcome: 'completed' } });
  expect(dialled).toHaveBeenCalledTimes(1);
  const ended = ledger.events.find(({ type }) => type === 'transfer.ended');
  const told = JSON.parse(ended?.body ?? '{}') as { data?: unknown };
  expect(told.data).toMatchObject({ transfer: { result: 'closed', phones_called: 0, to: null } });
});
