import { afterAll, expect, it } from 'vitest';
import { createMissedCallStore } from '../../../src/db/missed-call-store.ts';
import { numberOfSubject } from '../../../src/db/number-of-subject.ts';
import { createOptInStore } from '../../../src/db/opt-in-store.ts';
import { createOptOutStore } from '../../../src/db/opt-out-store.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import type { CallId } from '../../../src/domain/ids.ts';
import { lineOf } from '../../../src/domain/lines/line-request.ts';
import type { LineNumber } from '../../../src/domain/lines/line.ts';
import type { PhoneNumber } from '../../../src/domain/phone-numbers/phone-number.ts';
import { deliveredBody } from '../../../src/workflows/delivered-body.ts';
import { createSubscriptionUseCases } from '../../../src/workflows/manage-subscriptions.ts';
import { createTestDatabase } from '../../support/database.ts';
import { sampleAcceptance, sampleIds } from '../../support/sample-call.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());

const at = 1_800_000_000_000;
const clock = { now: () => at, setTimer: () => ({ cancel: () => undefined }) };
const stores = { ...test, ids: sampleIds, onDeliveries: () => undefined };
const missedCalls = createMissedCallStore(stores);
const useCases = createSubscriptionUseCases({
  campaigns: { get: () => Promise.resolve(null) },
  liveCalls: { withdraw: () => undefined },
  ...{
    optIns: createOptInStore(stores),
    optOuts: createOptOutStore(stores),
    missedCalls,
    clock,
    ids: sampleIds,
  },
  personOf: (number) => test.vault.personOf(number),
});

const line = (number: string, request: object) =>
  lineOf(number as LineNumber, { mode: 'missed_call', ...request }, { createdAt: at, changedAt: at });
const received = (number: string | null, called: ReturnType<typeof line>) => ({
  ...{ leg: sampleIds.newId('att'), line: called, trunk: 'carrier-a', receivedAt: at },
  caller:
    number === null
      ? ({ kind: 'withheld' } as const)
      : ({ kind: 'person', number: number as PhoneNumber } as const),
  person: number === null ? null : test.vault.personOf(number),
});

/** As each event goes to an endpoint with numbers in clear. */
async function bodiesInClear(): Promise<{ type: string; data: Record<string, unknown> }[]> {
  const events = await test.database.query.selectFrom('events').selectAll().orderBy('id').execute();
  const bodies = events.map(({ call_id: callId, body }) =>
    deliveredBody({ numbers: 'clear', callId: callId as CallId | null, body }, (subject) =>
      numberOfSubject(test, subject),
    ),
  );
  return (await Promise.all(bodies)).map(
    (body) => JSON.parse(body) as { type: string; data: Record<string, unknown> },
  );
}

it('events of calls, missed calls, opt-ins and opt-outs go out with the number in clear, where one is known', async () => {
  await createPostgresLedger(test).accept(sampleAcceptance({ at }));
  await missedCalls.record([received('+919876543210', line('+911412345601', { list: 'weather' }))], at);
  await missedCalls.record([received('+919876543211', line('+911412345602', { opt_out: true }))], at);
  await missedCalls.record([received(null, line('+911412345601', {}))], at);
  const made = await useCases.optOut({ to: '+919876543212', scope: 'all' });
  if (made.result === 'invalid') throw new Error('not opted out');
  await useCases.deleteOptOut({ id: made.optOut.optOut.id, by: 'office' });
  const shown = (await bodiesInClear()).map(({ type, data }) => {
    const {
      call,
      missed_call: missedCall,
      from,
    } = data as { call?: { to: string }; missed_call?: { from: string }; from?: string };
    return [type, call?.to ?? (missedCall ? missedCall.from : from)];
  });
  expect(shown).toEqual([
    ['call.queued', expect.stringMatching(/^\+\d+$/)],
    ['missed_call.received', '+919876543210'],
    ['opt_in.recorded', '+919876543210'],
    ['missed_call.received', '+919876543211'],
    ['opt_out.recorded', '+919876543211'],
    ['missed_call.received', null],
    ['opt_out.recorded', '+919876543212'],
    ['opt_out.deleted', '+919876543212'],
  ]);
});

it('is masked again when the number was erased', async () => {
  await test.database.query.deleteFrom('phone_numbers').execute();
  expect(JSON.stringify(await bodiesInClear())).not.toMatch(/\+91987654/);
});
