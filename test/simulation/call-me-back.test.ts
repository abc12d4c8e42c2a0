import { expect, it } from 'vitest';
import { simulatorTrunk } from '../../src/domain/calls/trunk.ts';
import type { CallRequest } from '../../src/domain/calls/call-request.ts';
import { assert } from '../../src/lib/assert.ts';
import { InMemoryLedger } from '../support/in-memory-ledger.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { startQuietGateway } from './quiet-gateway.ts';

const flow = {
  title: 'A licence that runs out',
  languages: ['en'],
  steps: [
    {
      ...{
        id: 'help',
        type: 'choice',
        say: { text: { en: 'To go on, press 1. For a person to call you, press 2.' } },
      },
      options: { '1': { value: 'go_on' }, '2': { value: 'person', call_me_back: true } },
    },
    { id: 'bye', type: 'message', say: { text: { en: 'Thank you.' } } },
  ],
};

it.each([
  ['+919000002999', 'person', 1],
  ['+919000001999', 'go_on', 0],
])('a real talk with %s, who answers %s, asks for a person %i times', async (to, value, times) => {
  const clock = new VirtualClock();
  const ledger = new InMemoryLedger();
  const gateway = await startQuietGateway({ clock, ledger, trunks: [simulatorTrunk] });
  const body: CallRequest = { to, flow, calling_hours: { start: '00:00', end: '24:00' } };
  const accepted = await gateway.accept({ key: to, body });
  assert(accepted.result === 'accepted', 'the call is accepted');
  await clock.advanceBy(2 * 60_000);
  const [call] = await ledger.calls({ limit: 1 });
  assert(call, 'the call is on record');
  expect(call.responses).toMatchObject([{ question: 'help', value }]);
  const timeline = await ledger.timeline(call.id);
  const asked = timeline.filter(({ type }) => type === 'call_back.requested');
  expect(asked).toHaveLength(times);
  expect(asked.map(({ step, detail }) => [step, detail['value']])).toEqual(
    times === 1 ? [['help', 'person']] : [],
  );
});
