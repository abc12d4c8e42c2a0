import { randomBytes } from 'node:crypto';
import type { EndpointId, EventId, IdSource } from '../domain/ids.ts';
import type { Clock } from '../lib/clock.ts';
import type { Replayed, ReplayRequest } from '../db/replay-events.ts';
import type { Disabling, WebhookEndpointStore } from '../db/webhook-endpoint-store.ts';
import { checkWebhookUrl } from '../webhooks/url-guard.ts';
import type { WebhookPolicy } from '../webhooks/address-guard.ts';
import type { WebhookSender } from '../webhooks/webhook-sender.ts';
import type {
  ChangeWebhookEndpoint,
  ChangeWebhookEndpointResult,
  CreateWebhookEndpointResult,
  NewWebhookEndpoint,
  RotateWebhookSecretResult,
  WebhookTestResult,
} from './webhook-use-cases.ts';

export interface WebhookEndpointDependencies {
  endpoints: WebhookEndpointStore;
  sender: WebhookSender;
  policy: WebhookPolicy;
  clock: Clock;
  ids: IdSource;
  replay: (request: ReplayRequest) => Promise<Replayed>;
  /** Deliveries may be due now. */
  wakeDelivery: () => void;
}

/** Registers an endpoint; sends nothing by itself. The secret is shown this once. */
export async function createWebhookEndpoint(
  deps: WebhookEndpointDependencies,
  request: NewWebhookEndpoint,
): Promise<CreateWebhookEndpointResult> {
  const checked = checkWebhookUrl(request.url, deps.policy);
  if (!checked.allowed) return { result: 'invalid', faults: [{ pointer: '/url', detail: checked.detail }] };
  const secret = newSecret();
  const endpoint = {
    ...request,
    id: deps.ids.newId('whe'),
    disabledReason: null,
    createdAt: deps.clock.now(),
  };
  await deps.endpoints.create({ ...endpoint, secret });
  return { result: 'created', endpoint, secret };
}

/**
 * Changes what was given, and nothing else. Of events that are reported from now on; what waits already is sent, and to a new URL at once. Who enables
 * an endpoint again has it replay what it missed.
 */
export async function changeWebhookEndpoint(
  deps: WebhookEndpointDependencies,
  { id, mayShowNumbers, changes }: ChangeWebhookEndpoint,
): Promise<ChangeWebhookEndpointResult> {
  const { enabled, ...fields } = changes;
  const checked = fields.url === undefined ? null : checkWebhookUrl(fields.url, deps.policy);
  if (checked?.allowed === false)
    return { result: 'invalid', faults: [{ pointer: '/url', detail: checked.detail }] };
  const now = deps.clock.now();
  const disabled = enabled === false ? disablingOf(deps, 'It was disabled over the API.') : null;
  const changed = await deps.endpoints.change(id, {
    ...{ ...fields, mayShowNumbers, now },
    ...(enabled === undefined ? {} : { disabled }),
  });
  if (changed.result === 'changed') deps.wakeDelivery();
  return changed;
}

/** The receiver wants no more at this URL; does nothing where the endpoint has another one by now. The other endpoints are told. */
export async function disableWebhookEndpoint(
  deps: Pick<WebhookEndpointDependencies, 'endpoints' | 'clock' | 'ids' | 'wakeDelivery'>,
  { id, url, reason }: { id: EndpointId; url: string; reason: string },
): Promise<void> {
  const isDisabled = await deps.endpoints.disable(id, { ...disablingOf(deps, reason), url });
  if (isDisabled) deps.wakeDelivery();
}

function disablingOf(
  { clock, ids }: Pick<WebhookEndpointDependencies, 'clock' | 'ids'>,
  reason: string,
): Disabling {
  return { reason, at: clock.now(), event: ids.newId('evt') };
}

/** A new secret, shown this once. For `overlapMs` the one before signs as well, so that no receiver misses an event while it changes over. */
export async function rotateWebhookSecret(
  deps: Pick<WebhookEndpointDependencies, 'endpoints' | 'clock'>,
  { id, overlapMs }: { id: EndpointId; overlapMs: number },
): Promise<RotateWebhookSecretResult> {
  const secret = newSecret();
  const previousUntil = overlapMs === 0 ? null : deps.clock.now() + overlapMs;
  const rotated = await deps.endpoints.rotateSecret(id, { secret, previousUntil });
  return rotated === 'not_found' ? { result: 'not_found' } : { result: 'rotated', secret, previousUntil };
}

/** Most events of one replay; with more, the reply says where to go on. Queueing so many takes under a second. */
const mostReplayed = 10_000;

/** Has events of the feed delivered once more. */
export async function replayWebhookEvents(
  deps: Pick<WebhookEndpointDependencies, 'ids' | 'replay' | 'wakeDelivery'>,
  { id, after }: { id: EndpointId; after: EventId | null },
): Promise<Replayed> {
  const request = { endpoint: id, after, id: deps.ids.newId('dlv'), limit: mostReplayed };
  const replayed = await deps.replay(request);
  deps.wakeDelivery();
  return replayed;
}

/** Sends one signed event at once, beside the queue and only once, and tells what came back; null when there is no such endpoint. */
export async function testWebhookEndpoint(
  deps: WebhookEndpointDependencies,
  id: EndpointId,
): Promise<WebhookTestResult | null> {
  const endpoint = await deps.endpoints.withSecrets(id, deps.clock.now());
  if (!endpoint) return null;
  const event = { id: deps.ids.newId('evt'), body: '' };
  event.body = JSON.stringify({
    type: 'webhook_endpoint.test',
    timestamp: new Date(deps.clock.now()).toISOString(),
    id: event.id,
    sequence: null,
    data: { endpoint: { id: endpoint.id, url: endpoint.url } },
  });
  const sent = await deps.sender.send({ url: endpoint.url, secrets: endpoint.secrets, event });
  if (sent.result === 'delivered')
    return { delivered: true, detail: `The receiver answered ${sent.status}.` };
  return {
    delivered: false,
    detail: sent.result === 'gone' ? 'The receiver answered 410: it wants no events.' : sent.reason,
  };
}

/** 24 bytes and more are what Standard Webhooks asks for. */
function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}
