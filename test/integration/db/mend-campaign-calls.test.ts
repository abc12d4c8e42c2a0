import { afterAll, expect, it } from 'vitest';
import { createCampaignStore } from '../../../src/db/campaign-store.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import type { Purpose } from '../../../src/domain/calls/call.ts';
import type { CallId } from '../../../src/domain/ids.ts';
import { createTestDatabase } from '../../support/database.ts';
import { sampleAcceptance } from '../../support/sample-call.ts';
import { sampleCampaign } from '../../support/sample-campaign.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());
const ledger = createPostgresLedger(test);
const campaigns = createCampaignStore({ database: test.database, onDeliveries: () => undefined });

it('widens the hours of the calls that wait, but of no promotional one beyond the default', async () => {
  const now = Date.now();
  const campaign = sampleCampaign();
  await campaigns.create(campaign);
  const callingHours = { start: '10:00', end: '20:00', timeZone: 'Asia/Kolkata' };
  const accepted = async (purpose: Purpose): Promise<CallId> => {
    const acceptance = sampleAcceptance({
      at: now,
      changes: {
        campaignId: campaign.id,
        reference: purpose,
        purpose,
        callingHours: { ...callingHours, days: ['mon'], holidays: [] },
      },
    });
    await ledger.accept(acceptance);
    return acceptance.transition.call.id;
  };
  const [service, promotional] = [await accepted('service'), await accepted('promotional')];
  const moved = await campaigns.move(campaign, [], {
    flow: null,
    hours: {
      change: { start: '00:00', end: '24:00', time_zone: 'Pacific/Auckland' },
      defaults: { start: '09:00', end: '21:00' },
    },
    endsAt: null,
    now,
  });
  expect(moved).not.toBe('lost_race');
  const rest = { days: ['mon'], holidays: [] };
  expect((await ledger.call(service))?.callingHours).toEqual({
    ...rest,
    start: '00:00',
    end: '24:00',
    timeZone: 'Pacific/Auckland',
  });
  expect((await ledger.call(promotional))?.callingHours).toEqual({
    ...rest,
    start: '09:00',
    end: '21:00',
    timeZone: 'Asia/Kolkata',
  });
});
