import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CampaignStore } from '../../src/db/campaign-store.ts';
import type { Ledger } from '../../src/db/ledger.ts';
import type { StoredEvent } from '../../src/domain/calls/call-event.ts';
import { noteRinging } from '../../src/domain/calls/call-moves.ts';
import type { Call } from '../../src/domain/calls/call.ts';
import type { Lease } from '../../src/domain/asterisks/lease.ts';
import type { Campaign, CampaignState } from '../../src/domain/campaigns/campaign.ts';
import {
  dialTransition,
  lastAttempt,
  noAnswerTransition,
  sampleAcceptance,
  sampleIds,
  sampleTransition,
} from './sample-call.ts';
import { running, sampleCampaign } from './sample-campaign.ts';

export interface CampaignsUnderTest {
  ledger: Ledger;
  campaigns: CampaignStore;
  lease: Lease;
  /** Those that belong to no call, in the order of keeping. */
  events(): Promise<readonly StoredEvent[]>;
  close(): Promise<void>;
}

const t0 = 1_800_000_000_000;

/** What every store of campaigns keeps to; run on PostgreSQL and on its twin in memory. */
export function testCampaignStoreContract(name: string, create: () => Promise<CampaignsUnderTest>): void {
  describe(`the store of campaigns ${name}`, () => {
    let under: CampaignsUnderTest;
    let campaigns: CampaignStore;
    beforeEach(async () => {
      under = await create();
      campaigns = under.campaigns;
    });
    afterEach(() => under.close());

    async function created(state: CampaignState): Promise<Campaign> {
      const campaign = sampleCampaign({ state, createdAt: t0 });
      await campaigns.create(campaign);
      return campaign;
    }

    async function callIn({ id }: Campaign): Promise<Call> {
      const acceptance = sampleAcceptance({ at: t0, changes: { reference: null, campaignId: id } });
      await under.ledger.accept(acceptance);
      return acceptance.transition.call;
    }

    async function dialled(calls: readonly Call[]): Promise<Call[]> {
      const claimed = await under.ledger.claim({
        ...{ trunk: 'carrier-a', lease: under.lease, now: t0, limit: 10, channels: 10, spacingMs: 20 },
        ...{ reserveUntil: t0 + 1_000, candidates: calls.map(({ id }) => id) },
        decide: (call, sendAt) => dialTransition(call, { sendAt, at: t0 }),
      });
      return claimed.map(({ call }) => call);
    }

    const stateOf = async ({ id }: Campaign): Promise<CampaignState | undefined> =>
      (await campaigns.get(id))?.state;

    it('gives a campaign as it was created, and nothing for one that there is not', async () => {
      const campaign = await created(running(3));
      expect(await campaigns.get(campaign.id)).toEqual(campaign);
      expect(await campaigns.get(sampleIds.newId('cmp'))).toBeNull();
    });

    it('lists them page by page, the newest first', async () => {
      const [one, two, three] = [
        await created(running()),
        await created(running()),
        await created(running()),
      ];
      const ids = async (after: Campaign | null) =>
        (await campaigns.list({ after: after?.id ?? null, limit: 2 })).map(({ id }) => id);
      expect(await ids(null)).toEqual([three.id, two.id]);
      expect(await ids(two)).toEqual([one.id]);
    });

    it('moves a campaign once from each revision, with its events', async () => {
      const campaign = await created({ status: 'draft' });
      const started = { ...campaign, state: running() };
      const event = {
        id: sampleIds.newId('evt'),
        type: 'campaign.started',
        callId: null,
        sequence: null,
        at: t0,
        body: '{}',
      } as const;
      expect(await campaigns.move(started, [event])).toBe('moved');
      expect(
        await campaigns.move({ ...campaign, state: running(1) }, [{ ...event, id: sampleIds.newId('evt') }]),
      ).toBe('lost_race');
      expect(await campaigns.get(campaign.id)).toEqual({ ...started, revision: 2 });
      expect(await under.events()).toEqual([event]);
    });

    it('ends no campaign of which a call is open', async () => {
      const campaign = await created(running());
      const call = await callIn(campaign);
      const ended = {
        ...campaign,
        state: { status: 'ended', startedAt: t0, endedAt: t0, reason: 'all_calls_ended' },
      } as const;
      expect(await campaigns.move(ended, [])).toBe('lost_race');
      const [live] = await dialled([call]);
      await under.ledger.commit(noAnswerTransition(live!, { at: t0 }));
      expect(await campaigns.move(ended, [])).toBe('moved');
      expect(await stateOf(campaign)).toEqual(ended.state);
    });

    it('tells the calls of a campaign by status and outcome', async () => {
      const [campaign, other] = [await created(running()), await created(running())];
      const calls = [await callIn(campaign), await callIn(campaign), await callIn(campaign)];
      await callIn(other);
      const [first] = await dialled(calls.slice(0, 2));
      await under.ledger.commit(noAnswerTransition(first!, { at: t0 }));
      const counts = { total: 3, byStatus: { queued: 1, dialing: 1, ended: 1 }, byOutcome: { no_answer: 1 } };
      expect(await campaigns.counts(campaign.id)).toEqual(counts);
      const both = await campaigns.countsOf([campaign.id, other.id]);
      expect(both.get(campaign.id)).toEqual(counts);
      expect(both.get(other.id)).toEqual({ total: 1, byStatus: { queued: 1 }, byOutcome: {} });
    });

    it.each<[string, CampaignState, boolean]>([
      ['a draft', { status: 'draft' }, true],
      ['one that runs', running(), true],
      ['one that is paused', { status: 'paused', startedAt: t0, closed: true, reason: 'pilot_done' }, true],
      ['one that is cancelled', { status: 'cancelled', startedAt: t0, endedAt: t0, settled: false }, true],
      [
        'one that is cancelled and settled',
        { status: 'cancelled', startedAt: t0, endedAt: t0, settled: true },
        false,
      ],
      ['one that has ended', { status: 'ended', startedAt: t0, endedAt: t0, reason: 'ends_at' }, false],
    ])('knows whether there may be something to do for %s', async (_, state, isOpen) => {
      const campaign = await created(state);
      const open = (await campaigns.open()).map(({ id }) => id);
      expect(open).toEqual(isOpen ? [campaign.id] : []);
    });

    it('knows of a call that is being dialled until its phone rings, or its attempt has ended', async () => {
      const campaign = await created(running());
      expect(await campaigns.isDialling(campaign.id)).toBe(false);
      const [one, other] = await dialled([await callIn(campaign), await callIn(campaign)]);
      expect(await campaigns.isDialling(campaign.id)).toBe(true);
      await under.ledger.commit(noAnswerTransition(one!, { at: t0 }));
      expect(await campaigns.isDialling(campaign.id)).toBe(true);
      await under.ledger.commit(sampleTransition(noteRinging(other!, lastAttempt(other!).id, t0), t0));
      expect(await campaigns.isDialling(campaign.id)).toBe(false);
    });

    it('keeps what claims have left of a pilot while it runs on, and begins one with what it is given', async () => {
      const campaign = await created(running(3));
      const calls = [await callIn(campaign), await callIn(campaign)];
      await dialled(calls);
      const closed = {
        ...campaign,
        state: { status: 'running', startedAt: t0, closed: true, pilotLeft: 3 },
      } as const;
      expect(await campaigns.move(closed, [])).toBe('moved');
      expect(await stateOf(campaign)).toEqual({ ...closed.state, pilotLeft: 1 });
      const released = { ...closed, revision: 2, state: { ...closed.state, pilotLeft: null } } as const;
      expect(await campaigns.move(released, [])).toBe('moved');
      expect(await stateOf(campaign)).toEqual(released.state);
      const draft = await created({ status: 'draft' });
      expect(await campaigns.move({ ...draft, state: running(2) }, [])).toBe('moved');
      expect(await stateOf(draft)).toMatchObject({ status: 'running', pilotLeft: 2 });
    });
  });
}
