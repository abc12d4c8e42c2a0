import { z } from '@hono/zod-openapi';
import type { Readiness } from '../../workflows/use-cases.ts';
import { Problem } from '../problem.ts';
import type { RouteTable } from '../route-table.ts';

export interface HealthNeeds {
  readiness: () => Readiness | Promise<Readiness>;
  metrics: () => Promise<{ contentType: string; body: string }>;
}

const readinessSchema = z
  .strictObject({
    ready: z.boolean(),
    checks: z.array(z.strictObject({ name: z.string(), ok: z.boolean(), detail: z.string().nullable() })),
  })
  .meta({ id: 'Readiness' });

/** For whoever runs the gateway: without a key, since probes and scrapers have none; nothing here tells of a call. */
export function addHealthRoutes(table: RouteTable, needs: HealthNeeds): void {
  const tag = 'Operation';
  table.addOpen(
    {
      method: 'get',
      path: '/healthz',
      operationId: 'readHealth',
      tag,
      summary: 'Whether the process lives',
      replies: { 200: { description: 'It lives.', schema: z.strictObject({ status: z.literal('ok') }) } },
    },
    (c) => c.json({ status: 'ok' }),
  );
  table.addOpen(
    {
      method: 'get',
      path: '/readyz',
      operationId: 'readReadiness',
      tag,
      summary: 'Whether calls can be placed, part by part',
      description: 'Where a part is not ready, the problem has the same `checks`.',
      replies: { 200: { description: 'Ready.', schema: readinessSchema } },
      problems: ['not_ready'],
    },
    async (c) => {
      const readiness = await needs.readiness();
      if (readiness.ready) return c.json(readiness);
      throw notReady(readiness);
    },
  );
  table.addOpen(
    {
      method: 'get',
      path: '/metrics',
      operationId: 'readMetrics',
      tag,
      summary: 'Counters for Prometheus',
      replies: {
        200: { description: 'The text format of Prometheus.', schema: z.string(), contentType: 'text/plain' },
      },
    },
    async (c) => {
      const { contentType, body } = await needs.metrics();
      return c.body(body, 200, { 'Content-Type': contentType });
    },
  );
}

function notReady(readiness: Readiness): Problem {
  const failing = readiness.checks
    .filter(({ ok }) => !ok)
    .map(({ name, detail }) => (detail === null ? name : `${name}: ${detail}`));
  return new Problem('not_ready', failing.join('; ') || 'The gateway is not ready.', {
    headers: { 'Retry-After': '5' },
    members: { ready: false, checks: readiness.checks },
  });
}
