import { afterAll, expect, it } from 'vitest';
import { createCampaignStore } from '../../../src/db/campaign-store.ts';
import { createLeaseStore } from '../../../src/db/lease-store.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import type { GatewayId, Lease } from '../../../src/domain/asterisks/lease.ts';
import { endAttempt, noteRinging } from '../../../src/domain/calls/call-moves.ts';
import type { Call } from '../../../src/domain/calls/call.ts';
import type { Campaign, CampaignState } from '../../../src/domain/campaigns/campaign.ts';
import { closeCampaign } from '../../../src/domain/campaigns/campaign-moves.ts';
import { withdrawnVerdict } from '../../../src/workflows/attempt-verdicts.ts';
import type { LiveCalls } from '../../../src/workflows/live-calls.ts';
import { settleCampaigns } from '../../../src/workflows/settle-campaigns.ts';
import { createTestDatabase } from '../../support/database.ts';
import {
  dialTransition,
  lastAttempt,
  noAnswerTransition,
  sampleAcceptance,
  sampleIds,
  sampleTransition,
} from '../../support/sample-call.ts';
import { running, sampleCampaign } from '../../support/sample-campaign.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());
const ledger = createPostgresLedger(test);
const campaigns = createCampaignStore({ database: test.database, onDeliveries: () => undefined });
const lease = await takenLease();
const t0 = 1_800_000_000_000;

async function takenLease(): Promise<Lease> {
  const leases = createLeaseStore(test.database);
  const [gateway, seen] = ['gateway-a' as GatewayId, { asterisk: 'asterisk', epoch: 0 }];
  await leases.look({ gateway, knows: [seen.asterisk], drives: [], held: [] });
  const taken = await leases.take({ gateway, lease: seen, dead: [] });
  if (!taken) throw new Error('nobody else has it');
  return taken;
}

async function pilotOf(size: number, { calls }: { calls: number }): Promise<[Campaign, Call[]]> {
  const campaign = sampleCampaign({ state: running(size) });
  await campaigns.create(campaign);
  const accepted = Array.from({ length: calls }, () =>
    sampleAcceptance({ at: t0, changes: { reference: null, campaignId: campaign.id } }),
  );
  for (const each of accepted) await ledger.accept(each);
  return [campaign, accepted.map(({ transition }) => transition.call)];
}

async function claimed(calls: readonly Call[]): Promise<Call[]> {
  const candidates = calls.map(({ id }) => id);
  const transitions = await ledger.claim({
    ...{ trunk: 'carrier-a', lease, now: t0, candidates, limit: 100, channels: 100, spacingMs: 20 },
    reserveUntil: t0 + 60_000,
    decide: (call, sendAt) => dialTransition(call, { sendAt, at: t0 }),
  });
  return transitions.map(({ call }) => call);
}

/** As each gateway does every second. */
async function settled({ id }: Campaign): Promise<CampaignState | undefined> {
  const liveCalls = { requestEnd: () => null } as Pick<LiveCalls, 'requestEnd'>;
  const clock = { now: () => t0 } as Parameters<typeof settleCampaigns>[0]['clock'];
  await settleCampaigns({
    ...{ ledger, campaigns, clock, liveCalls, ids: sampleIds },
    tellOfEnd: () => undefined,
  });
  return (await campaigns.get(id))?.state;
}

const giveBack = (call: Call) =>
  ledger.commit(
    sampleTransition(
      endAttempt(call, lastAttempt(call).id, {
        ...{ at: t0, verdict: withdrawnVerdict, after: { next: 'retry', at: t0 } },
        ...{ progress: null, timeline: [] },
      }),
      t0,
    ),
  );

it('a pilot pauses when its last phone rings, or its last attempt has ended, and not before', async () => {
  const [campaign, calls] = await pilotOf(2, { calls: 3 });
  const [one, other] = await claimed(calls);
  expect(await settled(campaign)).toMatchObject({ status: 'running', pilotLeft: 0 });
  await ledger.commit(sampleTransition(noteRinging(one!, lastAttempt(one!).id, t0), t0));
  expect(await settled(campaign)).toMatchObject({ status: 'running', pilotLeft: 0 });
  await ledger.commit(noAnswerTransition(other!, { at: t0 }));
  expect(await settled(campaign)).toMatchObject({ status: 'paused', reason: 'pilot_done' });
});

it('a pilot whose last attempt is given back goes on with another call', async () => {
  const [campaign, calls] = await pilotOf(1, { calls: 2 });
  const [first] = await claimed(calls);
  await giveBack(first!);
  expect(await settled(campaign)).toMatchObject({ status: 'running', pilotLeft: 1 });
  const [second] = await claimed(calls);
  await ledger.commit(noAnswerTransition(second!, { at: t0 }));
  expect(await settled(campaign)).toMatchObject({ status: 'paused', reason: 'pilot_done' });
});

it('a pilot that is closed or changed while it runs has as many calls left as it had at that moment', async () => {
  const [campaign, calls] = await pilotOf(3, { calls: 5 });
  const asItWas = await campaigns.get(campaign.id);
  expect(await claimed(calls)).toHaveLength(3);
  const move = closeCampaign(asItWas!);
  if (move.result !== 'moved') throw new Error('it runs');
  expect(await campaigns.move(move.campaign, [])).toBe('moved');
  expect((await campaigns.get(campaign.id))?.state).toMatchObject({ closed: true, pilotLeft: 0 });
  expect(await claimed(calls)).toEqual([]);
});
