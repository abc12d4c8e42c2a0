import type { DeliveryFilter, ListedDelivery } from '../db/delivery-list.ts';
import type { Replayed } from '../db/replay-events.ts';
import type { WebhookEndpoint } from '../db/webhook-endpoint-store.ts';
import type { EndpointId, EventId } from '../domain/ids.ts';
import type { Fault } from '../domain/fault.ts';

/** HTTP shows them, and may not know the database. */
export type { ListedDelivery, WebhookEndpoint };

/** What can be asked about endpoints and what was delivered to them; see `UseCases`. */
export interface WebhookUseCases {
  createWebhookEndpoint(request: NewWebhookEndpoint): Promise<CreateWebhookEndpointResult>;
  listWebhookEndpoints(page: { after: EndpointId | null; limit: number }): Promise<WebhookEndpoint[]>;
  readWebhookEndpoint(id: EndpointId): Promise<WebhookEndpoint | null>;
  changeWebhookEndpoint(request: ChangeWebhookEndpoint): Promise<ChangeWebhookEndpointResult>;
  rotateWebhookSecret(request: { id: EndpointId; overlapMs: number }): Promise<RotateWebhookSecretResult>;
  /** Has events that were reported after this one delivered once more; from the oldest that is kept where it is null. */
  replayWebhookEvents(request: { id: EndpointId; after: EventId | null }): Promise<Replayed>;
  deleteWebhookEndpoint(id: EndpointId): Promise<'deleted' | 'not_found'>;
  /** Newest first, after the id that the page before ended with. */
  listDeliveries(page: DeliveryFilter): Promise<ListedDelivery[]>;
  /** By endpoint, those that have any; counted up to some thousands. */
  countDeadDeliveries(): Promise<ReadonlyMap<EndpointId, number>>;
  /** Sends a signed `webhook_endpoint.test` event at once, once, and says what came back. */
  testWebhookEndpoint(id: EndpointId): Promise<WebhookTestResult | null>;
}

export interface NewWebhookEndpoint {
  url: string;
  /** Null for all. */
  eventTypes: string[] | null;
  numbers: 'masked' | 'clear';
  description: string | null;
}

export type CreateWebhookEndpointResult =
  { result: 'created'; endpoint: WebhookEndpoint; secret: string } | { result: 'invalid'; faults: Fault[] };

/** Fields that are left out stay as they are. */
export interface ChangeWebhookEndpoint {
  id: EndpointId;
  changes: Partial<NewWebhookEndpoint> & { enabled?: boolean };
  /** Whether who asks may see numbers in clear, and so say where they are sent. */
  mayShowNumbers: boolean;
}

export type ChangeWebhookEndpointResult =
  | { result: 'changed'; endpoint: WebhookEndpoint }
  | { result: 'invalid'; faults: Fault[] }
  | { result: 'not_allowed' }
  | { result: 'not_found' };

export type RotateWebhookSecretResult =
  /** Until `previousUntil` the secret before signs as well; null where it was dropped at once. */
  { result: 'rotated'; secret: string; previousUntil: number | null } | { result: 'not_found' };

export interface WebhookTestResult {
  delivered: boolean;
  /** What came back, or why nothing did: a sentence. */
  detail: string;
}
