import { expect, it } from 'vitest';
import { simulatorTrunk } from '../../../src/domain/calls/trunk.ts';
import { acceptCall } from '../../../src/workflows/accept-call.ts';
import { KeysInHand } from '../../../src/workflows/keys-in-hand.ts';
import { resolveFlow } from '../../../src/workflows/resolve-flow.ts';
import type { AcceptCallResult } from '../../../src/workflows/use-cases.ts';
import { InMemoryFlowStore } from '../../support/in-memory-flow-store.ts';
import { InMemoryLedger } from '../../support/in-memory-ledger.ts';
import { noLibrary } from '../../support/no-library.ts';
import { sampleIds, sampleVault } from '../../support/sample-call.ts';
import { testFlows } from '../../support/test-flows.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** A Monday. */
const noon = Date.parse('2026-03-02T12:00:00+05:30');
const notAfter = noon + 60_000;
const body = {
  ...{ to: '+919000001111', flow: 'quiz', variables: { name: 'Asha' } },
  not_after: new Date(notAfter).toISOString(),
};

/** What asks for calls at `clock`, with one thing that a request may have to wait for: whether the person opted out. */
async function orchestratorOf({
  clock,
  optOutsRead,
}: {
  clock: VirtualClock;
  optOutsRead: Promise<unknown>;
}) {
  const ledger = new InMemoryLedger();
  const flows = new InMemoryFlowStore();
  await flows.putFlow({ id: 'quiz', definition: testFlows.quiz as never, at: noon });
  const deps = {
    ...{ clock, ids: sampleIds, trunks: [simulatorTrunk], keysInHand: new KeysInHand() },
    ledger: Object.assign(ledger, {
      optOuts: () => optOutsRead.then(() => []),
    }),
    personOf: (number: string) => sampleVault.personOf(number),
    resolveFlow: (flow: Parameters<typeof resolveFlow>[1]) =>
      resolveFlow({ flows, clock, ...noLibrary } as never, flow),
    missingPrompts: () => Promise.resolve([]),
    policy: {
      ...{ callingHours: { start: '09:00', end: '21:00' }, emergencyCalls: false, frequencyCap: null },
      ...{ callLifetimeMs: 86_400_000, recordingNumbers: [] },
    },
    ...{ campaignOf: () => Promise.resolve(null), fullFor: () => Promise.resolve(null) },
    onAccepted: () => undefined,
  };
  return (key = 'key'): Promise<AcceptCallResult> =>
    acceptCall(deps, { owner: 'owner', idempotencyKey: key, body, received: body });
}

it('refuses nobody for a time that is over while an equal request that came in time may still be accepted', async () => {
  const clock = new VirtualClock(noon);
  const optOutsRead = Promise.withResolvers<undefined>();
  const ask = await orchestratorOf({ clock, optOutsRead: optOutsRead.promise });

  const first = ask();
  await clock.advanceTo(notAfter + 1);
  expect(await ask()).toEqual({ result: 'still_running' });
  expect(await ask('another key')).toMatchObject({ result: 'invalid', faults: [{ pointer: '/not_after' }] });

  optOutsRead.resolve(undefined);
  const accepted = await first;
  expect(accepted).toMatchObject({ result: 'accepted', replayed: false });
  expect(await ask()).toEqual({ ...accepted, replayed: true });
});

it('refuses a request whose time is over where no equal one is in hand any more', async () => {
  const clock = new VirtualClock(noon);
  const optOutsRead = Promise.withResolvers<undefined>();
  const ask = await orchestratorOf({ clock, optOutsRead: optOutsRead.promise });

  const first = ask();
  optOutsRead.reject(new Error('the database is away'));
  await expect(first).rejects.toThrow('the database is away');
  await clock.advanceTo(notAfter + 1);
  expect(await ask()).toMatchObject({ result: 'invalid', faults: [{ pointer: '/not_after' }] });
});
