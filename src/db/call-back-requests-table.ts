import type { ColumnType, Generated } from 'kysely';
import type { Instant, InstantOrNull } from './schema.ts';

/** Made by a trigger of the event that reports it; see `migrations/0018-call-back-requests.ts`. */
export interface CallBackRequestsTable {
  id: string;
  call_id: string;
  person: string;
  campaign_id: string | null;
  reference: string | null;
  member: string | null;
  question: string;
  value: string;
  language: string;
  requested_at: Instant;
  state: Generated<'open' | 'claimed' | 'done'>;
  agent: string | null;
  claimed_until: InstantOrNull;
  result: string | null;
  done_at: InstantOrNull;
  history: ColumnType<unknown, string | undefined, string>;
}
