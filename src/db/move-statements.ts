import { mayHaveRungSql } from './rings.ts';
import {
  eventColumns,
  eventRecord,
  moveRecord,
  newCallColumns,
  newCallRecord,
  responseColumns,
  responseRecord,
  setMoved,
} from './written-columns.ts';

/**
 * The SQL of a move: the call, its attempt, responses, timeline, opt-out, events and their deliveries, all in one statement, so that
 * they commit together and cost one round trip. Measured against BEGIN … COMMIT with a query for each: a sixth of the CPU.
 *
 * Every statement begins with a CTE `moved` that has a row for each call whose move won; all that follows is joined to it, so that what
 * belongs to a move that lost is not written. Parameters: $1 the calls, $2 attempts, $3 responses, $4 events; JSON arrays. The last one says what may
 * be handed over.
 */
const returned = `c.id, c.person, c.revision`;

/** Where nothing is handed over: see `deliveriesOfEvents`. */
export const handNothingOver = `hand as (select null::timestamptz as now, null::timestamptz as until, '{}'::text[] as busy)`;

/**
 * For each row of `events_written`, a delivery to each endpoint that wants it. It is handed to this process at once, by a lease, where `hand`
 * allows that (its row has the instant of now, the end of the lease, and endpoints that have enough to do), unless an earlier one of its call
 * lies unclaimed.
 */
export const deliveriesOfEvents = `deliveries_made as materialized (
  -- The id sorts as the event's does (its instant, then the end of its counter), and ends with what the endpoint makes of it. Behind one that waits for its next
  -- try, a delivery is not looked at before that; the last of a call waits longest (max() would read all that the endpoint has).
  select 'dlv_' || substr(e.id, 5, 10) || right(e.id, 8) || left(md5(e.id || w.id), 8) as id, w.id as endpoint_id, e.id as event_id, e.day, e.type,
    e.call_id, e.sequence, coalesce(b.next_try_at, e.at) as next_try_at, e.at, b.id as behind,
    hand.until is not null and w.id <> all(hand.busy) and (b.id is null or not exists (
      select from deliveries d where d.endpoint_id = w.id and d.call_id = e.call_id and (d.claimed_until is null or d.claimed_until <= hand.now)
    )) as is_handed
  from events_written e
  join webhook_endpoints w on w.disabled_at is null and (w.event_types is null or e.type = any(w.event_types))
  cross join hand
  left join lateral (
    select d.id, d.next_try_at from deliveries d where d.endpoint_id = w.id and d.call_id = e.call_id order by d.sequence desc limit 1
  ) b on true
),
deliveries_written as (
  insert into deliveries (id, endpoint_id, event_id, day, event_type, call_id, sequence, next_try_at, claimed_until, created_at)
  select id, endpoint_id, event_id, day, type, call_id, sequence, next_try_at, case when is_handed then (select until from hand) end, at
  from deliveries_made
)`;

/** The column that `MadeDelivery` in `hand-over.ts` describes; null where no delivery was made. */
const deliveriesMade = `(
  select json_agg(json_build_object('id', d.id, 'endpoint_id', d.endpoint_id, 'event_id', d.event_id, 'behind', d.behind, 'url', w.url,
    'sealed_secret', encode(w.sealed_secret, 'base64'), 'numbers', w.numbers,
    'previous_sealed_secret', case when w.previous_secret_until > hand.now then encode(w.previous_sealed_secret, 'base64') end))
  from deliveries_made d cross join hand left join webhook_endpoints w on d.is_handed and w.id = d.endpoint_id
) as deliveries`;

/** @param parameter of `HandOver`, as JSON; an empty object where nothing is to be handed over */
const handOver = (parameter: string) => `
hand as materialized (select * from jsonb_to_record(${parameter}::jsonb) as h(now timestamptz, until timestamptz, busy text[])),`;

/** @param unsent whether the INVITE of an attempt that comes on record has certainly not left, as SQL */
const writeParts = (unsent: string) => `
attempts_written as (
  insert into attempts (id, call_id, number, person, trunk, asterisk, lease_epoch, caller_id, send_at, started_at, gone_by, ringing_at, answered_at, recording_ms, end_requested,
    ended_at, reason, fault, retryable, sip_code, q850_cause, incoming, unsent)
  select a.*, ${unsent} from jsonb_to_recordset($2::jsonb) as a(id text, call_id text, number int, person text, trunk text,
    asterisk text, lease_epoch bigint, caller_id text, send_at timestamptz, started_at timestamptz, gone_by timestamptz, ringing_at timestamptz, answered_at timestamptz, recording_ms int, end_requested text,
    ended_at timestamptz, reason text, fault text, retryable boolean, sip_code int, q850_cause int, incoming boolean)
  join moved on moved.id = a.call_id
  on conflict (call_id, number) do update set lease_epoch = excluded.lease_epoch, ringing_at = excluded.ringing_at, answered_at = excluded.answered_at,
    recording_ms = excluded.recording_ms,
    end_requested = excluded.end_requested, ended_at = excluded.ended_at, reason = excluded.reason, fault = excluded.fault,
    retryable = excluded.retryable, sip_code = excluded.sip_code, q850_cause = excluded.q850_cause
),
responses_written as (
  insert into responses as old (${responseColumns})
  select r.* from jsonb_to_recordset($3::jsonb) as r(${responseRecord})
  join moved on moved.id = r.call_id
  on conflict (call_id, question, person) do update set position = excluded.position, value = excluded.value, key = excluded.key,
    given_on = excluded.given_on, attempt = excluded.attempt, at = excluded.at, correct = excluded.correct,
    consent = excluded.consent
  where (old.position, old.value, old.key, old.given_on, old.attempt, old.at, old.correct, old.consent)
    is distinct from
    (excluded.position, excluded.value, excluded.key, excluded.given_on, excluded.attempt, excluded.at, excluded.correct,
      excluded.consent)
),
timeline_written as (
  insert into timeline_entries (call_id, revision, entries)
  select id, revision, timeline from moved where timeline is not null
),
opt_outs_written as (
  insert into opt_outs (id, person, scope, call_id, created_at)
  select distinct on (person, opt_out) opt_out_id, person, opt_out, id, moved_at from moved where opt_out is not null order by person, opt_out, id
  on conflict (person, scope) do nothing
),
opt_ins_written as (
  insert into opt_ins select o.* from moved, jsonb_populate_recordset(null::opt_ins, moved.opt_ins) as o where moved.opt_ins is not null
),
voice_messages_written as (
  insert into voice_messages (id, call_id, question, attempt, reference_number, duration_ms, recorded_at, prompt_id, prompt_language)
  select v.id, moved.id, v.question, v.attempt, v.reference_number, v.duration_ms, v.recorded_at, v.prompt_id, v.prompt_language
  from moved, jsonb_to_recordset(moved.voice_messages) as v(id text, question text, attempt int, reference_number text,
    duration_ms int, recorded_at timestamptz, prompt_id text, prompt_language text)
),
events_written as (
  insert into events (${eventColumns})
  select e.* from jsonb_to_recordset($4::jsonb) as e(${eventRecord})
  join moved on moved.id = e.call_id
  returning day, id, type, call_id, sequence, at
),
${deliveriesOfEvents}`;

const updateCalls = `
  update calls c set ${setMoved('m')}`;
const isAsExpected = `c.id = m.id and c.revision = m.from_revision`;
const returningMoved = `returning ${returned}, m.timeline, m.opt_out, m.opt_out_id, m.opt_ins, m.voice_messages, m.moved_at`;

/**
 * Compare-and-set on the revision of each call. One row, with the ids of those that won. $6 the campaigns whose pilots have a place free again by some of these moves, if
 * they are pilots: their rows are locked before those of the calls, as by claims.
 */
export const moveCalls = `
with pilots as materialized (select id from campaigns where id = any($6::text[]) order by id for no key update),
moved as (${updateCalls}
  from jsonb_to_recordset($1::jsonb) as m(id text, from_revision int, pilot_place text, ${moveRecord})
  where ${isAsExpected} and (select count(*) from pilots) >= 0
  ${returningMoved}, m.pilot_place
),
places_free as (
  update campaigns c set pilot_left = c.pilot_left + free.places
  from (select pilot_place, count(*)::int as places from moved where pilot_place is not null group by 1) free
  where c.id = free.pilot_place and c.pilot_left is not null
),${handOver('$5')}${writeParts('false')}
select array(select id from moved) as moved, ${deliveriesMade}`;

/**
 * The same of calls that are claimed for a trunk: $5 its name, $6 the instant that was its next, $7 the one that is next afterwards; $8 the same of
 * campaigns that have limits, and how many of their pilot's calls begin. No row where one of these instants is not the next any more, or
 * one of these campaigns does not run, and then nothing was moved; else one row, with the ids of the calls that won. Another
 * opt-out than those that were seen makes a call lose, and so does a campaign that does not run any more, or another ring since $12 than those that were
 * seen (null: nobody counts). $9 says what may be handed over,
 * $10 the Asterisk that dials, $11 the epoch of its lease: a claim under another epoch is none. Whoever would take the lease waits for this statement, and
 * finds its attempts on record.
 */
export const claimMoves = `
with lease as materialized (select from asterisks where name = $10 and epoch = $11 and holder is not null for share),
gates as (select * from jsonb_to_recordset($8::jsonb) as g(id text, seen timestamptz, next timestamptz, begun int)),
gates_locked as materialized (
  select c.id from campaigns c join gates g on g.id = c.id
  where c.next_send_at = g.seen and c.status = 'running' and (c.pilot_left is null or c.pilot_left >= g.begun)
  order by c.id for no key update of c
),
gates_hold as materialized (select (select count(*) from gates_locked) = (select count(*) from gates) as all_of_them),
paced as (
  update trunks set next_send_at = $7 where name = $5 and next_send_at = $6 and (select all_of_them from gates_hold)
    and exists (select from lease)
  returning 1
),
gates_kept as (
  update campaigns c set next_send_at = g.next, pilot_left = c.pilot_left - g.begun
  from gates g where c.id = g.id and exists (select from paced)
),
moved as (${updateCalls}
  from jsonb_to_recordset($1::jsonb) as m(id text, from_revision int, opt_outs_seen int, rings_seen int, ${moveRecord})
  where ${isAsExpected} and exists (select from paced)
    and (select count(*) from opt_outs o where o.person = c.person) = m.opt_outs_seen
    and ($12::timestamptz is null or m.rings_seen = (
      select count(*) from attempts a where a.person = c.person and a.send_at > $12 and ${mayHaveRungSql}))
    and (c.campaign_id is null or exists (select from campaigns g where g.id = c.campaign_id and g.status = 'running'))
  ${returningMoved}
),${handOver('$9')}${writeParts('true')}
select array(select id from moved) as moved, ${deliveriesMade} from paced`;

/** The campaign of the new calls, while it takes calls: whoever would end it waits for this statement, and counts these calls. */
export const openCampaign = `
open_campaign as materialized (
  select id from campaigns where id = (select min(campaign_id) from new_call)
    and (status = 'draft' or status in ('running', 'paused') and not (state->>'closed')::boolean)
  for key share
)`;

const newCall = `
new_call as (select * from jsonb_to_record($1::jsonb) as c(${newCallRecord})),${openCampaign}`;

const mayBeAccepted = `(campaign_id is null or exists (select from open_campaign))`;

/** @param ofNumber the condition for writing the number */
const insertNewCall = (ofNumber: string) => `
inserted as (insert into calls (${newCallColumns}) select ${newCallColumns} from new_call where exists (select from chosen) returning id),
moved as (select c.id, c.person, c.revision, c.timeline, c.opt_out, c.opt_out_id, c.opt_ins, c.voice_messages, c.moved_at from new_call c join inserted on inserted.id = c.id),
number_written as (
  insert into phone_numbers (person, sealed_number) select person, $5::bytea from new_call where exists (select from chosen)${ofNumber}
  on conflict (person) do nothing
),`;
const insertCall = insertNewCall('');
const insertAdmitted = insertNewCall(' and $5::bytea is not null');

/**
 * A new call that came in and was answered; its leg is among the attempts. $6 says what may be handed over, $7 the Asterisk that has the leg, $8 the
 * epoch of its lease, $9 the leg. Whoever took the lease since has hung it up, and may have it on record as a missed call.
 */
export const admitCall = `
with new_call as (select * from jsonb_to_record($1::jsonb) as c(${newCallRecord})),
lease as materialized (select from asterisks where name = $7 and epoch = $8 and holder is not null for share),
chosen as materialized (
  select from lease where not exists (select from missed_calls m where m.leg = $9)
    and not exists (select from calls c join new_call n on n.id = c.id)
),${insertAdmitted}${handOver('$6')}${writeParts('false')}
select exists (select from inserted) as admitted, ${deliveriesMade}`;

/** A new call without an idempotency key. */
export const acceptCall = `
with ${newCall},
chosen as (select from new_call where ${mayBeAccepted}),${insertCall}${handOver('$6')}${writeParts('false')}
select true as acquired, exists (select from chosen) as accepted, (select ${mayBeAccepted} from new_call) as campaign_open, ${deliveriesMade},
  null as body_hash, null as call_id, null as reply`;

/**
 * A new call under an idempotency key: $6 owner, $7 key, $8 hash of the body, $9 reply, $10 the key's lock. Of several at once, the one
 * that holds the lock goes on. Where the first has committed since this statement began, nothing is accepted and nothing found: the
 * statement is to be run again, and sees it then.
 */
export const acceptCallOnce = `
with ${newCall},
guard as materialized (select pg_try_advisory_xact_lock($10::bigint) as acquired),
earlier as materialized (select body_hash, call_id, reply from idempotency_keys where owner = $6 and key = $7),
chosen as materialized (
  insert into idempotency_keys (owner, key, body_hash, call_id, reply, created_at)
  select $6, $7, $8, new_call.id, $9, new_call.created_at from new_call, guard where acquired and not exists (select from earlier) and ${mayBeAccepted}
  on conflict (owner, key) do nothing returning 1
),${insertCall}${handOver('$11')}${writeParts('false')}
select guard.acquired, exists (select from chosen) as accepted, (select ${mayBeAccepted} from new_call) as campaign_open, ${deliveriesMade},
  earlier.body_hash, earlier.call_id, earlier.reply
from guard left join earlier on true`;
