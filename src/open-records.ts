import { createDeliveryQueue } from './db/delivery-queue.ts';
import type { Ledger } from './db/ledger.ts';
import { numberOfSubject } from './db/number-of-subject.ts';
import { createPostgresLedger } from './db/postgres-ledger.ts';
import { createWebhookEndpointStore, type WebhookEndpointStore } from './db/webhook-endpoint-store.ts';
import type { Call } from './domain/calls/call.ts';
import type { IdSource } from './domain/ids.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import type { Storage } from './open-storage.ts';
import type { WebhookSender } from './webhooks/webhook-sender.ts';
import {
  createEventDelivery,
  type DeliverEventsDependencies,
  type EventDelivery,
} from './workflows/deliver-events.ts';
import { disableWebhookEndpoint } from './workflows/manage-webhook-endpoints.ts';

/** The ledger, and the delivery of what its moves report: each hands the other its work. */
export interface Records {
  ledger: Ledger;
  delivery: EventDelivery;
  endpoints: WebhookEndpointStore;
}

export interface RecordsNeeds {
  storage: Pick<Storage, 'database' | 'vault'>;
  sender: WebhookSender;
  clock: Clock;
  ids: IdSource;
  log: Log;
  /** Deliveries were made that this gateway has no room for: another one may. */
  onLeft: () => void;
  /** A move of a call was committed. */
  onKept: (call: Call) => void;
  onTried: NonNullable<DeliverEventsDependencies['onTried']>;
}

export function openRecords(needs: RecordsNeeds): Records {
  const { storage, sender, clock, ids, log, onKept, onTried } = needs;
  const { database, vault } = storage;
  const endpoints = createWebhookEndpointStore(database, vault);
  const ledger = createPostgresLedger({
    ...{ database, vault, onKept },
    handOver: () => delivery.handOver(),
    onDeliveries(made) {
      delivery.take(made);
      if (made.handed.length === 0) needs.onLeft();
    },
  });
  const disabling = { endpoints, clock, ids, wakeDelivery: () => delivery.wake() };
  const delivery = createEventDelivery({
    ...{ queue: createDeliveryQueue(database, vault), sender, clock, log, onTried },
    numberOf: (subject) => numberOfSubject({ database, vault }, subject),
    disableEndpoint: (endpoint, reason) => disableWebhookEndpoint(disabling, { ...endpoint, reason }),
    random: Math.random,
  });
  return { ledger, delivery, endpoints };
}
