import { sql, type Kysely } from 'kysely';
import { changedHours, type DefaultHours } from '../domain/calls/calling-hours-request.ts';
import type { Purpose } from '../domain/calls/call.ts';
import { nextAllowed, type CallingHours } from '../domain/calls/calling-hours.ts';
import type { CallingHoursRequest } from '../domain/calls/calling-hours-schema.ts';
import { ringingSpanMs } from '../domain/calls/dialling-rules.ts';
import type { FlowReference } from '../domain/flows/flow-definition.ts';
import type { CampaignId } from '../domain/ids.ts';
import { isoInstant } from '../lib/iso-instant.ts';
import type { Schema } from './schema.ts';

/** What a change of a campaign does to calls that wait; null where it leaves something as it is. */
export interface MendedCalls {
  /** For calls that were never dialled. */
  flow: FlowReference | null;
  hours: ChangeOfHours | null;
  endsAt: { from: number | null; to: number | null } | null;
  now: number;
}

interface ChangeOfHours {
  change: CallingHoursRequest;
  /** Promotional calls stay within them. */
  defaults: DefaultHours;
}

/** In the transaction that changes the campaign. Every call that is touched has its next revision, so that nobody moves it as it was. */
export async function mendCampaignCalls(
  query: Kysely<Schema>,
  id: CampaignId,
  mended: MendedCalls,
): Promise<void> {
  if (mended.flow !== null) await mendFlow(query, id, mended.flow);
  if (mended.hours !== null) await mendHours(query, id, { ...mended.hours, now: mended.now });
  if (mended.endsAt?.to != null) await mendEnd(query, id, { from: mended.endsAt.from, to: mended.endsAt.to });
}

async function mendFlow(query: Kysely<Schema>, id: CampaignId, flow: FlowReference): Promise<void> {
  await sql`
    update calls set flow_id = ${flow.id}, flow_version = ${flow.version}, revision = revision + 1
    where campaign_id = ${id} and outcome is null and status = 'queued'
      and not exists (select from attempts a where a.call_id = calls.id)`.execute(query);
}

/** A call's own zone and whatever the change does not name stay. Calls that were never dialled may be due sooner now. */
async function mendHours(
  query: Kysely<Schema>,
  id: CampaignId,
  { change, defaults, now }: ChangeOfHours & { now: number },
): Promise<void> {
  const found = await sql<{ before: CallingHours; purpose: Purpose }>`
    select distinct request->'callingHours' as before, purpose
    from calls where campaign_id = ${id} and next_attempt_at is not null`.execute(query);
  for (const { before, purpose } of found.rows) {
    const after = changedHours(before, change, { defaults, purpose });
    const first = nextAllowed(after, now, ringingSpanMs);
    await sql`
      update calls set request = jsonb_set(request, '{callingHours}', ${JSON.stringify(after)}::jsonb), revision = revision + 1,
        next_attempt_at = case when status = 'queued' and ${first === null ? null : isoInstant(first)}::timestamptz is not null
          then greatest(${first === null ? null : isoInstant(first)}::timestamptz, not_before) else next_attempt_at end
      where campaign_id = ${id} and next_attempt_at is not null and purpose = ${purpose}
        and request->'callingHours' = ${JSON.stringify(before)}::jsonb`.execute(query);
  }
}

/** A later end moves what ended with the campaign; an earlier one cuts all. */
async function mendEnd(
  query: Kysely<Schema>,
  id: CampaignId,
  { from, to }: { from: number | null; to: number },
): Promise<void> {
  await sql`
    update calls set not_after = ${isoInstant(to)}, revision = revision + 1
    where campaign_id = ${id} and next_attempt_at is not null
      and (not_after > ${isoInstant(to)} or not_after = ${from === null ? null : isoInstant(from)}::timestamptz)`.execute(
    query,
  );
}
