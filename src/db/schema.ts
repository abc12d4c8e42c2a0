import type { ColumnType, Generated } from 'kysely';
import type { ApiKeysTable } from './api-keys-table.ts';
import type { ErasuresTable } from './erasures-table.ts';
import type { CallBackRequestsTable } from './call-back-requests-table.ts';
import type {
  DeliveriesTable,
  EventsTable,
  SettledDeliveriesTable,
  WebhookEndpointsTable,
} from './event-tables.ts';
import type {
  LiftedOptOutsTable,
  LineCallersTable,
  LinesTable,
  MissedCallsTable,
  OptInsTable,
  OptOutsTable,
} from './line-tables.ts';
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
  queue: QueueTable;
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
  api_keys: ApiKeysTable;
  erasures: ErasuresTable;
}

export type Instant = ColumnType<number, Date, Date>;
export type InstantOrNull = ColumnType<number | null, Date | null, Date | null>;

interface VaultKeysTable {
  key_id: string;
  first_used_at: Generated<number>;
  /** Null for the first. */
  sealed_lasting_keys: Buffer | null;
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

/** A row for each call that waits, kept by triggers; the moves and claims that read its other columns do so in SQL of their own. */
interface QueueTable {
  call_id: string;
  status: CallStatus;
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

interface IdempotencyKeysTable {
  owner: string;
  key: string;
  body_hash: string;
  call_id: string;
  reply: string;
  created_at: Instant;
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
