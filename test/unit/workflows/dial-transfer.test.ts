import { beforeEach, describe, expect, it } from 'vitest';
import { simulatorTrunk, type Trunk } from '../../../src/domain/calls/trunk.ts';
import { createIdSource, type AttemptId } from '../../../src/domain/ids.ts';
import { assert } from '../../../src/lib/assert.ts';
import { Simulator } from '../../../src/telephony/simulator/simulator.ts';
import type { DialRequest } from '../../../src/telephony/telephony.ts';
import {
  dialTransfer,
  type DialledTransfer,
  type DialTransferDependencies,
  type WantedTransfer,
} from '../../../src/workflows/dial-transfer.ts';
import { InMemoryLedger } from '../../support/in-memory-ledger.ts';
import { sampleCall } from '../../support/sample-call.ts';
import { silentLog } from '../../support/silent-log.ts';
import { personOf } from '../../support/simulated-gateway.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const agent = '+919000609999';
/** A Monday. */
const noon = Date.parse('2026-03-02T12:00:00+05:30');
const lease = { asterisk: 'a', epoch: 1, isSafe: () => true };

let clock: VirtualClock;
let ledger: InMemoryLedger;
let invited: DialRequest[];
let optedOut: string[];
let claimed: { leg: AttemptId; trunk: string }[];

beforeEach(() => {
  begin(noon);
});

function begin(at: number): void {
  clock = new VirtualClock(at);
  ledger = new InMemoryLedger();
  [invited, optedOut, claimed] = [[], [], []];
}

const trunk = (name: string, changes: Partial<Trunk> = {}): Trunk => ({
  ...simulatorTrunk,
  name,
  ...changes,
});

/** What came of it by the time at which the person has waited for long enough. */
async function dialled(
  changes: Partial<DialTransferDependencies> = {},
  wantedChanges: Partial<WantedTransfer> = {},
): Promise<DialledTransfer> {
  const ending = new AbortController();
  const telephony = new Simulator({
    ...{ clock, soundDurationMs: () => 1_000 },
    onInvite: (request) => void invited.push(request),
  });
  await telephony.start();
  const ids = createIdSource(clock, (count) => new Uint8Array(count).fill(claimed.length));
  const until = clock.now() + 30_000;
  clock.setTimer(30_000, () => ending.abort());
  const { id: callId } = sampleCall({ at: clock.now() });
  const outcomes: DialledTransfer[] = [];
  const optOuts = (): Promise<string[]> => Promise.resolve(optedOut);
  const withOptOuts: DialTransferDependencies['ledger'] = {
    ...{
      claimTransfer: (claim) => ledger.claimTransfer(claim),
      endTransfer: (...ended) => ledger.endTransfer(...ended),
    },
    ...{ reserveInstant: (request) => ledger.reserveInstant(request), optOuts },
  };
  void dialTransfer(
    {
      ...{ telephony, clock, ids, lease, personOf, log: silentLog, ledger: withOptOuts },
      ...{ trunks: [trunk('one')], callingHours: { start: '09:00', end: '21:00' } },
      ...{ hasRoomFor: () => true, verdictRowsOf: () => [] },
      ...changes,
    },
    {
      ...{
        number: agent,
        isAgent: false,
        ringTimeMs: null,
        hours: {},
        callId,
        purpose: 'service',
        until,
        talkUntil: until + 600_000,
      },
      ...{ signal: ending.signal },
      ...wantedChanges,
    },
    { onClaim: (claim) => void claimed.push(claim), onDial: () => undefined },
  ).then((outcome) => void outcomes.push(outcome));
  await clock.runUntil(() => outcomes.length > 0);
  const [outcome] = outcomes;
  assert(outcome, 'it does not wait for ever');
  return outcome;
}

/** Somebody else has this trunk's only channel. */
async function take(name: string, forMs = Infinity): Promise<void> {
  const { id: callId } = sampleCall({ at: clock.now() });
  const leg = createIdSource(clock, (count) => new Uint8Array(count).fill(99)).newId('att');
  await ledger.claimTransfer({
    ...{ callee: personOf(agent), isAgent: false },
    ...{ leg, callId, trunk: name, callerId: null, lease, now: clock.now(), legLimitMs: 60_000 },
    ...{ channels: 1, spacingMs: 20, reserveUntil: clock.now() + 1_000 },
  });
  if (forMs !== Infinity) clock.setTimer(forMs, () => void ledger.endTransfer(leg, clock.now()));
}

describe('whoever is called for a person on the line', () => {
  it('is called once, with what is on record', async () => {
    expect(await dialled()).toEqual({ result: 'dialled', unsure: false });
    expect(invited.map(({ leg, endpoint }) => [leg, endpoint])).toEqual([
      [claimed[0]?.leg, 'PJSIP/+919000609999@simulator'],
    ]);
    expect(await ledger.liveTransfers('a')).toMatchObject([{ leg: claimed[0]?.leg, trunk: 'one' }]);
  });

  it.each([
    ['the default hours, in their own zone', '2026-03-02T21:00:00+05:30', {}],
    ['the default hours by the time that a phone may ring', '2026-03-02T20:58:00+05:30', {}],
    ['hours of their own', '2026-03-02T18:30:00+05:30', { start: '10:00', end: '18:00' }],
    ['days of their own', '2026-03-02T12:00:00+05:30', { days: ['tue' as const] }],
    ['a zone of their own', '2026-03-02T12:00:00+05:30', { time_zone: 'America/New_York' }],
  ])('is not called outside %s', async (_, at, hours) => {
    begin(Date.parse(at));
    expect(await dialled({}, { hours })).toEqual({ result: 'closed', reason: null });
    expect([invited, claimed]).toEqual([[], []]);
  });

  it('is called at night where the flow says so, and in an emergency', async () => {
    begin(Date.parse('2026-03-02T23:00:00+05:30'));
    expect(await dialled({}, { hours: { start: '00:00', end: '24:00' } })).toMatchObject({
      result: 'dialled',
    });
    expect(await dialled({}, { purpose: 'emergency' })).toMatchObject({ result: 'dialled' });
  });

  it('is not called when the hours have ended while a channel was waited for, and the channel is free again', async () => {
    begin(Date.parse('2026-03-02T20:56:55+05:30'));
    await take('one', 10_000);
    const full = { trunks: [trunk('one', { channels: 1 })] };
    expect(await dialled(full)).toEqual({ result: 'closed', reason: null });
    expect([invited, ledger.liveTransferCount]).toEqual([[], 0]);
  });

  it('is called over the next trunk where the first is full', async () => {
    await take('one');
    const trunks = [
      trunk('one', { channels: 1 }),
      trunk('two', { order: 2, endpoint: 'PJSIP/{number}@two' }),
    ];
    expect(await dialled({ trunks })).toMatchObject({ result: 'dialled' });
    expect(invited.map(({ endpoint }) => endpoint)).toEqual([`PJSIP/${agent}@two`]);
    expect(claimed.at(-1)?.trunk).toBe('two');
  });

  it('waits for a channel, and leaves those that are kept for who calls in', async () => {
    await take('one', 5_000);
    const trunks = [trunk('one', { channels: 3, reservedForIncoming: 2 })];
    const from = clock.now();
    expect(await dialled({ trunks })).toMatchObject({ result: 'dialled' });
    expect(clock.now() - from).toBeGreaterThanOrEqual(5_000);
  });

  it.each<[string, Partial<DialTransferDependencies>, Partial<WantedTransfer>, object]>([
    ['no channel is free in time', { trunks: [trunk('one', { channels: 0 })] }, {}, { reason: 'congestion' }],
    ['its Asterisk carries all that it may', { hasRoomFor: () => false }, {}, { reason: 'congestion' }],
    [
      'no trunk serves the number',
      { trunks: [trunk('one', { prefixes: ['+1'] })] },
      {},
      { reason: 'trunk_failure' },
    ],
    ['the number may not be called', {}, { number: '+18005551234' }, { reason: 'invalid_number' }],
    [
      'the lease may be another process’s',
      { lease: { ...lease, isSafe: () => false } },
      {},
      { reason: null },
    ],
  ])('is not called where %s', async (_, changes, wanted, expected) => {
    expect(await dialled(changes, wanted)).toEqual({ result: 'failed', ...expected });
    expect([invited, ledger.liveTransferCount]).toEqual([[], 0]);
  });

  it('is not called after opting out of everything', async () => {
    optedOut = ['list:school', 'all'];
    expect(await dialled()).toEqual({ result: 'failed', reason: 'cancelled' });
    expect(invited).toEqual([]);
  });
});
