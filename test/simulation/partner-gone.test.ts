import { expect, it, vi } from 'vitest';
import { simulatorTrunk } from '../../src/domain/calls/trunk.ts';
import { assert } from '../../src/lib/assert.ts';
import { telephonyOperations } from '../support/gated-telephony.ts';
import { InMemoryFlowStore } from '../support/in-memory-flow-store.ts';
import { InMemoryLedger } from '../support/in-memory-ledger.ts';
import type { GatePoint } from '../support/process-gate.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { QuietNetwork, startQuietGateway } from './quiet-gateway.ts';

const person = '+919000001999';
/** Answers, and hangs up so much later. */
const agent = '+919000609999';
const talkMs = 20_000;
const flowTo = (to: string | string[]) => ({
  title: 'Put through',
  languages: ['en'],
  steps: [
    {
      ...{ id: 'agent', type: 'transfer', to, otherwise: 'bye' },
      say: { text: { en: 'We put you through.' } },
    },
    { id: 'bye', type: 'message', say: { text: { en: 'Thank you.' } } },
  ],
});
/** The database does not reply for so long. */
const awayForMs = 60_000;
/** What compares the record with the network's legs is still read: else nobody would be taken up. */
const stillRead = ['liveCalls', 'liveTransfers', 'call', 'getFlow'];
const mostSilenceMs = 5_000;
/** From the request to part two people until Asterisk has it. */
const partingMs = 50;

/** Somebody who waits for somebody else, and an instant from which on the database is away. */
async function startWait(to: string | string[]) {
  const clock = new VirtualClock();
  const ledger = new InMemoryLedger();
  let awayUntil = -Infinity;
  let refusesUntil = -Infinity;
  const isAway = ({ operation }: GatePoint): boolean =>
    ![...telephonyOperations, ...stillRead].some((each) => each === operation);
  const latencyMs = (point: GatePoint): number => {
    if (point.operation === 'part') return partingMs;
    return isAway(point) ? Math.max(0, awayUntil - clock.now()) : 0;
  };
  const strike = (point: GatePoint) =>
    isAway(point) && clock.now() < refusesUntil ? ('cut' as const) : ('nothing' as const);
  const weather = { latencyMs, strike };
  const [flows, network] = [new InMemoryFlowStore(), new QuietNetwork(clock)];
  const start = () => startQuietGateway({ clock, ledger, flows, network, trunks: [simulatorTrunk], weather });
  const gateway = await start();
  const body = { to: person, flow: flowTo(to), calling_hours: { start: '00:00', end: '24:00' } };
  const accepted = await gateway.accept({ key: person, body });
  assert(accepted.result === 'accepted', 'the call is accepted');
  const loseDatabase = (): void => {
    awayUntil = clock.now() + awayForMs;
  };
  const refuseDatabase = (forMs: number): void => {
    refusesUntil = clock.now() + forMs;
  };
  return { clock, ledger, gateway, start, loseDatabase, refuseDatabase };
}

/** Two people who talk to each other. */
async function startTalk(to: string | string[]) {
  const world = await startWait(to);
  const joined = vi.spyOn(world.gateway.telephony, 'join');
  await world.clock.runUntil(() => joined.mock.calls.length > 0);
  return world;
}

const ends = [
  { when: 'just after the connection is back', restoredAfterEndMs: -300 },
  { when: 'a while after it is back', restoredAfterEndMs: -2_000 },
  { when: 'while there is no connection', restoredAfterEndMs: 1_000 },
];
const partners = [
  { who: 'somebody', to: agent },
  { who: 'an agent of a queue', to: [agent] },
];

it.each(partners.flatMap((partner) => ends.map((end) => ({ ...partner, ...end }))))(
  'who talked to $who hears what follows where that one hangs up $when and the database is away',
  async ({ to, restoredAfterEndMs }) => {
    const { clock, ledger, gateway, loseDatabase } = await startTalk(to);
    const endsAt = clock.now() + talkMs;
    const ended = vi.spyOn(gateway, 'deliver');
    await clock.advanceBy(1_000);
    loseDatabase();
    gateway.telephony.loseConnection();
    await clock.advanceTo(endsAt + restoredAfterEndMs);
    gateway.telephony.restoreConnection();
    const said = vi.spyOn(gateway.telephony, 'say');
    const left = () => ended.mock.calls.some(([event]) => event.type === 'hung_up');
    await clock.runUntil(left);
    expect(Math.abs(clock.now() - Math.max(endsAt, endsAt + restoredAfterEndMs))).toBeLessThan(500);
    await clock.advanceBy(mostSilenceMs);
    expect(said.mock.calls).toMatchObject([[expect.any(String), { sounds: [{}] }]]);
    await clock.advanceBy(awayForMs);
    const [call] = await ledger.calls({ limit: 1 });
    expect(call?.state).toMatchObject({ status: 'ended', outcome: 'completed' });
    expect(await ledger.liveTransfers('simulator')).toEqual([]);
  },
);

it.each(partners)(
  'who talked to $who hears what follows where the connection is lost before the two were parted',
  async ({ to }) => {
    const { clock, gateway } = await startTalk(to);
    const heard = vi.spyOn(gateway, 'deliver');
    await clock.runUntil(() => heard.mock.calls.some(([event]) => event.type === 'hung_up'));
    gateway.telephony.loseConnection();
    await clock.advanceBy(1_000);
    const said = vi.spyOn(gateway.telephony, 'say');
    gateway.telephony.restoreConnection();
    await clock.advanceBy(mostSilenceMs);
    expect(said.mock.calls).toMatchObject([[expect.any(String), { sounds: [{}] }]]);
  },
);

it.each(partners)(
  'who talked to $who when the process died hears what follows where that one hangs up while the next one has no database',
  async ({ to }) => {
    const { clock, ledger, gateway, start, refuseDatabase } = await startTalk(to);
    const endsAt = clock.now() + talkMs;
    await clock.advanceBy(1_000);
    gateway.gate.kill();
    refuseDatabase(talkMs + 10_000);
    const next = await start();
    const said = vi.spyOn(next.telephony, 'say');
    await clock.advanceTo(endsAt - 1_000);
    expect(said).not.toHaveBeenCalled();
    await clock.advanceTo(endsAt + mostSilenceMs);
    expect(said.mock.calls).toMatchObject([[expect.any(String), { sounds: [{}] }]]);
    await clock.advanceBy(awayForMs);
    const [call] = await ledger.calls({ limit: 1 });
    expect(call?.state).toMatchObject({ status: 'ended', outcome: 'completed' });
    expect(await ledger.liveTransfers('simulator')).toEqual([]);
  },
);

it('who is asked to wait after a talk is not kept from what follows once the database is back', async () => {
  const { clock, ledger, gateway, refuseDatabase } = await startWait(agent);
  const dialled = vi.spyOn(gateway.telephony, 'dial');
  await clock.runUntil(() => dialled.mock.calls.length === 2);
  // that they were joined cannot be kept before the other one has hung up
  const said = vi.spyOn(gateway.telephony, 'say');
  const stopped = vi.spyOn(gateway.telephony, 'stopPrompt');
  refuseDatabase(2_000 + talkMs + 10_000);
  const asides = () => said.mock.calls.filter(([, { promptId }]) => promptId.startsWith('aside'));
  await clock.runUntil(() => asides().length > 0);
  await clock.advanceBy(awayForMs);
  expect(stopped.mock.calls.map(([, id]) => id)).toContain(asides().at(-1)?.[1].promptId);
  const [call] = await ledger.calls({ limit: 1 });
  expect(call?.state).toMatchObject({ status: 'ended', outcome: 'completed' });
});
