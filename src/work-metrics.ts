import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { QueueDepths } from './db/queue-depths.ts';
import type { Settlement } from './domain/webhooks/delivery.ts';
import type { AnsweredRequest } from './http/observe-requests.ts';

/** What is asked of the gateway, and what waits in it. */
export interface WorkMetrics {
  requestAnswered(request: AnsweredRequest): void;
  /** A try of a delivery is over: `pending` where another will follow. */
  deliveryTried(state: Settlement['state']): void;
  /** Null where the database did not say. */
  queued(depths: QueueDepths | null): void;
}

/**
 * Labels have few values whatever comes from outside: routes as the API declares them, the methods that HTTP has; endpoints are left out, since anybody
 * with the scope may make any number of them.
 */
export function createWorkMetrics(registry: Registry): WorkMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'ivrs_http_requests_total',
    help: 'Requests answered, by method, route and status; the route is «none» where there is no such path.',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'ivrs_http_request_seconds',
    help: 'From a request to its answer, by route.',
    labelNames: ['route'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const tries = new Counter({
    name: 'ivrs_webhook_tries_total',
    help: 'Tries to deliver an event to an endpoint, by result: delivered, failed (tried again later), dead (given up).',
    labelNames: ['result'],
    registers,
  });
  const deliveries = new Gauge({
    name: 'ivrs_webhook_deliveries_pending',
    help: 'Deliveries of events that may be sent now (due), or wait for another try (waiting), of all gateways; counted up to 100,000.',
    labelNames: ['state'],
    registers,
  });
  const due = new Gauge({
    name: 'ivrs_calls_due',
    help: 'Calls whose time has come and that are not dialled yet, of all gateways; counted up to 100,000.',
    registers,
  });
  return {
    requestAnswered({ method, route, status, durationMs }) {
      const label = route ?? 'none';
      requests.inc({ method, route: label, status });
      seconds.observe({ route: label }, durationMs / 1000);
    },
    deliveryTried: (state) => tries.inc({ result: state === 'pending' ? 'failed' : state }),
    queued(depths) {
      due.set(depths?.callsDue ?? NaN);
      deliveries.set({ state: 'due' }, depths?.deliveriesDue ?? NaN);
      deliveries.set({ state: 'waiting' }, depths?.deliveriesWaiting ?? NaN);
    },
  };
}
