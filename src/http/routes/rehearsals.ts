import { z } from '@hono/zod-openapi';
import { rehearsalRequest } from '../../domain/flows/rehearsal/rehearsal-request.ts';
import type { UseCases } from '../../workflows/use-cases.ts';
import { parseFlowName } from '../flow-schema.ts';
import { invalidRequest, notFound } from '../problem.ts';
import { presentRehearsal, rehearsalSchema } from '../rehearsal-schema.ts';
import type { RouteTable } from '../route-table.ts';

export function addRehearsalRoute(table: RouteTable, useCases: Pick<UseCases, 'rehearseFlow'>): void {
  table.add(
    {
      method: 'post',
      path: '/v1/flows/{id}/rehearse',
      operationId: 'rehearseFlow',
      tag: 'Flows',
      summary: 'Try a flow without a phone',
      description:
        'Plays the flow to somebody who presses `keys`, with the engine that calls are made with: no phone rings, nothing is stored. The person waits for each asking; a key that a call would refuse is refused here, and what a call would have to be given (variables) has to be given here.',
      pathParameters: { id: '`teacher-quiz` for the newest version, `teacher-quiz@3` for one.' },
      scope: 'flows:read',
      query: z.object({}),
      body: { schema: rehearsalRequest, presence: 'required' },
      needsIdempotencyKey: false,
      replies: { 200: { description: 'How it went.', schema: rehearsalSchema } },
      problems: ['not_found'],
    },
    async ({ c, body }) => {
      const flow = parseFlowName(c.req.param('id') ?? '');
      if (flow === null) throw notFound('flow');
      const rehearsed = await useCases.rehearseFlow({ flow, body });
      switch (rehearsed.result) {
        case 'not_found':
          throw notFound('flow');
        case 'invalid':
          throw invalidRequest(rehearsed.faults);
        case 'rehearsed':
          return c.json(presentRehearsal(rehearsed));
      }
    },
  );
}
