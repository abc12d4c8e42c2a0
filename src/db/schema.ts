import type { ColumnType, Generated } from 'kysely';
import type { CallBackRequestsTable } from './call-back-requests-table.ts';
import type { Outcome, Priority, Purpose } from '../domain/calls/call.ts';
import type { CallStatus } from '../domain/calls/call.ts';
import type { CampaignStatus } from '../domain/campaigns/campaign.ts';

/**
 * The tables as TypeScript sees them; `migrations/` makes them. Instants are milliseconds since 1970 when read, and a Date or an ISO
 * string when written; days are `YYYY-MM-DD`, in UTC.
 */
export interface Schema {
  vault_keys: VaultKeysTable;
  phone_numbers: PhoneNumbersTable;
  flows: FlowsTable;
  prompts: PromptsTable;
  calls: CallsTable;
  attempts: AttemptsTable;
  timeline_entries: TimelineEntriesTable;
  opt_outs: OptOutsTable;
  idempotency_keys: IdempotencyKeysTable;
  events: EventsTable;
  webhook_endpoints: WebhookEndpointsTable;
  deliveries: DeliveriesTable;
  settled_deliveries: SettledDeliveriesTable;
  trunks: TrunksTable;
  campaigns: CampaignsTable;
  voice_messages: VoiceMessagesTable;
  lines: LinesTable;
  missed_calls: MissedCallsTable;
  line_callers: LineCallersTable;
  opt_ins: OptInsTable;
  lifted_opt_outs: LiftedOptOutsTable;
  transfers: TransfersTable;
  call_back_requests: CallBackRequestsTable;
}

export type Instant = ColumnType<number, Date, Date>;
export type InstantOrNull = ColumnType<number | null, Date | null, Date | null>;

interface VaultKeysTable {
  key_id: string;
  first_used_at: Generated<number>;
}

interface PhoneNumbersTable {
  person: string;
  sealed_number: Buffer;
}

interface FlowsTable {
  id: string;
  version: number;
  definition: ColumnType<unknown, string, never>;
  created_at: Instant;
}

interface PromptsTable {
  id: string;
  language: string;
  version: number;
  words: string | null;
  recording_hash: string | null;
  original_hash: string | null;
  original_format: string | null;
  original_bytes: number | null;
  duration_ms: number | null;
  loudness_dbfs: number | null;
  created_at: Instant;
  deleted_at: InstantOrNull;
}

/** What lists filter by; whole calls are read by `load-call.ts`. */
interface CallsTable {
  id: string;
  status: CallStatus;
  outcome: Outcome | null;
  direction: 'outgoing' | 'incoming';
  line: string | null;
  person: string;
  to_masked: string;
  language: string;
  flow_id: string;
  flow_version: number;
  reference: string | null;
  campaign_id: string | null;
  trunk: string | null;
  priority: Priority;
  purpose: Purpose;
  next_attempt_at: InstantOrNull;
  not_after: Instant;
  created_at: Instant;
  ended_at: InstantOrNull;
}

interface AttemptsTable {
  id: string;
  call_id: string;
  number: number;
  person: string;
  trunk: string;
  ended_at: InstantOrNull;
}

interface TimelineEntriesTable {
  call_id: string;
  revision: number;
  entries: ColumnType<unknown, string, never>;
}

interface OptOutsTable {
  id: string;
  person: string;
  scope: string;
  source: Generated<'key' | 'api' | 'missed_call' | 'import'>;
  call_id: string | null;
  missed_call_id: string | null;
  line: string | null;
  created_at: Instant;
}

interface IdempotencyKeysTable {
  owner: string;
  key: string;
  body_hash: string;
  call_id: string;
  reply: string;
  created_at: Instant;
}

interface EventsTable {
  day: string;
  id: string;
  xid: Generated<string>;
  type: string;
  call_id: string | null;
  sequence: number | null;
  at: Instant;
  body: string;
}

interface WebhookEndpointsTable {
  id: string;
  url: string;
  event_types: string[] | null;
  numbers: 'masked' | 'clear';
  description: string | null;
  sealed_secret: Buffer;
  previous_sealed_secret: Buffer | null;
  previous_secret_until: InstantOrNull;
  created_at: Instant;
  disabled_at: InstantOrNull;
  disabled_reason: string | null;
}

interface DeliveryColumns {
  id: string;
  endpoint_id: string;
  event_id: string;
  day: string;
  event_type: string;
  call_id: string | null;
  tries: number;
  last_status: number | null;
  last_error: string | null;
  created_at: Instant;
}

interface DeliveriesTable extends DeliveryColumns {
  sequence: number | null;
  next_try_at: Instant;
  claimed_until: InstantOrNull;
}

interface SettledDeliveriesTable extends DeliveryColumns {
  state: 'delivered' | 'dead';
  settled_at: Instant;
}

interface VoiceMessagesTable {
  id: string;
  call_id: string;
  question: string;
  attempt: number;
  reference_number: string;
  duration_ms: number;
  recorded_at: Instant;
  prompt_id: string | null;
  prompt_language: string | null;
  prompt_version: number | null;
  prompt_refusal: string | null;
}

interface TransfersTable {
  id: string;
  call_id: string;
  trunk: string;
  caller_id: string | null;
  send_at: Instant;
  started_at: Instant;
  asterisk: string;
  gone_by: Instant;
  ended_at: InstantOrNull;
  callee: string | null;
  is_agent: Generated<boolean>;
  ended_as: string | null;
}

interface TrunksTable {
  name: string;
  next_send_at: Instant;
  revision: Generated<number>;
  drained_at: InstantOrNull;
  pace_factor: Generated<number>;
  pace_slowed_at: ColumnType<number, Date | undefined, Date>;
  closed_until: InstantOrNull;
  down_until: InstantOrNull;
  health: ColumnType<unknown, string | undefined, string>;
  reported_up: Generated<boolean>;
}

interface CampaignsTable {
  id: string;
  revision: number;
  status: CampaignStatus;
  state: ColumnType<unknown, string, string>;
  name: string;
  flow_id: string;
  flow_version: number;
  list: string | null;
  priority: Priority;
  purpose: Purpose;
  calls_per_second: number | null;
  max_concurrent: number | null;
  starts_at: InstantOrNull;
  ends_at: InstantOrNull;
  caller_id: string | null;
  request: ColumnType<unknown, string, string>;
  created_at: Instant;
  next_send_at: ColumnType<number, Date | undefined, Date>;
  pilot_left: number | null;
}

interface LinesTable {
  number: string;
  definition: ColumnType<unknown, string, string>;
  created_at: Instant;
  changed_at: Instant;
}

interface MissedCallsTable {
  id: string;
  leg: string;
  line: string;
  caller: 'person' | 'withheld' | 'unreadable' | 'not_callable' | 'own_number';
  person: string | null;
  trunk: string;
  received_at: Instant;
  duplicate_of: string | null;
  blocked_by: string | null;
  call_back: 'none' | 'due' | 'placed' | 'joined' | 'dropped';
  call_back_at: InstantOrNull;
  call_back_problem: string | null;
  call_id: string | null;
}

interface LineCallersTable {
  line: string;
  person: string;
  original_id: string | null;
  original_at: InstantOrNull;
  repeats: number;
  placing_until: Instant;
}

interface OptInsTable {
  id: string;
  person: string;
  member: string | null;
  list: string;
  source: 'missed_call' | 'call' | 'import';
  at: Instant;
  line: string | null;
  missed_call_id: string | null;
  call_id: string | null;
  step: string | null;
  key: string | null;
  flow_id: string | null;
  flow_version: number | null;
  language: string | null;
}

interface LiftedOptOutsTable {
  id: string;
  person: string;
  scope: string;
  source: 'key' | 'api' | 'missed_call' | 'import';
  created_at: Instant;
  lifted_at: Instant;
  lifted_by: string;
}
