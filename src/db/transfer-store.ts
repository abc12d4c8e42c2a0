import type { Pool, QueryConfig } from 'pg';
import type { PersonHash } from '../domain/calls/call.ts';
import type { SeenAgent } from '../domain/calls/choose-agent.ts';
import type { TransferResult } from '../domain/flows/transfer.ts';
import type { AttemptId, CallId } from '../domain/ids.ts';
import { goneBy } from '../domain/calls/leg-limit.ts';
import { paceFactor } from '../domain/trunks/trunk-pace.ts';
import { isoInstant } from '../lib/iso-instant.ts';
import { addTrunkRow } from './add-trunk-row.ts';
import { afterInstant } from './call-claimer.ts';
import type { Ledger, LiveTransferRow, TransferClaim } from './ledger.ts';
import { isRefusal, runQuery, sqlState, withClient } from './run-query.ts';

/** Whether a leg of ours is live to somebody: of a transfer, or an attempt. */
const isEngaged = (
  person: string,
): string => `(exists (select from transfers e where e.callee = ${person} and e.ended_at is null)
  or exists (select from attempts e where e.person = ${person} and e.ended_at is null))`;

/** $1 trunk, $2 now, $3 and $4 Asterisk and epoch of the lease, $5 how many who call us take none of the channels, $6 the agent who is claimed. A trunk whose breaker tries it again is left to attempts. */
const lookAtTrunk = `
select next_send_at, pace_factor, pace_slowed_at,
  exists (select from asterisks h where h.name = $3 and h.epoch = $4 and h.holder is not null)
    and drained_at is null and coalesce(down_until <= $2, true) and closed_until is null as is_open,
  (select (count(*) filter (where not a.incoming) + greatest(0, count(*) filter (where a.incoming) - $5::int))::int
    from attempts a where a.trunk = t.name and a.ended_at is null)
  + (select count(*)::int from transfers f where f.trunk = t.name and f.ended_at is null) as live,
  ${isEngaged('$6')} as is_engaged
from trunks t where t.name = $1`;

/**
 * $1 trunk, $2 its next instant as it was seen, $3 the one afterwards, $4 the transfer. No row where somebody else took the instant: whoever takes a
 * channel takes an instant with it, so where the instant stands, the channel that was free is free.
 */
const keepTransfer = `
with paced as (update trunks set next_send_at = $3 where name = $1 and next_send_at = $2 returning 1)
insert into transfers (id, call_id, trunk, caller_id, send_at, started_at, asterisk, gone_by, callee, is_agent)
select t.* from jsonb_to_record($4::jsonb) as t(id text, call_id text, trunk text, caller_id text, send_at timestamptz,
  started_at timestamptz, asterisk text, gone_by timestamptz, callee text, is_agent boolean)
where exists (select from paced)
returning id`;

const endOfTransfer = `update transfers set ended_at = $2, ended_as = $3 where id = $1 and ended_at is null`;
const endOfGone = `update transfers set ended_at = $2 where ended_at is null and gone_by <= $1`;
const live = `select id, call_id, trunk, started_at, callee from transfers where ended_at is null and asterisk = $1 order by id`;

const last = `select id, call_id, trunk, started_at, callee, (count(*) over ())::int as legs
from transfers where call_id = $1 and started_at >= $2 order by id desc limit 1`;

/** $1 the agents, $2 the call of whoever waits, $3 since when. */
const seeAgents = `
select a.agent, ${isEngaged('a.agent')} as is_engaged, l.ended_at, l.ended_as,
  (select count(*)::int from transfers f where f.call_id = $2 and f.started_at >= $3 and f.callee = a.agent) as calls
from unnest($1::text[]) with ordinality a(agent, place)
left join lateral (select f.ended_at, f.ended_as from transfers f where f.callee = a.agent and f.ended_at is not null order by f.id desc limit 1) l on true
order by a.place`;

/** A claim that loses to another one looks again; somebody always wins, so this many losses in a row are no accident any more. */
const mostLooks = 100;

/** The part of the ledger that is about transfers. */
export function transferStore(
  pool: Pool,
): Pick<
  Ledger,
  'claimTransfer' | 'endTransfer' | 'endGoneTransfers' | 'liveTransfers' | 'lastTransfer' | 'seeAgents'
> {
  return {
    claimTransfer: (claim) => claimTransfer(pool, claim),
    async endTransfer(leg, at, as) {
      const query = { name: 'end_transfer', text: endOfTransfer, values: [leg, isoInstant(at), as ?? null] };
      await withClient(pool, (client) => runQuery(client, query));
    },
    async endGoneTransfers(goneBefore, at) {
      const values = [isoInstant(goneBefore), isoInstant(at)];
      const query = { name: 'end_gone_transfers', text: endOfGone, values };
      await withClient(pool, (client) => runQuery(client, query));
    },
    async liveTransfers(asterisk) {
      const query = { name: 'live_transfers', text: live, values: [asterisk] };
      return (await withClient(pool, (client) => runQuery<StoredTransfer>(client, query))).map(readTransfer);
    },
    async lastTransfer(callId, since) {
      const query = { name: 'last_transfer', text: last, values: [callId, isoInstant(since)] };
      type Row = StoredTransfer & { legs: number };
      const [row] = await withClient(pool, (client) => runQuery<Row>(client, query));
      return row === undefined ? null : { ...readTransfer(row), legs: row.legs };
    },
    async seeAgents(agents, { callId, since }) {
      const query = { name: 'see_agents', text: seeAgents, values: [agents, callId, isoInstant(since)] };
      return (await withClient(pool, (client) => runQuery<AgentRow>(client, query))).map(readAgent);
    },
  };
}

interface StoredTransfer {
  id: AttemptId;
  call_id: CallId;
  trunk: string;
  started_at: number;
  callee: PersonHash | null;
}

function readTransfer({ id, call_id, trunk, started_at, callee }: StoredTransfer): LiveTransferRow {
  return { leg: id, callId: call_id, trunk, startedAt: started_at, callee };
}

interface AgentRow {
  agent: PersonHash;
  is_engaged: boolean;
  ended_at: number | null;
  ended_as: TransferResult | null;
  calls: number;
}

function readAgent({ agent, is_engaged, ended_at, ended_as, calls }: AgentRow): SeenAgent {
  return {
    ...{ agent, isEngaged: is_engaged, calls },
    left: ended_at === null ? null : { at: ended_at, as: ended_as },
  };
}

async function claimTransfer(pool: Pool, claim: TransferClaim): ReturnType<Ledger['claimTransfer']> {
  const { trunk, now, channels, spacingMs, reserveUntil } = claim;
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const seen = await lookAt(pool, claim);
    if (claim.isAgent && seen.is_engaged) return 'agent_engaged';
    if (!seen.is_open || seen.live >= channels) return 'no_channel';
    const sendAt = Math.max(now, seen.next_send_at);
    if (sendAt > reserveUntil) return 'no_instant';
    const pace = paceFactor({ factor: seen.pace_factor, slowedAt: seen.pace_slowed_at }, now);
    const next = isoInstant(afterInstant(sendAt, spacingMs / pace));
    const values = [trunk, isoInstant(seen.next_send_at), next, rowOf(claim, sendAt)];
    const query = { name: 'keep_transfer', text: keepTransfer, values };
    const kept = await keep(pool, query);
    if (kept === 'agent_engaged') return kept;
    if (kept === 'kept') return { sendAt };
  }
  return 'no_instant';
}

/** Of two who claim one agent over two trunks, neither sees the other: the index lets one of them pass. */
async function keep(pool: Pool, query: QueryConfig): Promise<'kept' | 'overtaken' | 'agent_engaged'> {
  try {
    const rows = await withClient(pool, (client) => runQuery(client, query));
    return rows.length > 0 ? 'kept' : 'overtaken';
  } catch (error) {
    if (!isRefusal(error, sqlState.uniqueViolation, 'transfers_one_live_per_agent')) throw error;
    return 'agent_engaged';
  }
}

interface TrunkRow {
  next_send_at: number;
  pace_factor: number;
  pace_slowed_at: number;
  is_open: boolean;
  live: number;
  is_engaged: boolean;
}

async function lookAt(
  pool: Pool,
  { trunk, now, lease, reservedForIncoming = 0, callee }: TransferClaim,
): Promise<TrunkRow> {
  const values = [trunk, isoInstant(now), lease.asterisk, lease.epoch, reservedForIncoming, callee];
  const query = { name: 'look_at_trunk', text: lookAtTrunk, values };
  return withClient(pool, async (client) => {
    for (;;) {
      const [row] = await runQuery<TrunkRow>(client, query);
      if (row) return row;
      await addTrunkRow(client, { trunk, now });
    }
  });
}

function rowOf(claim: TransferClaim, sendAt: number): string {
  const { leg, callId, trunk, callerId, now, lease, legLimitMs, callee, isAgent } = claim;
  return JSON.stringify({
    ...{ id: leg, call_id: callId, trunk, caller_id: callerId },
    ...{ send_at: isoInstant(sendAt), started_at: isoInstant(now) },
    ...{ asterisk: lease.asterisk, gone_by: isoInstant(goneBy(sendAt, legLimitMs)) },
    ...{ callee, is_agent: isAgent },
  });
}
