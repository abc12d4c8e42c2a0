import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { LedgerUnavailable, type Ledger } from '../../src/db/ledger.ts';
import type { Lease } from '../../src/domain/asterisks/lease.ts';
import { InMemoryLedger, type LedgerFaults } from '../support/in-memory-ledger.ts';
import { testCampaignClaimsContract } from '../support/campaign-claims-contract.ts';
import { InMemoryTrunks } from '../support/in-memory-trunks.ts';
import { testTrunkClaimsContract } from '../support/trunk-claims-contract.ts';
import { testLedgerContract, type LedgerUnderTest } from '../support/ledger-contract.ts';
import { testAdmissionsContract } from '../support/admissions-contract.ts';
import { testRingsContract } from '../support/rings-contract.ts';
import { testTransferClaimsContract } from '../support/transfer-claims-contract.ts';
import { dialTransition, sampleAcceptance } from '../support/sample-call.ts';

const create = (): Promise<LedgerUnderTest> => {
  const lease = { asterisk: 'asterisk', epoch: 7 };
  let isLost = false;
  const isHeld = (given: Lease): boolean => !isLost && isDeepStrictEqual(given, lease);
  const ledger = new InMemoryLedger({ isHeld });
  return Promise.resolve({
    ledger,
    lease,
    loseLease: () => Promise.resolve(void (isLost = true)),
    addCampaign: (campaign) => Promise.resolve(void ledger.campaigns.set(campaign.id, campaign)),
    close: () => Promise.resolve(),
  });
};
testLedgerContract('in memory', create);
testCampaignClaimsContract('in memory', create);
testTrunkClaimsContract('in memory', () => {
  const ledger = new InMemoryLedger();
  const lease = { asterisk: 'asterisk', epoch: 7 };
  return Promise.resolve({
    ...{ ledger, lease, trunks: new InMemoryTrunks(ledger) },
    close: () => Promise.resolve(),
  });
});
testRingsContract('in memory', create);
testAdmissionsContract('in memory', create);
testTransferClaimsContract('in memory', create);

/** A fault at one stage of one operation, once it is armed. */
function failingAt(operation: keyof Ledger, stage: 'before' | 'after'): LedgerFaults & { armed: boolean } {
  const faults = {
    armed: false,
    around: (...[at, when]: Parameters<NonNullable<LedgerFaults['around']>>) => {
      if (faults.armed && at === operation && when === stage)
        throw new LedgerUnavailable('the cable was pulled');
    },
  };
  return faults;
}

describe('faults of the ledger in memory', () => {
  it.each([
    ['before', 'queued'],
    ['after', 'dialing'],
  ] as const)('a fault %s a commit leaves the call %s', async (stage, status) => {
    const faults = failingAt('commit', stage);
    const ledger = new InMemoryLedger(faults);
    const { transition } = await accepted(ledger);
    faults.armed = true;
    await expect(ledger.commit(dialTransition(transition.call))).rejects.toMatchObject({
      code: 'ledger_unavailable',
    });
    expect((await ledger.call(transition.call.id))?.state.status).toBe(status);
  });

  it('an acceptance that was cut off may be repeated, and is not left running', async () => {
    const faults = failingAt('accept', 'after');
    faults.armed = true;
    const ledger = new InMemoryLedger(faults);
    const acceptance = sampleAcceptance({
      idempotency: { owner: 'o', key: 'k', bodyHash: 'h' },
      reply: 'first',
    });
    await expect(ledger.accept(acceptance)).rejects.toThrow(LedgerUnavailable);
    faults.armed = false;
    expect(await ledger.accept(acceptance)).toMatchObject({ result: 'replayed', reply: 'first' });
  });

  it('an equal acceptance while the first still runs hears so', async () => {
    const gate = Promise.withResolvers<undefined>();
    const around = (operation: string) => (operation === 'accept' ? gate.promise : Promise.resolve());
    const ledger = new InMemoryLedger({ around });
    const idempotency = { owner: 'o', key: 'k', bodyHash: 'h' };
    const acceptance = sampleAcceptance({ idempotency });
    const first = ledger.accept(acceptance);
    expect(await ledger.accept(acceptance)).toEqual({ result: 'still_running' });
    expect(await ledger.acceptedBefore(idempotency)).toEqual({ result: 'still_running' });
    gate.resolve(undefined);
    expect(await first).toEqual({ result: 'accepted' });
  });
});

describe('what the ledger in memory keeps', () => {
  it('nobody can change afterwards', async () => {
    const ledger = new InMemoryLedger();
    const { transition } = await accepted(ledger);
    const stored = await ledger.call(transition.call.id);
    expect(() => Object.assign(stored?.metadata ?? {}, { district: 'x' })).toThrow(TypeError);
    expect(() => Object.assign(transition.call.metadata, { district: 'x' })).toThrow(TypeError);
    expect((await ledger.call(transition.call.id))?.metadata).toEqual({ district: 'Pune' });
  });

  it('is told of in the order of its committing', async () => {
    const ledger = new InMemoryLedger();
    const first = await accepted(ledger);
    const second = await accepted(ledger);
    await ledger.commit(dialTransition(first.transition.call));
    expect(ledger.events.map((event) => [event.callId, event.sequence])).toEqual([
      [first.transition.call.id, 1],
      [second.transition.call.id, 1],
      [first.transition.call.id, 2],
    ]);
  });

  it('has no gap in the events of a call', async () => {
    const ledger = new InMemoryLedger();
    const { transition } = await accepted(ledger);
    const dialed = dialTransition(transition.call);
    const events = dialed.events.map((event) => ({ ...event, sequence: 7 }));
    await expect(ledger.commit({ ...dialed, events })).rejects.toThrow('counted without gaps');
  });
});

async function accepted(ledger: Ledger) {
  const acceptance = sampleAcceptance();
  expect(await ledger.accept(acceptance)).toEqual({ result: 'accepted' });
  return acceptance;
}
