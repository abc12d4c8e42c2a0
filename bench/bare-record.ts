import { randomUUID } from 'node:crypto';
import { Pool, type PoolConfig } from 'pg';

export interface BareCall {
  id: string;
  to: string;
  status: 'queued' | 'dialing' | 'in_progress' | 'ended';
  /** Of its last event. */
  sequence: number;
  /** When all its events until now are with the receiver; null before the first. */
  told: Promise<void> | null;
}

export interface BareRecordedEvent {
  id: string;
  body: string;
}

export interface BareRecord {
  /** Resolves when the call and its first event are committed. */
  accept(call: BareCall): Promise<void>;
  /** Kept together with the moves of other calls, and told of when it is committed. */
  move(call: BareCall, type: string, status: BareCall['status']): void;
  /** Written down together with others. */
  delivered(eventId: string): void;
}

/** As often as the gateway writes its own. */
const writeMovesEveryMs = 100;
const writeDeliveredEveryMs = 500;

const schema = `
create table calls (id text primary key, recipient text not null, status text not null);
create table events (id text primary key, call_id text not null, sequence int not null, body text not null);
create table deliveries (event_id text primary key, delivered boolean not null default false)`;

const acceptCall = `
with call as (insert into calls values ($1, $2, 'queued')), event as (insert into events values ($3, $1, 1, $4))
insert into deliveries values ($3)`;

const writeMoves = `
with move as (select * from jsonb_to_recordset($1) as m(id text, status text)),
moved as (update calls c set status = m.status from move m where c.id = m.id),
event as (insert into events select * from jsonb_to_recordset($2) as e(id text, call_id text, sequence int, body text) returning id)
insert into deliveries select id from event`;

const writeDelivered = `update deliveries set delivered = true where event_id = any($1)`;

export async function openBareRecord(
  postgres: PoolConfig,
  onKept: (call: BareCall, events: readonly BareRecordedEvent[]) => void,
): Promise<BareRecord> {
  const pool = new Pool({ ...postgres, max: 4 });
  await pool.query(schema);
  let moves = new Map<BareCall, BareRow[]>();
  let delivered: string[] = [];

  async function writeAllMoves(): Promise<void> {
    const kept = moves;
    if (kept.size === 0) return;
    moves = new Map();
    const calls = [...kept.keys()].map(({ id, status }) => ({ id, status }));
    const events = [...kept.values()].flat();
    const values = [JSON.stringify(calls), JSON.stringify(events)];
    await pool.query({ name: 'moves', text: writeMoves, values });
    for (const [call, rows] of kept) onKept(call, rows);
  }
  async function writeAllDelivered(): Promise<void> {
    const ids = delivered;
    if (ids.length === 0) return;
    delivered = [];
    await pool.query({ name: 'delivered', text: writeDelivered, values: [ids] });
  }
  setInterval(() => void writeAllMoves(), writeMovesEveryMs);
  setInterval(() => void writeAllDelivered(), writeDeliveredEveryMs);

  return {
    async accept(call) {
      const row = rowOf(call, 'call.queued');
      await pool.query({ name: 'accept', text: acceptCall, values: [call.id, call.to, row.id, row.body] });
      onKept(call, [row]);
    },
    move(call, type, status) {
      call.status = status;
      const rows = moves.get(call) ?? [];
      rows.push(rowOf(call, type));
      moves.set(call, rows);
    },
    delivered: (eventId) => void delivered.push(eventId),
  };
}

interface BareRow extends BareRecordedEvent {
  call_id: string;
  sequence: number;
}

function rowOf(call: BareCall, type: string): BareRow {
  call.sequence += 1;
  const { id: call_id, sequence } = call;
  const id = `evt_${randomUUID()}`;
  const body = JSON.stringify({
    ...{ type, timestamp: new Date().toISOString(), id, sequence },
    data: { call: viewOf(call) },
  });
  return { id, body, call_id, sequence };
}

/** As many fields as the gateway's view of a call has; most of them do not change. */
function viewOf({ id, to, status }: BareCall): object {
  const at = '2026-11-22T03:00:00.000Z';
  const verdict = { reason: 'answered', fault: 'none', retryable: false, sip_code: 200, q850_cause: 16 };
  const times = { started_at: at, ringing_at: at, answered_at: at, ended_at: at };
  const attempt = { id, number: 1, trunk: 'carrier-a', caller_id: '+911412345678', ...times };
  const response = {
    question: 'q1',
    value: 'yes',
    key: '1',
    given_on: 'call',
    attempt: 1,
    at,
    correct: null,
  };
  return {
    ...{ id, to, status, outcome: status === 'ended' ? 'completed' : null, reached: null, human: true },
    ...{ direction: 'outgoing', flow: 'bench@1', language: 'en', reference: null, priority: 'normal' },
    ...{ purpose: 'service', list: null, campaign_id: null, not_before: null, not_after: at, score: null },
    ...{
      responses: [response],
      people: [],
      resume_at: null,
      heard_percent: 100,
      result: null,
      record: false,
    },
    attempts: [{ ...attempt, recording: null, verdict }],
    ...{ blocked_by: null, problem: null, next_attempt_at: null, created_at: at, ended_at: at, metadata: {} },
  };
}
