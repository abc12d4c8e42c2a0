import { expect, it } from 'vitest';
import { simulatorTrunk } from '../../src/domain/calls/trunk.ts';
import type { CallId } from '../../src/domain/ids.ts';
import { assert } from '../../src/lib/assert.ts';
import { InMemoryLedger } from '../support/in-memory-ledger.ts';
import type { SimulatedGateway } from '../support/simulated-gateway.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { startQuietGateway } from './quiet-gateway.ts';

async function accept(gateway: SimulatedGateway, clock: VirtualClock, to: string) {
  const body = { to, flow: 'quiz', variables: { name: 'Asha' }, retry: { max_attempts: 1 } };
  const accepting = gateway.accept({ key: to, body });
  await clock.advanceBy(10);
  const accepted = await accepting;
  assert(accepted.result === 'accepted', 'the call is accepted');
  return accepted.call.view.id as CallId;
}

it('while the disk is full, calls wait and nobody is called; then all are, and none was lost', async () => {
  const clock = new VirtualClock();
  const ledger = new InMemoryLedger();
  let problem: string | null = 'the disk is full';
  let dialled = 0;
  const gateway = await startQuietGateway({
    ...{ clock, ledger, trunks: [simulatorTrunk] },
    holdBack: () => problem,
    onDial: () => (dialled += 1),
  });
  const ids = [];
  for (let each = 0; each < 20; each++) ids.push(await accept(gateway, clock, `+9190000001${each + 10}`));
  await clock.advanceBy(3 * 3_600_000);
  expect(dialled).toBe(0);
  for (const id of ids)
    expect(await ledger.call(id)).toMatchObject({ state: { status: 'queued' }, attempts: [] });
  problem = null;
  await clock.advanceBy(10 * 60_000);
  for (const id of ids) expect((await ledger.call(id))?.state.status).toBe('ended');
  expect(dialled).toBe(20);
});

it('while another gateway may have the lease of the Asterisk, nobody is called; what was claimed just before is given back unsent', async () => {
  const clock = new VirtualClock();
  const ledger = new InMemoryLedger();
  let isSafe = true;
  let dialled = 0;
  const gateway = await startQuietGateway({
    ...{ clock, ledger, trunks: [{ ...simulatorTrunk, callsPerSecond: 4 }] },
    isLeaseSafe: () => isSafe,
    onDial: () => (dialled += 1),
  });
  const ids = [];
  for (let each = 0; each < 8; each++) ids.push(await accept(gateway, clock, `+919000001${each + 10}9`));
  await clock.runUntil(() => dialled === 1);
  isSafe = false;
  await clock.advanceBy(60_000);
  expect(dialled).toBe(1);
  const calls = await Promise.all(ids.map((id) => ledger.call(id)));
  const givenBack = calls.filter((call) => call?.attempts[0]?.ended?.verdict.fault === 'gateway');
  expect(givenBack.length).toBeGreaterThan(0);
  expect(calls.filter((call) => call?.state.status === 'queued').length).toBeGreaterThan(0);
  isSafe = true;
  await clock.advanceBy(3_600_000);
  for (const id of ids) expect((await ledger.call(id))?.state.status).toBe('ended');
  expect(dialled).toBe(8);
});
