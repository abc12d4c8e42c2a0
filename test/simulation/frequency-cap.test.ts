import { expect, it } from 'vitest';
import { simulatorTrunk } from '../../src/domain/calls/trunk.ts';
import type { Call } from '../../src/domain/calls/call.ts';
import type { CallRequest } from '../../src/domain/calls/call-request.ts';
import { isId } from '../../src/domain/ids.ts';
import { assert } from '../../src/lib/assert.ts';
import { InMemoryLedger } from '../support/in-memory-ledger.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { startQuietGateway } from './quiet-gateway.ts';

const noon = Date.parse('2026-03-02T12:00:00+05:30');
const hourMs = 3_600_000;

/** Its phone rings, and nobody takes it. */
const to = '+919000199999';

async function capped() {
  const clock = new VirtualClock(noon);
  const ledger = new InMemoryLedger();
  const frequencyCap = { most: 1, periodMs: hourMs };
  const gateway = await startQuietGateway({ clock, ledger, trunks: [simulatorTrunk], frequencyCap });
  await clock.advanceBy(1_000);
  let key = 0;
  const place = async (request: Partial<CallRequest> = {}): Promise<() => Promise<Call>> => {
    const retry = { max_attempts: 1 };
    const body = { to, flow: 'quiz', variables: { name: 'Asha' }, retry, ...request };
    const asked = gateway.accept({ key: `key-${(key += 1)}`, body });
    await clock.advanceBy(0);
    const accepted = await asked;
    assert(accepted.result === 'accepted', 'the call is accepted');
    const { id } = accepted.call.view;
    assert(isId('call', id), 'a call has an id');
    return async () => {
      const call = await ledger.call(id);
      assert(call, 'the call is on record');
      return call;
    };
  };
  return { clock, place };
}

it('whose phone rang as often as it may is blocked at once, and called again when the period is over', async () => {
  const { clock, place } = await capped();
  const first = await place();
  await clock.advanceBy(120_000);
  expect((await first()).state).toMatchObject({ status: 'ended', outcome: 'no_answer' });
  const second = await place();
  expect((await second()).state).toMatchObject({
    ...{ status: 'ended', outcome: 'blocked', blockedBy: 'frequency_cap' },
  });
  expect((await second()).attempts).toEqual([]);
  await clock.advanceBy(hourMs);
  const third = await place();
  await clock.advanceBy(120_000);
  expect((await third()).attempts).toHaveLength(1);
});

it('a call that was accepted before the phone rang for another waits until the cap leaves a ring, or is blocked', async () => {
  const { clock, place } = await capped();
  const [first, patient, hurried] = [
    await place(),
    await place(),
    await place({ not_after: new Date(noon + hourMs / 2).toISOString() }),
  ];
  await clock.advanceBy(120_000);
  expect((await first()).attempts).toHaveLength(1);
  expect((await hurried()).state).toMatchObject({ outcome: 'blocked', blockedBy: 'frequency_cap' });
  const { state } = await patient();
  const [attempt] = (await first()).attempts;
  expect(state).toMatchObject({ status: 'queued', nextAttemptAt: (attempt?.sendAt ?? 0) + hourMs });
  await clock.advanceBy(hourMs);
  expect((await patient()).attempts).toHaveLength(1);
});

it('an emergency is called all the same', async () => {
  const { clock, place } = await capped();
  await place();
  await clock.advanceBy(120_000);
  const urgent = await place({ purpose: 'emergency' });
  await clock.advanceBy(60_000);
  expect((await urgent()).attempts).toHaveLength(1);
});
