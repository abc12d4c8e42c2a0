import type { PoolClient } from 'pg';
import type {
  Attempt,
  Call,
  CallResponse,
  CallState,
  Outcome,
  PersonHash,
  Priority,
  Purpose,
} from '../domain/calls/call.ts';
import type { Fault, VerdictReason } from '../domain/calls/verdict.ts';
import type { CallId } from '../domain/ids.ts';
import type { FlowSession } from '../domain/flows/flow-session.ts';
import { assert } from '../lib/assert.ts';
import type { AttemptRow, CallRow, MovableColumns, ResponseRow, StoredRequest } from './call-row.ts';
import { runQuery } from './run-query.ts';

/** A whole call with its attempts and responses, as one row, for `callOf`; the statement goes on with more columns or `fromCalls`. */
export const selectCall = `
select c.*,
  (select json_agg(a order by a.number) from attempts a where a.call_id = c.id) as attempts,
  (select json_agg(r order by r.position) from responses r where r.call_id = c.id) as responses`;
/** Goes on with a join or a condition on `c`. */
export const fromCalls = `
from calls c `;

/** Each by its name: prepared once for a connection. */
const conditions = {
  by_ids: `where c.id = any($1) order by array_position($1, c.id)`,
  live: `where c.id = any(array(select call_id from attempts where ended_at is null and asterisk = coalesce($1, asterisk))) order by c.id`,
  overdue: `where c.id = any(array(select call_id from attempts where ended_at is null and gone_by <= $1)) order by c.id limit $2`,
  expired: `where c.id = any(array(select call_id from queue where not_after <= $1 order by not_after limit $2)) order by c.not_after, c.id`,
};

/** Calls by one of the conditions above. `by_ids` keeps the order of the ids, and leaves out those that are not there. */
export async function loadCalls(
  client: Pick<PoolClient, 'query'>,
  by: keyof typeof conditions,
  values: unknown[],
): Promise<Call[]> {
  const rows = await runQuery<LoadedRow>(client, {
    name: `load_calls_${by}`,
    text: selectCall + fromCalls + conditions[by],
    values,
  });
  return rows.map(callOf);
}

type Instants<Row, Columns extends keyof Row> = Omit<Row, Columns> & Record<Columns, number>;
export type LoadedRow = Instants<CallRow, 'not_after' | 'created_at'> &
  Omit<MovableColumns, 'next_attempt_at' | 'ended_at'> & {
    not_before: number | null;
    next_attempt_at: number | null;
    ended_at: number | null;
    attempts: AttemptRow[] | null;
    responses: ResponseRow[] | null;
  };

export function callOf(row: LoadedRow): Call {
  const attempts = (row.attempts ?? []).map(attemptOf);
  return {
    id: row.id as CallId,
    direction: row.direction,
    line: row.line,
    reference: row.reference,
    campaignId: row.campaign_id,
    list: row.list,
    person: row.person as PersonHash,
    toMasked: row.to_masked,
    language: row.language,
    flow: { id: row.flow_id, version: row.flow_version },
    priority: row.priority as Priority,
    purpose: row.purpose as Purpose,
    ...row.request,
    // Calls of before these were built do not have them.
    record: (row.request as Partial<StoredRequest>).record ?? false,
    machineDetection: (row.request as Partial<StoredRequest>).machineDetection ?? false,
    notBefore: row.not_before,
    notAfter: row.not_after,
    callerId: row.caller_id,
    trunk: row.trunk,
    maxDurationMs: row.max_duration_ms,
    createdAt: row.created_at,
    responses: (row.responses ?? []).map(responseOf),
    attempts,
    state: stateOf(row, attempts),
    progress: row.progress,
    sequence: row.sequence,
    revision: row.revision,
  };
}

/** CHECK constraints say the same: what a state needs is there in it. */
function stateOf(row: LoadedRow, attempts: readonly Attempt[]): CallState {
  switch (row.status as CallState['status']) {
    case 'queued':
    case 'waiting_retry':
      assert(row.next_attempt_at !== null, 'a waiting call has its next attempt');
      return { status: row.status as 'queued' | 'waiting_retry', nextAttemptAt: row.next_attempt_at };
    case 'dialing':
      return { status: 'dialing', attempt: attempts.length };
    case 'in_progress':
      return { status: 'in_progress', attempt: attempts.length, session: row.session as FlowSession };
    case 'ended':
      assert(row.ended_at !== null && row.outcome !== null, 'an ended call has its outcome');
      return {
        status: 'ended',
        endedAt: row.ended_at,
        outcome: row.outcome as Outcome,
        blockedBy: row.blocked_by,
        problem: row.problem as Extract<CallState, { status: 'ended' }>['problem'],
      };
  }
}

function attemptOf(row: AttemptRow): Attempt {
  return {
    id: row.id,
    number: row.number,
    trunk: row.trunk,
    asterisk: row.asterisk,
    epoch: row.lease_epoch,
    callerId: row.caller_id,
    sendAt: Date.parse(row.send_at),
    startedAt: Date.parse(row.started_at),
    goneBy: Date.parse(row.gone_by),
    ringingAt: parseOrNull(row.ringing_at),
    answeredAt: parseOrNull(row.answered_at),
    recording: row.recording_ms === null ? null : { durationMs: row.recording_ms },
    endRequested: row.end_requested,
    ended: endOf(row),
  };
}

function endOf(row: AttemptRow): Attempt['ended'] {
  if (row.ended_at === null) return null;
  const { sip_code: sipCode, q850_cause: q850Cause } = row;
  return {
    at: Date.parse(row.ended_at),
    verdict: {
      reason: row.reason as VerdictReason,
      fault: row.fault as Fault,
      retryable: row.retryable as boolean,
      sipCode,
      q850Cause,
    },
  };
}

function responseOf(row: ResponseRow): CallResponse {
  return {
    question: row.question,
    value: row.value,
    key: row.key,
    givenOn: row.given_on,
    attempt: row.attempt,
    at: Date.parse(row.at),
    correct: row.correct,
    person: row.person === '' ? null : row.person,
    ...(row.consent ? { consent: row.consent } : {}),
  };
}

function parseOrNull(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}
