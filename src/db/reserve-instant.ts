import type { Pool } from 'pg';
import { paceOf } from '../domain/calls/pace.ts';
import { longestIdleMs } from '../domain/campaigns/campaign-gate.ts';
import { increasePerSecond } from '../domain/trunks/trunk-pace.ts';
import { isoInstant } from '../lib/iso-instant.ts';
import { addTrunkRow } from './add-trunk-row.ts';
import type { ReserveInstant } from './ledger.ts';
import { runQuery, withClient } from './run-query.ts';

/**
 * $1 trunk, $2 now, $3 milliseconds to the next instant at the trunk's full pace, $4 what its share of that grows by in a second, $5 the campaign, $6 how
 * long the trunk may be kept idle for it, $7 the spacing of one call per second, $8 the first instant that may be given. No instant where the trunk is not to be dialled over, somebody has
 * paused the campaign, or its next one is too far off. Locks are taken as by a claim: the campaign's row, then the trunk's.
 */
const spacingAtItsPace = `ceil($3::float8 / least(1, pace_factor + greatest(0, extract(epoch from $2::timestamptz - pace_slowed_at)) * $4::float8)) * interval '1 ms'`;
const nextOfCampaign = `(select next_send_at from campaign)`;
const reserve = `
with campaign as materialized (
  select id, next_send_at from campaigns where id = $5 and calls_per_second is not null for no key update
),
reserved as (
  update trunks set next_send_at = greatest($8::timestamptz, next_send_at, ${nextOfCampaign}) + ${spacingAtItsPace}
  where name = $1 and drained_at is null and coalesce(down_until <= $2, true) and coalesce(closed_until <= $2, true)
    and not exists (select from campaigns where id = $5 and status = 'paused' and state->>'reason' = 'requested')
    and coalesce(${nextOfCampaign} <= greatest($8::timestamptz, next_send_at) + $6::float8 * interval '1 ms', true)
  returning next_send_at - ${spacingAtItsPace} as send_at
),
campaign_kept as (
  update campaigns c set next_send_at = r.send_at + ceil($7::float8 / c.calls_per_second) * interval '1 ms'
  from reserved r, campaign where c.id = campaign.id
)
select (select send_at from reserved) as send_at, exists (select from trunks where name = $1) as is_known`;

/** See `Ledger.reserveInstant`. */
export async function reserveInstant(pool: Pool, request: ReserveInstant): Promise<number | null> {
  const { trunk, campaignId, now, sendFrom = now } = request;
  const values = [
    ...[trunk, isoInstant(now), request.spacingMs, increasePerSecond],
    ...[campaignId, longestIdleMs, paceOf(1).spacingMs, isoInstant(sendFrom)],
  ];
  const query = { name: 'reserve_instant', text: reserve, values };
  return withClient(pool, async (client) => {
    for (;;) {
      const [row] = await runQuery<{ send_at: number | null; is_known: boolean }>(client, query);
      if (row?.is_known === true) return row.send_at;
      await addTrunkRow(client, { trunk, now });
    }
  });
}
