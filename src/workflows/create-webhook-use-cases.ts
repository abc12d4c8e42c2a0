import type { DeliveryFilter } from '../db/delivery-list.ts';
import {
  changeWebhookEndpoint,
  createWebhookEndpoint,
  replayWebhookEvents,
  rotateWebhookSecret,
  testWebhookEndpoint,
  type WebhookEndpointDependencies,
} from './manage-webhook-endpoints.ts';
import type { ListedDelivery, WebhookUseCases } from './webhook-use-cases.ts';

export interface WebhookUseCaseDependencies extends WebhookEndpointDependencies {
  listDeliveries: (page: DeliveryFilter) => Promise<ListedDelivery[]>;
  countDeadDeliveries: WebhookUseCases['countDeadDeliveries'];
}

export function createWebhookUseCases(deps: WebhookUseCaseDependencies): WebhookUseCases {
  return {
    createWebhookEndpoint: (request) => createWebhookEndpoint(deps, request),
    listWebhookEndpoints: (page) => deps.endpoints.list(page),
    readWebhookEndpoint: (id) => deps.endpoints.get(id),
    changeWebhookEndpoint: (request) => changeWebhookEndpoint(deps, request),
    rotateWebhookSecret: (request) => rotateWebhookSecret(deps, request),
    replayWebhookEvents: (request) => replayWebhookEvents(deps, request),
    deleteWebhookEndpoint: (id) => deps.endpoints.delete(id),
    listDeliveries: (page) => deps.listDeliveries(page),
    countDeadDeliveries: () => deps.countDeadDeliveries(),
    testWebhookEndpoint: (id) => testWebhookEndpoint(deps, id),
  };
}
