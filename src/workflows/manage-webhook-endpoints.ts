import { randomBytes } from 'node:crypto';
import type { EndpointId, IdSource } from '../domain/ids.ts';
import type { Clock } from '../lib/clock.ts';
import type { WebhookEndpointStore } from '../db/webhook-endpoint-store.ts';
import { checkWebhookUrl } from '../webhooks/url-guard.ts';
import type { WebhookPolicy } from '../webhooks/address-guard.ts';
import type { WebhookSender } from '../webhooks/webhook-sender.ts';
import type { CreateWebhookEndpointResult, NewWebhookEndpoint, WebhookTestResult } from './use-cases.ts';

export interface WebhookEndpointDependencies {
  endpoints: WebhookEndpointStore;
  sender: WebhookSender;
  policy: WebhookPolicy;
  clock: Clock;
  ids: IdSource;
}

/** Registers an endpoint; sends nothing by itself. The secret is shown this once. */
export async function createWebhookEndpoint(
  deps: WebhookEndpointDependencies,
  request: NewWebhookEndpoint,
): Promise<CreateWebhookEndpointResult> {
  const checked = checkWebhookUrl(request.url, deps.policy);
  if (!checked.allowed) return { result: 'invalid', faults: [{ pointer: '/url', detail: checked.detail }] };
  // 24 bytes and more are what Standard Webhooks asks for.
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const endpoint = {
    ...request,
    id: deps.ids.newId('whe'),
    disabledReason: null,
    createdAt: deps.clock.now(),
  };
  await deps.endpoints.create({ ...endpoint, secret });
  return { result: 'created', endpoint, secret };
}

/** Sends one signed event at once, beside the queue and only once, and tells what came back; null when there is no such endpoint. */
export async function testWebhookEndpoint(
  deps: WebhookEndpointDependencies,
  id: EndpointId,
): Promise<WebhookTestResult | null> {
  const endpoint = await deps.endpoints.withSecrets(id);
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
