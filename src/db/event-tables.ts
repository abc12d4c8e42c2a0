import type { Generated } from 'kysely';
import type { Instant, InstantOrNull } from './schema.ts';

/** Events, and where they are sent; see `Schema`. */

export interface EventsTable {
  day: string;
  id: string;
  xid: Generated<string>;
  type: string;
  call_id: string | null;
  sequence: number | null;
  at: Instant;
  body: string;
}

export interface WebhookEndpointsTable {
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

export interface DeliveriesTable extends DeliveryColumns {
  sequence: number | null;
  next_try_at: Instant;
  claimed_until: InstantOrNull;
}

export interface SettledDeliveriesTable extends DeliveryColumns {
  state: 'delivered' | 'dead';
  settled_at: Instant;
}
