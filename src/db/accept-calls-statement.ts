import { deliveriesOfEvents, handNothingOver, openCampaign } from './move-statements.ts';
import { rowsOfParameters } from './row-columns.ts';
import {
  eventColumns,
  eventTypes,
  newCallColumns,
  newCallTypes,
  responseColumns,
  responseRecord,
} from './written-columns.ts';

const firstOfEvents = 2 + Object.keys(newCallTypes).length;
const ofResponses = firstOfEvents + 1 + Object.keys(eventTypes).length;

/**
 * New calls of one campaign, each whose reference the campaign does not have yet. Parameters: those of `newCallTypes` and of `eventTypes` (`parametersOf`), then the
 * responses as JSON. Rows are inserted in the order of their references, so that two imports of the same rows wait for each other in one order.
 *
 * What belongs to calls that were left out is left out by a hashed look at those that were not (`is true` keeps the planner from making it a join: it expects a
 * handful of rows, and joined 250 with 250 in a nested loop three times over, which was half of what an import cost).
 */
export const acceptCalls = `
with new_call as materialized (
  ${rowsOfParameters(newCallTypes, 1)}
),${openCampaign},
inserted as (
  insert into calls (${newCallColumns}) select ${newCallColumns} from new_call where exists (select from open_campaign) order by reference, id
  on conflict (campaign_id, reference) where campaign_id is not null and reference is not null do nothing
  returning id
),
numbers_written as (
  insert into phone_numbers (person, sealed_number)
  select distinct on (person) person, decode(sealed_number, 'base64') from new_call
  where ${isInserted('id')} order by person
  on conflict (person) do nothing
),
responses_written as (
  insert into responses (${responseColumns})
  select r.* from jsonb_to_recordset($${ofResponses}::jsonb) as r(${responseRecord})
  where ${isInserted('r.call_id')}
),
timeline_written as (
  insert into timeline_entries (call_id, revision, entries)
  select id, revision, timeline from new_call where timeline is not null and ${isInserted('id')}
),
events_written as (
  insert into events (${eventColumns})
  select ${eventColumns} from (
    ${rowsOfParameters(eventTypes, firstOfEvents)}
  ) as e
  where ${isInserted('call_id')}
  returning day, id, type, call_id, sequence, at
),
${handNothingOver},
${deliveriesOfEvents}
select exists (select from open_campaign) as campaign_open, exists (select from deliveries_made) as left_deliveries,
  array(select id from inserted) as ids`;

function isInserted(id: string): string {
  return `(${id} in (select id from inserted)) is true`;
}
