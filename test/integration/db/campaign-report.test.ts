import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCampaignCalls, type ReportGroup } from '../../../src/db/campaign-calls.ts';
import { createCampaignStore } from '../../../src/db/campaign-store.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import { answer } from '../../../src/domain/calls/call-moves.ts';
import type { Call, CallResponse, Outcome } from '../../../src/domain/calls/call.ts';
import { reportOf, type ReportOfGroup } from '../../../src/domain/campaigns/campaign-report.ts';
import { createTestDatabase } from '../../support/database.ts';
import {
  dialTransition,
  hungUpTransition,
  lastAttempt,
  noAnswerTransition,
  sampleAcceptance,
  sampleCall,
  sampleProgress,
  sampleSession,
  sampleTransition,
  sampleVault,
  talkTransition,
  timelineEntry,
} from '../../support/sample-call.ts';
import { sampleCampaign } from '../../support/sample-campaign.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());
const ledger = createPostgresLedger(test);
const campaign = sampleCampaign();
/** 10:15 in Kolkata, 04:45 in London, where it is winter. */
const t0 = Date.parse('2027-01-15T04:45:00Z');
const hourMs = 3_600_000;

async function accepted(changes: Partial<Call>): Promise<Call> {
  const acceptance = sampleAcceptance({
    at: t0,
    changes: { reference: null, campaignId: campaign.id, ...changes },
  });
  await ledger.accept(acceptance);
  return acceptance.transition.call;
}

async function dialled(call: Call, at: number): Promise<Call> {
  const dial = dialTransition(call, { at });
  await ledger.commit(dial);
  return dial.call;
}

async function unanswered(call: Call, at: number, retryAt: number | null = null): Promise<Call> {
  const ended = noAnswerTransition(call, { at: at + 40_000, retryAt });
  await ledger.commit(ended);
  return ended.call;
}

/** Speaks Hindi, comes to these steps, gives these answers, hangs up. */
async function talked(
  call: Call,
  at: number,
  { steps, answers }: { steps: string[]; answers: Record<string, string> },
): Promise<void> {
  const timeline = steps.map((step) => ({ ...timelineEntry('step', at), step }));
  const up = sampleTransition(
    answer(call, lastAttempt(call).id, { at, session: sampleSession(), timeline }),
    at,
  );
  await ledger.commit(up);
  const responses = Object.entries(answers).map(([question, value]): CallResponse => ({
    ...{ question, value, key: '1', givenOn: 'call', attempt: 1, at, correct: null, person: null },
  }));
  const talk = talkTransition(up.call, { responses, at });
  await ledger.commit(talk);
  await ledger.commit(hungUpTransition(talk.call, { progress: sampleProgress, at: at + 30_000 }));
}

async function reported(by: ReportGroup): Promise<Record<string, ReportOfGroup>> {
  const rows = await createCampaignCalls(test.database, sampleVault).report(campaign.id, by);
  const { groups } = reportOf(rows, ['welcome', 'q1', 'q2']);
  return Object.fromEntries(groups.map((group) => [group.group, group]));
}

const inLondon = { ...sampleCall().callingHours, timeZone: 'Europe/London' };

beforeAll(async () => {
  await createCampaignStore({ database: test.database, onDeliveries: () => undefined }).create(campaign);
  const pune = await accepted({ language: 'hi', metadata: { district: 'Pune' } });
  await talked(await dialled(pune, t0), t0, {
    steps: ['welcome', 'q1', 'q2'],
    answers: { q1: 'a', q2: 'b' },
  });
  const again = await accepted({ language: 'en', metadata: { district: 'Pune' } });
  const waits = await unanswered(await dialled(again, t0), t0, t0 + hourMs);
  await talked(await dialled(waits, t0 + hourMs), t0 + hourMs, {
    steps: ['welcome', 'q1'],
    answers: { q1: 'a' },
  });
  const elsewhere = await accepted({ language: 'en', callingHours: inLondon, metadata: {} });
  await unanswered(await dialled(elsewhere, t0), t0);
  await accepted({ language: 'hi', metadata: { district: 'Nashik' } });
});

it('counts outcomes, answers, steps, hours in each person’s zone, and attempts', async () => {
  expect(await reported(null)).toEqual({
    '': {
      group: '',
      calls: 4,
      by_status: { ended: 3, queued: 1 },
      by_outcome: { partial: 2, no_answer: 1 },
      questions: [
        { question: 'q1', answers: { a: 2 } },
        { question: 'q2', answers: { b: 1 } },
      ],
      funnel: [
        { step: 'welcome', calls: 2 },
        { step: 'q1', calls: 2 },
        { step: 'q2', calls: 1 },
      ],
      hours: [
        { hour: 4, attempts: 1, by_reason: { no_answer: 1 } },
        { hour: 10, attempts: 2, by_reason: { answered: 1, no_answer: 1 } },
        { hour: 11, attempts: 1, by_reason: { answered: 1 } },
      ],
      attempts: [
        { attempts: 1, calls: 2, by_outcome: { partial: 1, no_answer: 1 } },
        { attempts: 2, calls: 1, by_outcome: { partial: 1 } },
      ],
    },
  });
});

it('is broken down by language: the one that was spoken, where a person chose another one', async () => {
  expect(await reported('language')).toMatchObject({
    hi: {
      calls: 3,
      by_outcome: { partial: 2 },
      questions: [{ answers: { a: 2 } }, { answers: { b: 1 } }],
      funnel: [{}, {}, { step: 'q2', calls: 1 }],
      hours: [{ hour: 10, attempts: 2 }, { hour: 11 }],
    },
    en: { calls: 1, by_outcome: { no_answer: 1 }, questions: [], hours: [{ hour: 4 }] },
  });
});

it('is broken down by metadata, and calls without it are a group of their own', async () => {
  expect(await reported({ metadata: 'district' })).toMatchObject({
    Pune: { calls: 2, by_outcome: { partial: 2 }, questions: [{ answers: { a: 2 } }, { answers: { b: 1 } }] },
    Nashik: { calls: 1, by_status: { queued: 1 }, by_outcome: {}, attempts: [], hours: [], funnel: [] },
    '': { calls: 1, by_outcome: { no_answer: 1 }, hours: [{ hour: 4 }] },
  });
});

it('knows under which keys the calls of some outcomes have metadata', async () => {
  const calls = createCampaignCalls(test.database, sampleVault);
  const keysOf = (outcomes: Outcome[] | null) => calls.metadataKeys({ campaign: campaign.id, outcomes });
  expect(await keysOf(null)).toEqual(['district']);
  expect(await keysOf(['partial'])).toEqual(['district']);
  // it has none
  expect(await keysOf(['no_answer'])).toEqual([]);
});
