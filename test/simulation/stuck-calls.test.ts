import { expect, it } from 'vitest';
import type { Call, CallStatus, Outcome } from '../../src/domain/calls/call.ts';
import { simulatorTrunk } from '../../src/domain/calls/trunk.ts';
import { InMemoryLedger } from '../support/in-memory-ledger.ts';
import {
  answerTransition,
  dialTransition,
  noAnswerTransition,
  sampleAcceptance,
} from '../support/sample-call.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { startQuietGateway } from './quiet-gateway.ts';

const noon = Date.parse('2026-03-02T12:00:00+05:30');
const hourMs = 3_600_000;

interface Stuck {
  /** Brings a new call into the state, as a process that died since has left it. */
  reach: (ledger: InMemoryLedger, call: Call) => Promise<void>;
  outcome: Outcome;
  withinMs: number;
}

const dial = async (ledger: InMemoryLedger, call: Call): Promise<Call> => {
  const dialed = dialTransition(call, { at: noon, asterisk: 'simulator', epoch: 1 });
  await ledger.commit(dialed);
  return dialed.call;
};

/** Every state that a call may be left in: nobody dials, nothing is on the line, nobody comes back. */
const states: Record<Exclude<CallStatus, 'ended'>, Stuck> = {
  queued: { reach: () => Promise.resolve(), outcome: 'expired', withinMs: hourMs + 10_000 },
  waiting_retry: {
    async reach(ledger, call) {
      await ledger.commit(noAnswerTransition(await dial(ledger, call), { at: noon, retryAt: noon }));
    },
    outcome: 'expired',
    withinMs: hourMs + 10_000,
  },
  dialing: {
    async reach(ledger, call) {
      await dial(ledger, call);
    },
    outcome: 'unknown',
    withinMs: 10_000,
  },
  in_progress: {
    async reach(ledger, call) {
      await ledger.commit(answerTransition(await dial(ledger, call), noon));
    },
    outcome: 'partial',
    withinMs: 10_000,
  },
};

it.each(Object.entries(states))(
  'a call that is left as %s is ended, and its end is told once',
  async (status, { reach, outcome, withinMs }) => {
    const clock = new VirtualClock(noon);
    const ledger = new InMemoryLedger();
    const retry = { maxAttempts: 1, afterMs: {} as Call['retry']['afterMs'] };
    const acceptance = sampleAcceptance({ at: noon, changes: { notAfter: noon + hourMs, retry } });
    await ledger.accept(acceptance);
    await reach(ledger, acceptance.transition.call);
    const { id } = acceptance.transition.call;
    expect((await ledger.call(id))?.state.status).toBe(status);
    const holdBack = (): string => 'the disk is full, and nobody makes room';
    await startQuietGateway({ clock, ledger, trunks: [simulatorTrunk], holdBack });
    await clock.advanceBy(withinMs);
    expect((await ledger.call(id))?.state).toMatchObject({ status: 'ended', outcome });
    const told = ledger.events.filter(({ type, callId }) => type === 'call.ended' && callId === id);
    expect(told).toHaveLength(1);
  },
);

it('a call that was claimed, and whose INVITE was never let leave, is dialled by the next process', async () => {
  const clock = new VirtualClock(noon);
  const ledger = new InMemoryLedger();
  const acceptance = sampleAcceptance({ at: noon, changes: { flow: { id: 'quiz', version: 1 } } });
  await ledger.accept(acceptance);
  const { id } = acceptance.transition.call;
  const claimed = await ledger.claim({
    ...{
      trunk: 'simulator',
      lease: { asterisk: 'simulator', epoch: 1 },
      now: noon,
      candidates: [id],
      limit: 1,
    },
    ...{ channels: 1, spacingMs: 1, reserveUntil: noon },
    decide: (call, sendAt) => dialTransition(call, { sendAt, at: noon, asterisk: 'simulator', epoch: 1 }),
  });
  expect(claimed).toHaveLength(1);
  const dialled: string[] = [];
  await startQuietGateway({
    ...{ clock, ledger, trunks: [simulatorTrunk] },
    onDial: ({ leg }) => void dialled.push(leg),
  });
  await clock.advanceBy(60_000);
  const [first, second] = (await ledger.call(id))?.attempts ?? [];
  expect(first?.ended?.verdict).toMatchObject({ reason: 'trunk_failure', fault: 'gateway' });
  expect(dialled).toEqual([second?.id]);
});
