import { expect, it, vi } from 'vitest';
import { simulatorTrunk } from '../../src/domain/calls/trunk.ts';
import { assert } from '../../src/lib/assert.ts';
import { InMemoryFlowStore } from '../support/in-memory-flow-store.ts';
import { InMemoryLedger } from '../support/in-memory-ledger.ts';
import type { GatePoint } from '../support/process-gate.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { QuietNetwork, startQuietGateway } from './quiet-gateway.ts';

/** Speaks for four seconds whenever asked to, then presses `#`. */
const to = '+919000519999';
const flow = {
  title: 'Complaint',
  languages: ['en'],
  steps: [
    { ...{ id: 'complaint', type: 'voice_message', review: false }, say: { text: { en: 'Please speak.' } } },
    { id: 'bye', type: 'message', say: { text: { en: 'Goodbye.' } } },
  ],
};

it.each([
  ['at once', 0],
  ['when the person has spoken', 20_000],
])(
  'a question is asked once more, and no more, after a crash that lost its recording, with the gateway back %s',
  async (_when, awayMs) => {
    const clock = new VirtualClock();
    const [ledger, network, flows] = [new InMemoryLedger(), new QuietNetwork(clock), new InMemoryFlowStore()];
    const recorded = vi.spyOn(network, 'record');
    const commits: GatePoint = { operation: 'commit', stage: 'before' };
    const begun: GatePoint = { operation: 'record', stage: 'after' };
    let crashed = false;
    const shared = { clock, ledger, network, flows, trunks: [simulatorTrunk] };
    // The network records already, and what led to it is on its way to the database.
    const weather = {
      latencyMs: ({ operation, stage }: GatePoint) =>
        operation === commits.operation && stage === commits.stage ? 50 : 0,
      strike: ({ operation, stage }: GatePoint) => {
        const strikes = !crashed && operation === begun.operation && stage === begun.stage;
        return strikes ? ('crash' as const) : ('nothing' as const);
      },
    };
    const first = await startQuietGateway({ ...shared, weather, onCrash: () => (crashed = true) });
    const body = { to, flow, calling_hours: { start: '00:00', end: '24:00' } };
    const accepted = await first.accept({ key: to, body });
    assert(accepted.result === 'accepted', 'the call is accepted');
    await clock.runUntil(() => crashed);
    await clock.advanceBy(awayMs);
    await startQuietGateway(shared);
    await clock.advanceBy(5 * 60_000);

    const [call] = await ledger.calls({ limit: 1 });
    assert(call, 'the call is on record');
    expect(call.state).toMatchObject({ status: 'ended', outcome: 'completed' });
    const names = recorded.mock.calls.map(([, { recordingId }]) => recordingId);
    expect(names).toEqual(['recording-1', 'recording-2']);
    expect(await network.storedRecordings()).toEqual([]);
  },
);
