import type { ColumnType, Generated } from 'kysely';
import type { Instant, InstantOrNull } from './schema.ts';

/** Lines that people call, what calls to them come to, and the opt-ins and opt-outs that follow from them and from others; see `Schema`. */

export interface OptOutsTable {
  id: string;
  person: string;
  scope: string;
  source: Generated<'key' | 'api' | 'missed_call' | 'import'>;
  call_id: string | null;
  missed_call_id: string | null;
  line: string | null;
  created_at: Instant;
}

export interface LinesTable {
  number: string;
  definition: ColumnType<unknown, string, string>;
  created_at: Instant;
  changed_at: Instant;
}

export interface MissedCallsTable {
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

export interface LineCallersTable {
  line: string;
  person: string;
  original_id: string | null;
  original_at: InstantOrNull;
  repeats: number;
  placing_until: Instant;
}

export interface OptInsTable {
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

export interface LiftedOptOutsTable {
  id: string;
  person: string;
  scope: string;
  source: 'key' | 'api' | 'missed_call' | 'import';
  created_at: Instant;
  lifted_at: Instant;
  lifted_by: string;
}
