import { beforeAll, expect, it } from 'vitest';
import { labTrunk } from '../../../asterisk/lab-trunks.ts';
import type { CallView } from '../../../src/domain/calls/call-view.ts';
import { testApiKey } from '../../support/gateway-process.ts';
import { useCallLab, usePlacedCalls } from '../../support/running-gateway.ts';

/**
 * Ringing and set-up end soon, so that the handsets that never answer take seconds; and not so soon that one is given up that has yet to refuse: the
 * announcement before a 404 lasts 4.8 s where nothing else keeps the machine busy.
 */
const lab = useCallLab({
  trunks: [labTrunk('carrier-a', { ring_timeout: 'PT20S', setup_timeout: 'PT10S' })],
});
let campaignId: string | undefined;
beforeAll(async () => {
  const { api } = lab().gateway;
  const body = { name: 'School reopening', flow: 'quiz' };
  campaignId = (await api.ask<{ id: string }>('POST', '/v1/campaigns', { body })).body.id;
  expect(await api.ask('POST', `/v1/campaigns/${campaignId}/start`, { body: {} })).toMatchObject({
    status: 200,
  });
});
const placed = usePlacedCalls(lab, () =>
  calls.map(({ to }) => ({ to, request: { ...soon, campaign_id: campaignId, reference: to } })),
);

/** What is not the person's fault is tried again without counting; after this there is no time left for it. */
const soon = { not_after: new Date(Date.now() + 120_000).toISOString() };

interface UnansweredCall {
  it: string;
  to: string;
  outcome: string;
  verdict: [reason: string, fault: string, sipCode: number | null, q850Cause: number | null];
  rings: boolean;
}

/** Our own time limit: we hang up, so no code comes from the far end. */
const endedByUs: [null, number] = [null, 16];

/** Asterisk keeps the status of a redirect most times only. */
const statusOfRedirect = expect.toBeOneOf([302, null]) as number;

const calls: UnansweredCall[] = [
  {
    it: 'is busy',
    to: '+919000179999',
    outcome: 'busy',
    verdict: ['busy', 'callee', 486, 17],
    rings: true,
  },
  {
    it: 'rings out',
    to: '+919000199999',
    outcome: 'no_answer',
    verdict: ['no_answer', 'callee', ...endedByUs],
    rings: true,
  },
  {
    it: 'is switched off',
    to: '+919000209999',
    outcome: 'unreachable',
    verdict: ['unreachable', 'callee', 480, 19],
    rings: false,
  },
  {
    it: 'is declined',
    to: '+919000219999',
    outcome: 'rejected',
    verdict: ['rejected', 'callee', 603, 21],
    rings: true,
  },
  {
    it: 'is refused by the carrier',
    to: '+919000229999',
    outcome: 'trunk_failure',
    verdict: ['trunk_failure', 'configuration', 403, 21],
    rings: false,
  },
  {
    it: 'rings until the network gives up',
    to: '+919000239999',
    outcome: 'no_answer',
    verdict: ['no_answer', 'callee', 480, 19],
    rings: true,
  },
  {
    it: 'has no subscriber any more, as an announcement says',
    to: '+919000249999',
    outcome: 'invalid_number',
    verdict: ['invalid_number', 'callee', 404, 1],
    rings: false,
  },
  {
    it: 'gives sound before the answer and never an answer',
    to: '+919000259999',
    outcome: 'unreachable',
    verdict: ['unreachable', 'callee', ...endedByUs],
    rings: false,
  },
  {
    it: 'is redirected to another phone',
    to: '+919000309999',
    outcome: 'unreachable',
    verdict: ['unreachable', 'callee', statusOfRedirect, 23],
    rings: false,
  },
  {
    it: 'does not exist',
    to: '+919000319999',
    outcome: 'invalid_number',
    verdict: ['invalid_number', 'callee', 404, 1],
    rings: false,
  },
  {
    it: 'meets a full network',
    to: '+919000349999',
    outcome: 'trunk_failure',
    verdict: ['congestion', 'carrier', 503, 34],
    rings: false,
  },
  {
    it: 'never gets a sign from the carrier',
    to: '+919000389999',
    outcome: 'trunk_failure',
    verdict: ['trunk_failure', 'carrier', ...endedByUs],
    rings: false,
  },
];

it.for(calls)('a phone that $it is reported as $outcome', async ({ to, outcome, verdict, rings }) => {
  const { gateway, invites } = lab();
  const { id } = placed(to);
  const call = await gateway.ended(id);
  expect(call).toMatchObject({ outcome, reached: false, answered: false, human: null, responses: [] });
  expect(call.attempts.map(verdictOf)).toEqual([verdict]);
  expect(call.attempts.map((attempt) => attempt.ringing_at !== null)).toEqual([rings]);
  expect(gateway.events(id).map((event) => event.type)).toEqual([
    'call.queued',
    'call.attempt_started',
    ...(rings ? ['call.ringing'] : []),
    'call.attempt_ended',
    'call.ended',
  ]);
  expect(invites.count(to)).toBe(1);
});

it('nobody else was dialled, be it by a redirect', () => {
  const { invites } = lab();
  expect(invites.all.map((invite) => `+91${invite.nationalNumber}`).toSorted()).toEqual(
    calls.map((call) => call.to).toSorted(),
  );
});

it('everybody who was not reached is on the list of the campaign, with what became of the call', async () => {
  const { gateway } = lab();
  const reply = await fetch(`${gateway.process.url}/v1/campaigns/${campaignId ?? ''}/unreached.csv`, {
    headers: { authorization: `Bearer ${testApiKey}` },
  });
  const [, ...rows] = (await reply.text()).trimEnd().split('\r\n');
  const listed = rows.map((row) => row.split(',').slice(0, 3));
  expect(listed.toSorted()).toEqual(calls.map(({ to, outcome }) => [`'${to}`, `'${to}`, outcome]).toSorted());
});

function verdictOf(attempt: CallView['attempts'][number]): unknown[] | null {
  const { verdict } = attempt;
  return verdict && [verdict.reason, verdict.fault, verdict.sip_code, verdict.q850_cause];
}
