import type { Pool } from 'pg';
import type { Call } from '../domain/calls/call.ts';
import { hasLimits, mayPass, openGate, pass, type CampaignGate } from '../domain/campaigns/campaign-gate.ts';
import { neverDialled } from '../domain/campaigns/pilot-place.ts';
import { paceFactor, type TrunkPace } from '../domain/trunks/trunk-pace.ts';
import { isoInstant } from '../lib/iso-instant.ts';
import { addTrunkRow } from './add-trunk-row.ts';
import { handingOver } from './hand-over.ts';
import type { ClaimRequest, Transition } from './ledger.ts';
import { callOf, fromCalls, selectCall, type LoadedRow } from './load-call.ts';
import { daysOf } from './move-rows.ts';
import { claimMoves } from './move-statements.ts';
import { eventsOf, moveValuesOf, type MovedRow, type MoveWriterDependencies } from './move-writer.ts';
import { rangAtSql } from './rings.ts';
import { isRefusal, runQuery, sqlState, withClient } from './run-query.ts';

/**
 * Takes due calls for a trunk, without a lock that outlasts a statement:
 *
 *     look ──► decide ──► keep ──► claimed
 *      ▲                   │ (somebody claimed for this trunk meanwhile, or took one of the persons)
 *      └───────────────────┘
 *
 * One statement looks: the first instant that the trunk's pace has not given away, how many channels are taken, and the calls. Another one keeps
 * what was decided, if that instant is still the first. Live attempts of a trunk grow by claims alone, and each gives an instant away; so where
 * the instant stands, the channels that were free are free, and no two claims ever take the same channel or instant.
 * (Counting in the statement that locks the trunk's row gave 34 of 30: it sees what was there before it waited.)
 */

/**
 * $1 candidates, $2 now, $3 most to take, $4 trunk, $5 its channels, $6 the last instant that may be reserved, $7 and $8 the lease, $9 since when rings count, $10 how many of those who call us take none of these channels. Only a call that waits has a next
 * attempt. Whoever is on the phone is passed over, and of one person's calls only the first is taken. The candidates are looked up by their
 * ids and judged afterwards (`offset 0`): an index of what is due would be read whole. What campaigns hold back is left out here, so that it
 * keeps no channel from others. At least one row where the trunk is known, without a call where there is none to take. How many channels are free
 * is what `freeChannels` of the domain says of the trunk's state.
 */
const lookAtDue = `
with trunk as (
  select next_send_at, pace_factor, pace_slowed_at,
    exists (select from asterisks h where h.name = $7 and h.epoch = $8 and h.holder is not null) as is_leased, case
    when drained_at is not null or down_until > $2 or closed_until > $2 then 0
    when closed_until is not null then least(1 - unproven, $5::int - live) else $5::int - live
  end as free
  from trunks t,
  lateral (
    select (count(*) filter (where not a.incoming) + greatest(0, count(*) filter (where a.incoming) - $10::int)
      + (select count(*) from transfers f where f.trunk = t.name and f.ended_at is null))::int as live
    from attempts a where a.trunk = t.name and a.ended_at is null
  ) counted,
  lateral (
    select case when t.closed_until is null then 0 else (
      select count(*)::int from attempts a
      where a.trunk = t.name and a.ended_at is null and a.started_at >= t.closed_until and a.ringing_at is null and a.answered_at is null
    ) end as unproven
  ) probing
  where t.name = $4
),
candidates as (
  select c.* from unnest($1::text[]) as k(id)
  cross join lateral (
    select call_id as id, person, trunk, priority, next_attempt_at, campaign, status from queue q where q.call_id = k.id offset 0
  ) c
),
live_by_campaign as (
  select coalesce(c.campaign_id, '') as campaign, count(*)::int as live
  from attempts a join calls c on c.id = a.call_id
  where a.ended_at is null and exists (select from candidates where campaign <> '')
  group by 1
),
gate as (
  select g.id, g.next_send_at, g.calls_per_second, g.max_concurrent, g.pilot_left, coalesce(l.live, 0) as live
  from campaigns g left join live_by_campaign l on l.campaign = g.id
  where g.id = any(array(select campaign from candidates)) and g.status = 'running'
    and (g.calls_per_second is null or g.next_send_at <= $6)
),
due as (
  select distinct on (c.person) c.id, c.priority, c.next_attempt_at, c.campaign, c.status
  from candidates c
  where c.next_attempt_at <= $2 and (c.trunk is null or c.trunk = $4)
    and not exists (select from attempts a where a.person = c.person and a.ended_at is null offset 0)
    and (c.campaign = '' or c.campaign in (select id from gate))
  order by c.person, c.priority, c.next_attempt_at, c.id
),
ranked as (
  select due.*, row_number() over (partition by campaign order by priority, next_attempt_at, id) as rank,
    row_number() over (partition by campaign, status order by priority, next_attempt_at, id) as rank_of_status
  from due
),
allowed as (
  select r.id, r.priority, coalesce(l.live, 0) + r.rank as turn, r.next_attempt_at
  from ranked r left join live_by_campaign l on l.campaign = r.campaign left join gate g on g.id = r.campaign
  where g.id is null or (
    r.rank <= coalesce(g.max_concurrent - g.live, r.rank)
    and (r.status <> 'queued' or r.rank_of_status <= coalesce(g.pilot_left, r.rank_of_status))
    and r.rank <= coalesce(1 + extract(epoch from $6::timestamptz - greatest($2::timestamptz, g.next_send_at)) * g.calls_per_second, r.rank)
  )
),
chosen as (
  select id, priority, turn, next_attempt_at from allowed order by priority, turn, next_attempt_at, id
  limit (select greatest(0, least($3::int, free)) from trunk)
),
loaded as (
  ${selectCall}, chosen.turn, (select json_agg(o.scope order by o.scope) from opt_outs o where o.person = c.person) as opt_outs,
    ${rangAtSql('$9')} as rang_at
  ${fromCalls} join chosen on chosen.id = c.id
)
select trunk.next_send_at as trunk_send_at, trunk.is_leased, trunk.pace_factor, trunk.pace_slowed_at, (select json_agg(gate) from gate) as gates, loaded.* from trunk left join loaded on true
order by loaded.priority, loaded.turn, loaded.next_attempt_at, loaded.id`;

/** A claim that loses to another one looks again; somebody always wins, so this many losses in a row are no accident any more. */
const mostLooks = 100;

/** See `Ledger.claim`. */
export async function claimCalls(deps: MoveWriterDependencies, request: ClaimRequest): Promise<Transition[]> {
  if (request.candidates.length === 0) return [];
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const seen = await look(deps.pool, request);
    if (!seen.isLeased) return [];
    const decided = decideAll(request, seen);
    if (decided.transitions.length === 0) return [];
    const claimed = await keep(deps, request, { ...decided, seen });
    if (claimed === 'overtaken') continue;
    for (const { call } of claimed) deps.onKept(call);
    return claimed;
  }
  return [];
}

interface Seen {
  /** Whether who asks still holds the lease of the Asterisk that it would dial with. */
  isLeased: boolean;
  nextSendAt: number;
  /** How much of its pace the trunk is given. */
  pace: TrunkPace;
  /** Of the campaigns that run, by id. */
  gates: Map<string, CampaignGate>;
  calls: { call: Call; optOuts: string[]; rangAt: number[] }[];
}

async function look(pool: Pool, request: ClaimRequest): Promise<Seen> {
  const { candidates, now, limit, trunk, channels, reserveUntil, lease, rangSince = null } = request;
  const query = {
    name: 'look_at_due',
    text: lookAtDue,
    values: [
      ...[candidates, isoInstant(now), limit, trunk, channels, isoInstant(reserveUntil)],
      ...[lease.asterisk, lease.epoch],
      rangSince === null ? null : isoInstant(rangSince),
      request.reservedForIncoming ?? 0,
    ],
  };
  for (;;) {
    const rows = await withClient(pool, (client) => runQuery<LookRow>(client, query));
    const [first] = rows;
    if (first) {
      const calls = rows.filter(hasCall).map((row) => ({
        call: callOf(row),
        optOuts: row.opt_outs ?? [],
        rangAt: row.rang_at ?? [],
      }));
      const gates = (first.gates ?? []).map(gateOf);
      const pace = { factor: first.pace_factor, slowedAt: first.pace_slowed_at };
      return {
        isLeased: first.is_leased,
        nextSendAt: first.trunk_send_at,
        pace,
        calls,
        gates: new Map(gates.map((gate) => [gate.id, gate])),
      };
    }
    await withClient(pool, (client) => addTrunkRow(client, { trunk, now }));
  }
}

interface LookedAt {
  trunk_send_at: number;
  pace_factor: number;
  pace_slowed_at: number;
  is_leased: boolean;
  gates: GateRow[] | null;
  opt_outs: string[] | null;
  rang_at: number[] | null;
}
/** A trunk with nothing to take has one row, whose call is missing. */
type LookRow = LookedAt & (LoadedRow | Record<keyof LoadedRow, null>);

interface GateRow {
  id: string;
  next_send_at: string;
  calls_per_second: number | null;
  max_concurrent: number | null;
  pilot_left: number | null;
  live: number;
}

function gateOf(row: GateRow): CampaignGate {
  // «-infinity», before the first claim
  const nextSendAt = Date.parse(row.next_send_at);
  return openGate({
    id: row.id,
    nextSendAt: Number.isNaN(nextSendAt) ? 0 : nextSendAt,
    pace: { callsPerSecond: row.calls_per_second, maxConcurrent: row.max_concurrent },
    live: row.live,
    pilotLeft: row.pilot_left,
  });
}

function hasCall(row: LookRow): row is LookedAt & LoadedRow {
  return row.id !== null;
}

/**
 * Only what is really dialled uses an instant of the trunk's pace, and of its campaign's. The first call whose instant is too far off ends the
 * claim; a call whose campaign holds it back is left for a later one.
 */
function decideAll(
  { now, sendFrom = now, spacingMs, reserveUntil, decide }: ClaimRequest,
  seen: Seen,
): { transitions: Transition[]; nextSendAt: number } {
  let { nextSendAt } = seen;
  const factor = paceFactor(seen.pace, now);
  const transitions: Transition[] = [];
  for (const { call, optOuts, rangAt } of seen.calls) {
    const sendAt = Math.max(sendFrom, nextSendAt);
    if (sendAt > reserveUntil) break;
    const gate = call.campaignId === null ? undefined : seen.gates.get(call.campaignId);
    const dial = { sendAt, isFirst: neverDialled(call) };
    if (gate !== undefined && !mayPass(gate, dial)) continue;
    const transition = decide(call, sendAt, optOuts, rangAt);
    transitions.push(transition);
    if (transition.call.state.status !== 'dialing') continue;
    nextSendAt = afterInstant(sendAt, spacingMs / factor);
    if (gate !== undefined) pass(gate, dial);
  }
  return { transitions, nextSendAt };
}

/**
 * A call that somebody else moved since the look is left out, and so is one whose person opted out since, or was called where that counts; its instant passes unused. Another
 * trunk's claim may have taken a person meanwhile, which the unique index shows: then all is looked at again, without them.
 */
async function keep(
  { pool, days, stored, handsOver }: MoveWriterDependencies,
  { trunk, lease, rangSince = null }: ClaimRequest,
  claim: { transitions: Transition[]; nextSendAt: number; seen: Seen },
): Promise<Transition[] | 'overtaken'> {
  const { transitions, nextSendAt, seen } = claim;
  const seenById = new Map(seen.calls.map((each) => [each.call.id, each]));
  await days.ensure(daysOf(transitions));
  const handing = handingOver(handsOver);
  const query = {
    name: 'claim_calls',
    text: claimMoves,
    values: [
      ...moveValuesOf(transitions, stored, ({ call }) => ({
        opt_outs_seen: seenById.get(call.id)?.optOuts.length ?? 0,
        rings_seen: seenById.get(call.id)?.rangAt.length ?? 0,
      })),
      ...[trunk, isoInstant(seen.nextSendAt), isoInstant(nextSendAt)],
      JSON.stringify([...seen.gates.values()].filter(isUsed).map(gateRowOf)),
      handing.parameter,
      ...[lease.asterisk, lease.epoch],
      rangSince === null ? null : isoInstant(rangSince),
    ],
  };
  try {
    const [row] = await withClient(pool, (client) => runQuery<MovedRow>(client, query));
    if (row === undefined) return 'overtaken';
    handing.made(row.deliveries, eventsOf(transitions));
    const won = new Set(row.moved);
    return transitions.filter((transition) => won.has(transition.call.id));
  } catch (error) {
    if (!isRefusal(error, sqlState.uniqueViolation, 'attempts_one_live_per_person')) throw error;
    return 'overtaken';
  }
}

function isUsed(gate: CampaignGate): boolean {
  return hasLimits(gate) && gate.nextSendAt !== gate.seenSendAt;
}

function gateRowOf({ id, seenSendAt, nextSendAt, begun }: CampaignGate) {
  return {
    id,
    seen: seenSendAt === 0 ? '-infinity' : isoInstant(seenSendAt),
    next: isoInstant(nextSendAt),
    begun,
  };
}

/** Whole milliseconds, rounded up: never faster than the trunk's pace, and never the same instant twice. */
export function afterInstant(sendAt: number, spacingMs: number): number {
  return Math.ceil(sendAt + spacingMs);
}
