import { createHash } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createCampaignCalls } from '../../../src/db/campaign-calls.ts';
import { createCampaignStore } from '../../../src/db/campaign-store.ts';
import { createDeliveryQueue } from '../../../src/db/delivery-queue.ts';
import { createErasureStore } from '../../../src/db/erasure-store.ts';
import { createMissedCallStore } from '../../../src/db/missed-call-store.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import { createWebhookEndpointStore } from '../../../src/db/webhook-endpoint-store.ts';
import type { Call } from '../../../src/domain/calls/call.ts';
import { firstIdAt, type CallId, type OptInId } from '../../../src/domain/ids.ts';
import { lineOf } from '../../../src/domain/lines/line-request.ts';
import type { LineNumber } from '../../../src/domain/lines/line.ts';
import type { OptIn } from '../../../src/domain/lines/opt-in.ts';
import type { PhoneNumber } from '../../../src/domain/phone-numbers/phone-number.ts';
import type { Erasure } from '../../../src/domain/privacy/erasure.ts';
import { erasePersons, type ErasePersonsDependencies } from '../../../src/workflows/erase-persons.ts';
import { createTestDatabase } from '../../support/database.ts';
import { tracesInDatabase } from '../../support/find-traces.ts';
import {
  dialTransition,
  hungUpTransition,
  noAnswerTransition,
  sampleAcceptance,
  sampleIds,
  sampleNumber,
  sampleProgress,
  sampleTransition,
  talkTransition,
  answerTransition,
} from '../../support/sample-call.ts';
import { sampleCampaign } from '../../support/sample-campaign.ts';
import { sampleEndpoint } from '../../support/sample-endpoint.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { attend } from '../../../src/domain/calls/call-moves.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());
beforeEach(() => test.clear());

const ledger = createPostgresLedger(test);
const erasures = createErasureStore(test.database);
const missedCalls = createMissedCallStore({ ...test, ids: sampleIds, onDeliveries: () => undefined });
const { hot } = test.database;
const t0 = Date.parse('2027-01-15T04:45:00Z');
const minuteMs = 60_000;
const clock = new VirtualClock(t0);

/** Of one gateway; several may be at work at once. */
function gateway(changes: Partial<ErasePersonsDependencies> = {}): () => Promise<void> {
  const deps: ErasePersonsDependencies = {
    ...{ erasures, ledger, clock, ids: sampleIds, liveCalls: { requestEnd: () => null } },
    ...{ tellOfEnd: () => undefined, keptSounds: { remove: () => Promise.resolve() } },
    definitionOf: () => Promise.resolve(null),
    personalSounds: { of: () => Promise.resolve([]), remove: () => Promise.resolve() },
    ...changes,
  };
  return () => erasePersons(deps);
}

async function accepted(number: string, at: number, changes: Partial<Call> = {}): Promise<Call> {
  const acceptance = sampleAcceptance({ number, at, changes });
  expect((await ledger.accept(acceptance)).result).toBe('accepted');
  return acceptance.transition.call;
}

async function ended(number: string, at: number, changes: Partial<Call> = {}): Promise<Call> {
  const dial = dialTransition(await accepted(number, at, changes), { at });
  await ledger.commit(dial);
  const end = noAnswerTransition(dial.call, { at });
  await ledger.commit(end);
  return end.call;
}

async function asked(number: string, at = t0): Promise<Erasure> {
  const erasure = { id: sampleIds.newId('era'), person: test.vault.personOf(number), requestedBy: 'office' };
  return erasures.add({ ...erasure, requestedAt: at, reachesUntil: at, doneAt: null });
}

async function isDone({ id }: Erasure): Promise<boolean> {
  return (await erasures.get(id))?.doneAt !== null;
}

const line = (number: string, request: object) =>
  lineOf(number as LineNumber, { mode: 'missed_call', ...request }, { createdAt: t0, changedAt: t0 });

async function giveMissedCall(number: string, at: number, request: object = {}): Promise<void> {
  const caller = { kind: 'person', number: number as PhoneNumber } as const;
  const person = test.vault.personOf(number);
  const leg = sampleIds.newId('att');
  const called = line('+911412345678', request);
  await missedCalls.record([{ leg, line: called, caller, person, trunk: 'carrier-a', receivedAt: at }], at);
}

const numberOf = (number: string): Promise<string | null> => ledger.numberOf(test.vault.personOf(number));
const hashes = async (number: string): Promise<string[]> =>
  (await tracesInDatabase(hot, [test.vault.personOf(number)])).map((trace) => trace.split(':')[0] ?? '');

function optInBy({ id, person, flow }: Call, at: number): OptIn {
  const proof = { source: 'call', call: id, step: 'agree', key: '1', flow, language: 'hi' } as const;
  return { id: firstIdAt('opi', at) as OptInId, person, member: null, list: 'harvest', at, proof };
}

describe('an erasure reaches', () => {
  it('calls of its instant and before, and none that came after, which keep their number', async () => {
    const number = sampleNumber();
    const before = await ended(number, t0);
    const after = await accepted(number, t0 + 1);
    const erasure = { ...(await asked(number)), reachesUntil: t0 };
    await hot.query(`update erasures set reaches_until = $1`, [new Date(t0)]);
    await gateway()();
    expect(await isDone(erasure)).toBe(true);
    expect(await ledger.call(before.id)).toMatchObject({ reference: null, toMasked: '', metadata: {} });
    expect(await ledger.call(after.id)).toEqual(after);
    expect(await numberOf(number)).toBe(number);
  });

  it('what is on record already, also where it was stamped by a clock that is ahead', async () => {
    const number = sampleNumber();
    const ahead = await ended(number, t0 + 3_000);
    expect(await asked(number, t0)).toMatchObject({ requestedAt: t0, reachesUntil: t0 + 3_000 });
    await gateway()();
    expect(await ledger.call(ahead.id)).toMatchObject({ reference: null });
    expect(await numberOf(number)).toBeNull();
    expect(await hashes(number)).toEqual(['erasures']);
  });

  it('a call-back that was placed after it, for a missed call from before', async () => {
    const number = sampleNumber();
    await giveMissedCall(number, t0 - minuteMs, { call_back: { flow: 'welcome', delay: 'PT1S' } });
    const [due] = await missedCalls.takeCallBacks({ now: t0, leaseMs: minuteMs, limit: 1 });
    const erasure = await asked(number);
    await gateway()();
    expect(await isDone(erasure)).toBe(false); // it is being placed
    const missedCall = due?.missedCall.id;
    if (missedCall === undefined) throw new Error('nothing was due');
    const acceptance = sampleAcceptance({
      ...{ number, at: t0 + 1 },
      idempotency: { owner: 'missed-calls', key: missedCall, bodyHash: '' },
    });
    await ledger.accept(acceptance);
    const { id } = acceptance.transition.call;
    await missedCalls.settleCallBack(missedCall, { state: 'placed', callId: id });
    await clock.advanceBy(minuteMs);
    await gateway()();
    expect(await ledger.call(id)).toMatchObject({ state: { outcome: 'cancelled' }, reference: null });
    await clock.advanceBy(minuteMs);
    await gateway()();
    expect(await isDone(erasure)).toBe(true);
    expect(await hashes(number)).toEqual(['erasures']);
  });

  it('what comes late: it is pending again until that is gone', async () => {
    const number = sampleNumber();
    const at = clock.now();
    const erasure = await asked(number, at);
    await gateway()();
    expect(await isDone(erasure)).toBe(true);
    expect(await erasures.reopen(at - minuteMs)).toEqual([]);
    await giveMissedCall(number, at - 1_000);
    expect(await erasures.reopen(at - minuteMs)).toEqual([erasure.id]);
    await gateway()();
    await clock.advanceBy(minuteMs);
    await gateway()();
    expect(await isDone(erasure)).toBe(true);
    expect(await hashes(number)).toEqual(['erasures']);
    // and what comes after it is nothing to it
    await giveMissedCall(number, clock.now() + 1_000);
    expect(await erasures.reopen(at - minuteMs)).toEqual([]);
    expect(await numberOf(number)).toBe(number);
  });
});

it('a call that waits ends with one event, which tells of nobody, and its campaign counts it', async () => {
  const campaign = sampleCampaign();
  const campaigns = createCampaignStore({ database: test.database, onDeliveries: () => undefined });
  await campaigns.create(campaign);
  const number = sampleNumber();
  const at = clock.now();
  const { id } = await accepted(number, at, { campaignId: campaign.id });
  await asked(number, at);
  await gateway()();
  const { rows } = await hot.query<{ type: string; body: string; sequence: number }>(
    'select type, body, sequence from events where call_id = $1 order by sequence',
    [id],
  );
  expect(rows.map(({ type, sequence }) => [type, sequence])).toEqual([
    ['call.queued', 1],
    ['call.ended', 2],
  ]);
  expect(rows.map(({ body }) => body).join('')).not.toMatch(/teacher-4711|Pune|\*/);
  expect(await campaigns.counts(campaign.id)).toMatchObject({ total: 1, byOutcome: { cancelled: 1 } });
});

it('a no that comes by a call on its last moments stays, and leads to no call; a yes goes, and the number too', async () => {
  const number = sampleNumber();
  const at = clock.now();
  const dial = dialTransition(await accepted(number, at), { at });
  await ledger.commit(dial);
  const up = answerTransition(dial.call, at);
  await ledger.commit(up);
  const erasure = await asked(number, at);
  const talk = talkTransition(up.call, { at: at + 1, optOutScope: 'list:weather' });
  await ledger.commit({ ...talk, optIns: [optInBy(talk.call, at + 1)] });
  await ledger.commit(hungUpTransition(talk.call, { progress: sampleProgress, at: at + 2 }));
  await clock.advanceBy(minuteMs);
  await gateway()();
  expect(await isDone(erasure)).toBe(true);
  expect(await hashes(number)).toEqual(['erasures', 'opt_outs']);
  expect(await numberOf(number)).toBeNull();
  expect(await tracesInDatabase(hot, [talk.call.id])).not.toContain(`opt_outs: ${talk.call.id}`);
  expect(await ledger.optOuts(test.vault.personOf(number))).toEqual(['list:weather']);
});

it('a call that rings is waited for, and all that is reported of it since tells of nobody', async () => {
  const number = sampleNumber();
  const at = clock.now();
  const dial = dialTransition(await accepted(number, at), { at });
  await ledger.commit(dial);
  const erasure = await asked(number, at);
  await gateway()();
  expect(await isDone(erasure)).toBe(false);
  const asKept = (await ledger.call(dial.call.id)) as Call;
  expect(asKept.attempts[0]).toMatchObject({ endRequested: 'erased' });
  expect(await ledger.requestedEnds('asterisk')).toEqual([asKept.attempts[0]?.id]);
  // another gateway takes it up, and finds the phone silent
  const taken = sampleTransition(attend(asKept, asKept.attempts[0]?.id as never, 8), at);
  await ledger.commit(taken);
  const end = noAnswerTransition(taken.call, { at });
  expect(end.events.map(({ body }) => body).join('')).not.toMatch(/teacher-4711|Pune|\*/);
  await ledger.commit(end);
  await clock.advanceBy(minuteMs);
  await gateway()();
  expect(await isDone(erasure)).toBe(true);
  expect(await hashes(number)).toEqual(['erasures']);
});

it('two gateways at one erasure count each answer once', async () => {
  const campaign = sampleCampaign();
  await createCampaignStore({ database: test.database, onDeliveries: () => undefined }).create(campaign);
  const number = sampleNumber();
  const at = clock.now();
  const ids: CallId[] = [];
  for (let index = 0; index < 6; index += 1) {
    const dial = dialTransition(
      await accepted(number, at, { campaignId: campaign.id, reference: `r${index}` }),
      { at },
    );
    await ledger.commit(dial);
    const up = answerTransition(dial.call, at);
    await ledger.commit(up);
    const given = { question: 'q1', value: 'b', key: '2', givenOn: 'call', attempt: 1, at } as const;
    const talk = talkTransition(up.call, { at, responses: [{ ...given, correct: null, person: null }] });
    await ledger.commit(talk);
    await ledger.commit(hungUpTransition(talk.call, { progress: sampleProgress, at }));
    ids.push(talk.call.id);
  }
  const erasure = await asked(number, at);
  // as where the lease of one has ended while it was at work
  const calls = await erasures.endedCalls(erasure, 10);
  const forgotten = calls.map((call) => ({
    call,
    answers: [{ question: 'q1', value: 'b' }],
    renditions: [],
  }));
  await Promise.all([1, 2, 3].map(() => erasures.forgetCalls(erasure, forgotten, at)));
  const { answers } = await createCampaignCalls(test.database, test.vault).report(campaign.id, null);
  expect(answers).toEqual([{ group: '', question: 'q1', value: 'b', calls: ids.length }]);
});

it('is not done while a receiver may be sent what a process holds', async () => {
  const endpoints = createWebhookEndpointStore(test.database, test.vault);
  await endpoints.create(sampleEndpoint());
  const number = sampleNumber();
  const at = clock.now();
  await ended(number, at);
  const queue = createDeliveryQueue(test.database, test.vault);
  const settled = { limit: 10, perEndpoint: 10, except: [], settled: [] };
  expect(await queue.claimDeliveries({ now: at, leaseMs: 20_000, ...settled })).toHaveLength(1);
  const erasure = await asked(number, at);
  await gateway()();
  expect(await isDone(erasure)).toBe(false);
  await clock.advanceBy(19_000);
  await gateway()();
  expect(await isDone(erasure)).toBe(false);
  await clock.advanceBy(1_000);
  await gateway()();
  expect(await isDone(erasure)).toBe(true);
});

it('files go before it is done, and what could not be removed is tried again', async () => {
  const number = sampleNumber();
  const at = clock.now();
  const call = await ended(number, at);
  const erasure = await asked(number, at);
  const removed: string[] = [];
  const failing = gateway({ keptSounds: { remove: () => Promise.reject(new Error('the disk')) } });
  await expect(failing()).rejects.toThrow('1 persons could not be erased');
  expect(await isDone(erasure)).toBe(false);
  await clock.advanceBy(minuteMs);
  await gateway({ keptSounds: { remove: (name) => Promise.resolve(void removed.push(name)) } })();
  expect(removed).toEqual([call.attempts[0]?.id]);
  expect(await isDone(erasure)).toBe(true);
});

it('one that cannot be done keeps no other waiting', async () => {
  const at = clock.now();
  const numbers = [sampleNumber(), sampleNumber(), sampleNumber()];
  for (const number of numbers) await ended(number, at, { variables: { name: number } });
  const all = await Promise.all(numbers.map((number) => asked(number, at)));
  const bad = numbers[1];
  const of = (call: Call) =>
    call.variables['name'] === bad ? Promise.reject(new Error('a flow')) : Promise.resolve([]);
  const personalSounds = { of, remove: () => Promise.resolve() };
  await expect(gateway({ personalSounds })()).rejects.toThrow('1 persons could not be erased');
  expect(await Promise.all(all.map(isDone))).toEqual([true, false, true]);
});

it('who accepts a call at this very moment finds its number in the vault', async () => {
  const number = sampleNumber();
  const at = clock.now();
  await ended(number, at);
  const erasure = await asked(number, at);
  const person = test.vault.personOf(number);
  // an acceptance that is not committed yet, and has found the number there
  const accepting = await hot.connect();
  await accepting.query('begin');
  await accepting.query(
    `insert into phone_numbers (person, sealed_number) values ($1, '') on conflict (person) do nothing`,
    [person],
  );
  await accepting.query(
    `insert into missed_calls (id, leg, line, caller, person, trunk, received_at, call_back)
     values ('mc_late', 'leg', '+911412345678', 'person', $1, 't', $2, 'none')`,
    [person, new Date(at + 1)],
  );
  const erased = gateway()();
  const waits = `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  const waiting = async (): Promise<unknown> =>
    (await test.database.hot.query<{ waiting: number }>(waits)).rows[0]?.waiting;
  await expect.poll(waiting, { timeout: 10_000, interval: 10 }).toBe(1);
  await accepting.query('commit');
  accepting.release();
  await erased;
  expect(await isDone(erasure)).toBe(true);
  expect(await numberOf(number)).toBe(number);
});

it('finds who else is told the same, of open calls alone', async () => {
  const at = clock.now();
  const hash = (value: string): string => createHash('sha256').update(`salt${value}`).digest('hex');
  const people = [{ id: 'p1', name: 'Ravi' }];
  await ended(sampleNumber(), at, { variables: { name: 'Asha' }, people: [] });
  expect(await erasures.wordsOfOpenCalls('salt' as never, [hash('Asha'), hash('Ravi')])).toEqual([]);
  await accepted(sampleNumber(), at, { variables: { name: 'Asha', count: 2, known: null }, people });
  await accepted(sampleNumber(), at, { variables: { child: 'Ravi' }, people: [] });
  const found = await erasures.wordsOfOpenCalls('salt' as never, [hash('Asha'), hash('Ravi')]);
  expect(found.map((hashes) => hashes.toSorted()).toSorted((a, b) => b.length - a.length)).toEqual([
    [hash('Asha'), hash('Ravi')].toSorted(),
    [hash('Ravi')],
  ]);
});

it('lists erasures newest first, page by page', async () => {
  const number = sampleNumber();
  const [one, two, three] = [await asked(number), await asked(number), await asked(number)];
  expect(await erasures.list({ before: null, limit: 2 })).toEqual([three, two]);
  expect(await erasures.list({ before: two.id, limit: 2 })).toEqual([one]);
});
