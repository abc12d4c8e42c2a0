import { expect, test } from 'vitest';
import { createMetrics } from '../../src/metrics.ts';

const now = {
  liveCalls: () => 3,
  isReady: () => true,
  renditionsWaiting: () => 0,
  trunks: () => [
    { name: 'carrier-a', up: true, reason: null, drained: false, paceFactor: 0.5 },
    { name: 'carrier-b', up: false, reason: 'It does not answer.', drained: true, paceFactor: 1 },
  ],
};

async function linesOf(metrics: ReturnType<typeof createMetrics>): Promise<string[]> {
  return (await metrics.render()).body.split('\n');
}

test('requests are counted by route and status, tries by result, and what waits as the database says', async () => {
  const queueDepths = () => Promise.resolve({ callsDue: 7, deliveriesDue: 1, deliveriesWaiting: 2 });
  const metrics = createMetrics({ ...now, queueDepths });
  metrics.requestAnswered({ method: 'POST', route: '/v1/calls', status: 202, durationMs: 12 });
  metrics.requestAnswered({ method: 'GET', route: null, status: 404, durationMs: 1 });
  for (const state of ['delivered', 'pending', 'pending', 'dead'] as const) metrics.deliveryTried(state);
  expect(await linesOf(metrics)).toEqual(
    expect.arrayContaining([
      'ivrs_live_calls 3',
      'ivrs_http_requests_total{method="POST",route="/v1/calls",status="202"} 1',
      'ivrs_http_requests_total{method="GET",route="none",status="404"} 1',
      'ivrs_http_request_seconds_bucket{le="0.025",route="/v1/calls"} 1',
      'ivrs_http_request_seconds_bucket{le="0.01",route="/v1/calls"} 0',
      'ivrs_webhook_tries_total{result="delivered"} 1',
      'ivrs_webhook_tries_total{result="failed"} 2',
      'ivrs_webhook_tries_total{result="dead"} 1',
      'ivrs_webhook_deliveries_pending{state="due"} 1',
      'ivrs_webhook_deliveries_pending{state="waiting"} 2',
      'ivrs_calls_due 7',
    ]),
  );
});

test('are still told while the database is away, without what it knows', async () => {
  const lines = await linesOf(createMetrics({ ...now, queueDepths: () => Promise.resolve(null) }));
  expect(lines).toEqual(expect.arrayContaining(['ivrs_live_calls 3', 'ivrs_calls_due Nan']));
});

test('trunks are told by name, and nothing of their carriers', async () => {
  const lines = await linesOf(createMetrics({ ...now, queueDepths: () => Promise.resolve(null) }));
  expect(lines.filter((line) => line.startsWith('ivrs_trunk'))).toEqual([
    'ivrs_trunk_up{trunk="carrier-a"} 1',
    'ivrs_trunk_up{trunk="carrier-b"} 0',
    'ivrs_trunk_drained{trunk="carrier-a"} 0',
    'ivrs_trunk_drained{trunk="carrier-b"} 1',
    'ivrs_trunk_pace_share{trunk="carrier-a"} 0.5',
    'ivrs_trunk_pace_share{trunk="carrier-b"} 1',
  ]);
});
