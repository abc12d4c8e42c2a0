import { expect, it, vi } from 'vitest';
import { simulatorTrunk } from '../../src/domain/calls/trunk.ts';
import { assert } from '../../src/lib/assert.ts';
import { telephonyOperations } from '../support/gated-telephony.ts';
import { InMemoryLedger } from '../support/in-memory-ledger.ts';
import type { GatePoint } from '../support/process-gate.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { startQuietGateway } from './quiet-gateway.ts';

const person = '+919000001999';
/** Answers, and hangs up so much later. */
const agent = '+919000609999';
const talkMs = 20_000;
const flow = {
  title: 'Put through',
  languages: ['en'],
  steps: [
    {
      ...{ id: 'agent', type: 'transfer', to: agent, otherwise: 'bye' },
      say: { text: { en: 'We put you through.' } },
    },
    { id: 'bye', type: 'message', say: { text: { en: 'Thank you.' } } },
  ],
};
/** The database does not reply for so long. */
const awayForMs = 60_000;
/** What compares the record with the network's legs is still read: else nobody would be taken up. */
const stillRead = ['liveCalls', 'liveTransfers', 'call'];
const mostSilenceMs = 5_000;

/** Two people who talk to each other, and an instant from which on the database is away. */
async function startTalk() {
  const clock = new VirtualClock();
  const ledger = new InMemoryLedger();
  let awayUntil = -Infinity;
  const isAway = ({ operation }: GatePoint): boolean =>
    ![...telephonyOperations, ...stillRead].some((each) => each === operation);
  const weather = {
    latencyMs: (point: GatePoint) => (isAway(point) ? Math.max(0, awayUntil - clock.now()) : 0),
    strike: () => 'nothing' as const,
  };
  const gateway = await startQuietGateway({ clock, ledger, trunks: [simulatorTrunk], weather });
  const joined = vi.spyOn(gateway.telephony, 'join');
  const body = { to: person, flow, calling_hours: { start: '00:00', end: '24:00' } };
  const accepted = await gateway.accept({ key: person, body });
  assert(accepted.result === 'accepted', 'the call is accepted');
  await clock.runUntil(() => joined.mock.calls.length > 0);
  const loseDatabase = (): void => {
    awayUntil = clock.now() + awayForMs;
  };
  return { clock, ledger, gateway, loseDatabase };
}

it.each([
  ['just after the connection is back', -300],
  ['a while after it is back', -2_000],
  ['while there is no connection', 1_000],
])(
  'who talked to somebody hears what follows where that one hangs up %s and the database is away',
  async (_when, restoredAfterEndMs) => {
    const { clock, ledger, gateway, loseDatabase } = await startTalk();
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
