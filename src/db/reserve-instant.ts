import type { Pool } from 'pg';
import { increasePerSecond } from '../domain/trunks/trunk-pace.ts';
import { addTrunkRow } from './add-trunk-row.ts';
import { instant } from './call-row.ts';
import type { ReserveInstant } from './ledger.ts';
import { runQuery, withClient } from './run-query.ts';

/**
 * $1 trunk, $2 now, $3 milliseconds to the next instant at the trunk's full pace, $4 what its share of that grows by in a second. No row where the trunk is
 * not to be dialled over.
 */
const spacingAtItsPace = `ceil($3::float8 / least(1, pace_factor + greatest(0, extract(epoch from $2::timestamptz - pace_slowed_at)) * $4::float8))`;
const reserve = `
update trunks set next_send_at = greatest($2::timestamptz, next_send_at) + ${spacingAtItsPace} * interval '1 ms'
where name = $1 and drained_at is null and coalesce(down_until <= $2, true) and coalesce(closed_until <= $2, true)
returning next_send_at, ${spacingAtItsPace} as spacing_ms`;

const isKnownTrunk = `select from trunks where name = $1`;

const campaignPace = `select from campaigns where id = $1 and calls_per_second is not null`;

/** See `Ledger.reserveInstant`. */
export async function reserveInstant(pool: Pool, request: ReserveInstant): Promise<number | null> {
  const { trunk, campaignId, now } = request;
  const values = [trunk, instant(now), request.spacingMs, increasePerSecond];
  const query = { name: 'reserve_instant', text: reserve, values };
  return withClient(pool, async (client) => {
    const ofCampaign = { name: 'campaign_pace', text: campaignPace, values: [campaignId] };
    if (campaignId !== null && (await runQuery(client, ofCampaign)).length > 0) return null;
    for (;;) {
      const [row] = await runQuery<{ next_send_at: number; spacing_ms: number }>(client, query);
      if (row) return row.next_send_at - row.spacing_ms;
      const known = { name: 'is_known_trunk', text: isKnownTrunk, values: [trunk] };
      if ((await runQuery(client, known)).length > 0) return null;
      await addTrunkRow(client, { trunk, now });
    }
  });
}
