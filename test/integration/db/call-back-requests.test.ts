import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createCallBackRequestStore } from '../../../src/db/call-back-request-store.ts';
import { createCampaignStore } from '../../../src/db/campaign-store.ts';
import { numberOfSubject } from '../../../src/db/number-of-subject.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import { advanceTalk } from '../../../src/domain/calls/call-moves.ts';
import type { Call, CallResponse } from '../../../src/domain/calls/call.ts';
import type { CallBackRequestId, CampaignId } from '../../../src/domain/ids.ts';
import { createCallBackUseCases } from '../../../src/workflows/manage-call-backs.ts';
import { deliveredBody } from '../../../src/workflows/delivered-body.ts';
import { createTestDatabase } from '../../support/database.ts';
import {
  answerTransition,
  dialTransition,
  sampleAcceptance,
  sampleIds,
  sampleProgress,
  sampleSession,
  sampleTransition,
} from '../../support/sample-call.ts';
import { sampleCampaign } from '../../support/sample-campaign.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());

const minuteMs = 60_000;
const began = 1_800_000_000_000;
let now = began;
beforeEach(async () => {
  await test.clear();
  now = began;
});

const clock = { now: () => now, setTimer: () => ({ cancel: () => undefined }) };
const store = createCallBackRequestStore({ ...test, onDeliveries: () => undefined });
const campaigns = createCampaignStore({ ...test, onDeliveries: () => undefined });
const office = createCallBackUseCases({ callBackRequests: store, campaigns, clock, ids: sampleIds });
const ledger = createPostgresLedger(test);
const [meena, ravi] = [
  { agent: 'meena', by: 'office' },
  { agent: 'ravi', by: 'office' },
];
const forMs = 30 * minuteMs;

function talk(call: Call, responses: CallResponse[]) {
  const kept = {
    session: sampleSession(),
    progress: { ...sampleProgress, optedOut: false },
    questions: ['help'],
  };
  return sampleTransition(
    advanceTalk(call, { ...kept, responses, callBacks: responses, optOutScope: null, timeline: [] }),
    now,
  );
}

/** Somebody asks for a person in a call; resolves with the call as it is then. */
async function asked(number: string): Promise<{ id: CallBackRequestId; call: Call }> {
  const acceptance = sampleAcceptance({ at: now, number });
  await ledger.accept(acceptance);
  const dialled = dialTransition(acceptance.transition.call, { at: now });
  await ledger.commit(dialled);
  const answered = answerTransition(dialled.call, now);
  await ledger.commit(answered);
  const response: CallResponse = {
    ...{ question: 'help', value: 'person', key: '2', givenOn: 'call', attempt: 1 },
    ...{ at: now, correct: null, person: 'p1' },
  };
  const moved = talk(answered.call, [response]);
  expect(await ledger.commit(moved)).toBe('committed');
  const event = moved.events.find(({ type }) => type === 'call_back.requested');
  return { id: (event?.id ?? '').replace(/^evt/, 'cbr') as CallBackRequestId, call: moved.call };
}

const listed = async (state?: 'open' | 'claimed' | 'done') =>
  (await office.listCallBackRequests({ limit: 50, ...(state === undefined ? {} : { state }) }))?.map(
    ({ request }) => request.id,
  );

describe('who asks for a person in a call', () => {
  it('is on the list with the event that reports it, once, and newest first', async () => {
    const first = await asked('+919876543210');
    const second = await asked('+919876543211');
    expect(await listed()).toEqual([second.id, first.id]);
    expect(await office.readCallBackRequest(first.id)).toMatchObject({
      number: '+919876543210',
      request: {
        ...{
          callId: first.call.id,
          member: 'p1',
          question: 'help',
          value: 'person',
          language: first.call.language,
        },
        ...{ requestedAt: began, state: { state: 'open' }, history: [] },
      },
    });
    const { rows } = await test.database.hot.query<{ body: string }>(
      `select body from events where type = 'call_back.requested' order by id`,
    );
    expect(rows.map(({ body }) => (JSON.parse(body) as { data: object }).data)).toMatchObject([
      { call: { id: first.call.id }, call_back_request: { id: first.id, value: 'person', person: 'p1' } },
      { call: { id: second.call.id } },
    ]);
  });

  it('is not on it where the move lost its race', async () => {
    const { call } = await asked('+919876543210');
    const again = { ...call, revision: call.revision - 1 };
    const late: CallResponse = {
      ...{ question: 'help', value: 'person', key: '2', givenOn: 'call', attempt: 1 },
      ...{ at: now + 1, correct: null, person: 'p2' },
    };
    expect(await ledger.commit(talk(again, [late]))).toBe('lost_race');
    expect(await listed()).toHaveLength(1);
  });
});

describe('a request', () => {
  it('is counted while anybody may claim it: not while somebody has it, and not when it is done', async () => {
    const [first, second] = [await asked('+919876543210'), await asked('+919876543211')];
    await asked('+919876543212');
    await office.claimCallBackRequest({ id: first.id, ...meena, forMs });
    await office.claimCallBackRequest({ id: second.id, ...ravi, forMs: 2 * forMs });
    await office.finishCallBackRequest({ id: second.id, ...ravi, text: null });
    expect(await office.countOpenCallBackRequests()).toBe(1);
    now += forMs;
    expect(await office.countOpenCallBackRequests()).toBe(2);
  });

  it('is claimed by one of many agents at once, and the others are told who has it', async () => {
    const { id } = await asked('+919876543210');
    const agents = Array.from({ length: 20 }, (_, index) => ({ agent: `agent-${index}`, by: 'office' }));
    const claims = await Promise.all(
      agents.map((agent) => office.claimCallBackRequest({ id, ...agent, forMs })),
    );
    const [won] = claims.flatMap((claim, index) => (claim.result === 'changed' ? [`agent-${index}`] : []));
    expect(claims.filter(({ result }) => result === 'changed')).toHaveLength(1);
    const lost = claims.filter(({ result }) => result === 'conflict');
    expect(lost).toHaveLength(19);
    for (const each of lost)
      expect(each).toMatchObject({ detail: expect.stringContaining(won ?? '') as string });
    expect((await office.readCallBackRequest(id))?.request.history).toMatchObject([
      { what: 'claimed', agent: won },
    ]);
  });

  it('goes to whoever asks for the next, each another, the longest waiting first', async () => {
    const ids = [];
    for (let each = 0; each < 6; each += 1) ids.push((await asked(`+91987654321${each}`)).id);
    const next = async () => {
      const claimed = await office.claimNextCallBackRequest({ ...meena, forMs, campaignId: null });
      return typeof claimed === 'string' ? claimed : claimed.request.id;
    };
    expect(await next()).toBe(ids[0]);
    expect(new Set(await Promise.all(Array.from({ length: 5 }, next)))).toEqual(new Set(ids.slice(1)));
    expect(await next()).toBe('none_open');
  });

  it('and one of a campaign that has none is told apart from one of a campaign that there is not', async () => {
    await asked('+919876543210');
    const campaign = sampleCampaign();
    await campaigns.create(campaign);
    const unknown = sampleIds.newId('cmp');
    const next = (campaignId: CampaignId) => office.claimNextCallBackRequest({ ...meena, forMs, campaignId });
    expect(await next(campaign.id)).toBe('none_open');
    expect(await next(unknown)).toBe('no_campaign');
    expect(await office.listCallBackRequests({ limit: 50, campaignId: campaign.id })).toEqual([]);
    expect(await office.listCallBackRequests({ limit: 50, campaignId: unknown })).toBeNull();
  });

  it('is open again when its claim has run out, and then somebody else’s', async () => {
    const { id } = await asked('+919876543210');
    await office.claimCallBackRequest({ id, ...meena, forMs });
    expect(await listed('open')).toEqual([]);
    now += forMs;
    expect(await listed('open')).toEqual([id]);
    expect(await listed('claimed')).toEqual([]);
    expect(await office.noteCallBackRequest({ id, ...meena, text: 'late' })).toMatchObject({
      result: 'conflict',
    });
    expect(await office.claimCallBackRequest({ id, ...ravi, forMs })).toMatchObject({ result: 'changed' });
    expect(await office.claimCallBackRequest({ id, ...meena, forMs })).toMatchObject({ result: 'conflict' });
  });

  it('is noted, released and done by the agent who has it alone, and all of it stays on record', async () => {
    const { id } = await asked('+919876543210');
    expect(await office.finishCallBackRequest({ id, ...meena, text: null })).toMatchObject({
      result: 'conflict',
      detail: 'Nobody has this request: claim it first.',
    });
    await office.claimCallBackRequest({ id, ...meena, forMs });
    for (const change of [
      office.noteCallBackRequest({ id, ...ravi, text: 'x' }),
      office.releaseCallBackRequest({ id, ...ravi }),
      office.finishCallBackRequest({ id, ...ravi, text: 'x' }),
    ])
      expect(await change).toMatchObject({
        result: 'conflict',
        detail: expect.stringContaining('meena') as string,
      });
    await office.noteCallBackRequest({ id, ...meena, text: 'Not at home.' });
    await office.releaseCallBackRequest({ id, ...meena });
    expect(await listed('open')).toEqual([id]);
    await office.claimCallBackRequest({ id, ...ravi, forMs });
    const done = await office.finishCallBackRequest({ id, ...ravi, text: 'told' });
    expect(done).toMatchObject({
      read: { request: { state: { state: 'done', agent: 'ravi', at: began, result: 'told' } } },
    });
    expect(await office.finishCallBackRequest({ id, ...ravi, text: 'again' })).toEqual(done);
    expect(await office.claimCallBackRequest({ id, ...meena, forMs })).toMatchObject({ result: 'conflict' });
    expect(await listed('done')).toEqual([id]);
    expect((await office.readCallBackRequest(id))?.request.history).toEqual(
      [
        ['claimed', 'meena', null],
        ['noted', 'meena', 'Not at home.'],
        ['released', 'meena', null],
        ['claimed', 'ravi', null],
        ['done', 'ravi', 'told'],
      ].map(([what, agent, text]) => ({ at: began, what, agent, by: 'office', text })),
    );
  });

  it('that is done is reported once, with the number in clear for who may have it', async () => {
    const { id, call } = await asked('+919876543210');
    await office.claimCallBackRequest({ id, ...meena, forMs });
    await office.finishCallBackRequest({ id, ...meena, text: 'told' });
    await office.finishCallBackRequest({ id, ...meena, text: 'told' });
    const { rows } = await test.database.hot.query<{ body: string; call_id: null }>(
      `select body, call_id from events where type = 'call_back.done'`,
    );
    expect(rows).toHaveLength(1);
    const { body = '' } = rows[0] ?? {};
    expect(JSON.parse(body)).toMatchObject({
      sequence: null,
      data: {
        from: '+91******3210',
        call_back_request: { id, call: call.id, agent: 'meena', result: 'told' },
      },
    });
    const clear = await deliveredBody({ numbers: 'clear', callId: null, body }, (subject) =>
      numberOfSubject(test, subject),
    );
    expect(clear).toBe(body.replace('+91******3210', '+919876543210'));
  });

  it('that nobody made is not found', async () => {
    const id = sampleIds.newId('cbr');
    expect(await office.claimCallBackRequest({ id, ...meena, forMs })).toEqual({ result: 'not_found' });
    expect(await office.finishCallBackRequest({ id, ...meena, text: null })).toEqual({ result: 'not_found' });
  });
});
