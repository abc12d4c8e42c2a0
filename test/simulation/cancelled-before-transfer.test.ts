import { expect, it, vi } from 'vitest';
import { simulatorTrunk } from '../../src/domain/calls/trunk.ts';
import type { CallId } from '../../src/domain/ids.ts';
import { assert } from '../../src/lib/assert.ts';
import { InMemoryLedger } from '../support/in-memory-ledger.ts';
import type { GatePoint } from '../support/process-gate.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { startQuietGateway } from './quiet-gateway.ts';

const person = '+919000001999';
const agent = '+919000609999';
/** Long enough for an INVITE to leave meanwhile. */
const hangUpMs = 200;
const flowTo = (to: string | string[]) => ({
  title: 'Put through at once',
  languages: ['en'],
  steps: [
    {
      ...{ id: 'agent', type: 'transfer', to, otherwise: 'bye' },
      say: { text: { en: 'We put you through.' } },
    },
    { id: 'bye', type: 'message', say: { text: { en: 'Thank you.' } } },
  ],
});

it.each([
  { who: 'somebody', to: agent },
  { who: 'an agent of a queue', to: [agent] },
])(
  '$who is not called for a person who was to be hung up before that they answered was kept',
  async ({ to }) => {
    const clock = new VirtualClock();
    const ledger = new InMemoryLedger();
    const dialled: string[] = [];
    let commitMs = 0;
    const latencyMs = ({ operation }: GatePoint): number =>
      operation === 'commit' ? commitMs : operation === 'hangUp' ? hangUpMs : 0;
    const gateway = await startQuietGateway({
      ...{ clock, ledger, trunks: [simulatorTrunk], weather: { latencyMs, strike: () => 'nothing' } },
      onDial: ({ endpoint }) => dialled.push(endpoint),
    });
    const said = vi.spyOn(gateway.telephony, 'say');
    const hours = { calling_hours: { start: '00:00', end: '24:00' } };
    const accepted = await gateway.accept({ key: person, body: { to: person, flow: flowTo(to), ...hours } });
    assert(accepted.result === 'accepted', 'the call is accepted');
    const id = accepted.call.view.id as CallId;
    await clock.runUntil(() => typeof ledger.callNow(id)?.attempts[0]?.ringingAt === 'number');
    commitMs = 500;
    await clock.runUntil(() => said.mock.calls.length > 0);
    // they have answered, and that is on its way to the record
    commitMs = 0;
    const cancelled = gateway.cancel({ id, hangUp: true });
    await clock.runUntil(() => ledger.callNow(id)?.state.status === 'ended');

    expect(await cancelled).toMatchObject({ result: 'cancelled' });
    expect(ledger.callNow(id)).toMatchObject({ attempts: [{ answeredAt: expect.any(Number) as number }] });
    expect(dialled).toHaveLength(1);
  },
);
