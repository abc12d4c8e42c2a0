import { sql, type Kysely, type Selectable } from 'kysely';
import type { PersonHash } from '../domain/calls/call.ts';
import type { CallId, MissedCallId, OptInId, OptOutId } from '../domain/ids.ts';
import type { OptIn, OptInProof } from '../domain/lines/opt-in.ts';
import type { OptOut } from '../domain/lines/opt-out.ts';
import { assert } from '../lib/assert.ts';
import { isoInstant } from '../lib/iso-instant.ts';
import type { Schema } from './schema.ts';

export type OptInRow = Selectable<Schema['opt_ins']>;

/** As it travels to the database, as JSON. */
export function optInRowOf({ id, person, member, list, at, proof }: OptIn) {
  const base = { id, person, member, list, source: proof.source, at: isoInstant(at) };
  switch (proof.source) {
    case 'missed_call':
      return { ...base, line: proof.line, missed_call_id: proof.missedCall };
    case 'call': {
      const { call, step, key, flow, language } = proof;
      return { ...base, call_id: call, step, key, flow_id: flow.id, flow_version: flow.version, language };
    }
    case 'import':
      return base;
  }
}

export function optInOf(row: OptInRow): OptIn {
  return {
    id: row.id as OptInId,
    person: row.person as PersonHash,
    member: row.member,
    list: row.list,
    at: row.at,
    proof: proofOf(row),
  };
}

function proofOf(row: OptInRow): OptInProof {
  if (row.source === 'import') return { source: 'import' };
  if (row.source === 'missed_call')
    return { source: 'missed_call', missedCall: row.missed_call_id as MissedCallId, line: row.line ?? '' };
  const { call_id: call, step, key, flow_id: flow, flow_version: version, language } = row;
  assert(
    call !== null && step !== null && key !== null && flow !== null,
    'an opt-in by a call has its proof',
  );
  return {
    ...{ source: 'call', call: call as CallId, step, key },
    ...{ flow: { id: flow, version: version ?? 0 }, language: language ?? '' },
  };
}

/** In the caller's transaction. */
export async function insertOptIns(query: Kysely<Schema>, optIns: readonly OptIn[]): Promise<void> {
  if (optIns.length === 0) return;
  const rows = JSON.stringify(optIns.map(optInRowOf));
  await sql`insert into opt_ins select * from jsonb_populate_recordset(null::opt_ins, ${rows}::jsonb)`.execute(
    query,
  );
}

export type OptOutRow = Selectable<Schema['opt_outs']>;

export function optOutOf(row: OptOutRow): OptOut {
  return {
    id: row.id as OptOutId,
    person: row.person as PersonHash,
    scope: row.scope,
    source: row.source,
    at: row.created_at,
    callId: row.call_id as CallId | null,
    missedCallId: row.missed_call_id as MissedCallId | null,
    line: row.line,
  };
}

/** In the caller's transaction; whoever opted out of the same before stays as they are. Resolves the ids of those that are new. */
export async function insertOptOuts(
  query: Kysely<Schema>,
  optOuts: readonly OptOut[],
): Promise<Set<OptOutId>> {
  if (optOuts.length === 0) return new Set();
  const rows = optOuts
    .map(({ id, person, scope, source, at, callId, missedCallId, line }) => ({
      ...{ id, person, scope, source, created_at: isoInstant(at), line },
      ...{ call_id: callId, missed_call_id: missedCallId },
    }))
    .sort((one, other) => (one.person < other.person ? -1 : 1));
  const inserted = await sql<{ id: OptOutId }>`
    insert into opt_outs (id, person, scope, source, created_at, call_id, missed_call_id, line)
    select id, person, scope, source, created_at, call_id, missed_call_id, line
    from jsonb_populate_recordset(null::opt_outs, ${JSON.stringify(rows)}::jsonb)
    on conflict (person, scope) do nothing returning id`.execute(query);
  return new Set(inserted.rows.map(({ id }) => id));
}
