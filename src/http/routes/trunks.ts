import { z } from '@hono/zod-openapi';
import type { TrunkUseCases } from '../../workflows/trunk-use-cases.ts';
import { may } from '../authorise.ts';
import { invalidRequest } from '../problem.ts';
import type { RouteTable } from '../route-table.ts';
import { dryRunRequestSchema, dryRunSchema, presentDryRun } from '../trunk-schema.ts';

/** The ways out to the phone network. */
export function addTrunkRoutes(table: RouteTable, useCases: TrunkUseCases): void {
  addDryRun(table, useCases);
}

function addDryRun(table: RouteTable, useCases: TrunkUseCases): void {
  table.add(
    {
      method: 'post',
      path: '/v1/trunks/dry-run',
      operationId: 'dryRunTrunks',
      tag: 'Trunks',
      summary: 'See what would be dialled',
      description:
        'Each trunk with the endpoint that it would be asked for, in its own number format, or why it would not carry the call. Nothing is dialled, and nothing is kept.',
      scope: 'calls:read',
      query: z.object({}),
      body: { schema: dryRunRequestSchema, presence: 'required' },
      needsIdempotencyKey: false,
      replies: { 200: { description: 'What would be dialled.', schema: dryRunSchema } },
    },
    async ({ c, body, principal }) => {
      const result = await useCases.dryRunTrunks({
        to: body.to,
        purpose: body.purpose,
        trunk: body.trunk ?? null,
        callerId: body.caller_id ?? null,
      });
      if (result.result === 'invalid') throw invalidRequest(result.faults);
      return c.json(presentDryRun(result.dryRun, { mayShowNumbers: may(principal, 'numbers:read') }));
    },
  );
}
