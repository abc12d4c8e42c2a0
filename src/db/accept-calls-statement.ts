import { deliveriesOfEvents, handNothingOver, newCallColumns, openCampaign } from './move-statements.ts';
import { rowsOfParameters } from './row-columns.ts';

/** Of a new call, with its sealed number in base64. */
export const newCallTypes = {
  id: 'text',
  direction: 'text',
  line: 'text',
  person: 'text',
  to_masked: 'text',
  reference: 'text',
  campaign_id: 'text',
  list: 'text',
  flow_id: 'text',
  flow_version: 'int',
  priority: 'call_priority',
  purpose: 'text',
  trunk: 'text',
  caller_id: 'text',
  not_before: 'timestamptz',
  not_after: 'timestamptz',
  max_duration_ms: 'bigint',
  created_at: 'timestamptz',
  request: 'jsonb',
  revision: 'int',
  sequence: 'int',
  language: 'text',
  progress: 'jsonb',
  status: 'text',
  next_attempt_at: 'timestamptz',
  ended_at: 'timestamptz',
  outcome: 'text',
  blocked_by: 'text',
  problem: 'jsonb',
  session: 'jsonb',
  timeline: 'jsonb',
  sealed_number: 'text',
} as const;

export const newEventTypes = {
  id: 'text',
  day: 'date',
  type: 'text',
  call_id: 'text',
  sequence: 'int',
  at: 'timestamptz',
  body: 'text',
} as const;

const firstOfEvents = 2 + Object.keys(newCallTypes).length;
const ofResponses = firstOfEvents + 1 + Object.keys(newEventTypes).length;

/**
 * New calls of one campaign, each whose reference the campaign does not have yet. Parameters: those of `newCallTypes` and of `newEventTypes` (`parametersOf`), then the
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
  insert into responses (call_id, question, person, position, value, key, given_on, attempt, at, correct, consent)
  select r.* from jsonb_to_recordset($${ofResponses}::jsonb) as r(call_id text, question text, person text, position int, value text, key text,
    given_on text, attempt int, at timestamptz, correct boolean, consent jsonb)
  where ${isInserted('r.call_id')}
),
timeline_written as (
  insert into timeline_entries (call_id, revision, entries)
  select id, revision, timeline from new_call where timeline is not null and ${isInserted('id')}
),
events_written as (
  insert into events (day, id, type, call_id, sequence, at, body)
  select day, id, type, call_id, sequence, at, body from (
    ${rowsOfParameters(newEventTypes, firstOfEvents)}
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
