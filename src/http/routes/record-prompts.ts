import { z } from '@hono/zod-openapi';
import { recordPromptsSchema } from '../../domain/calls/record-prompts-request.ts';
import type { UseCases } from '../../workflows/use-cases.ts';
import { callSchema } from '../call-schema.ts';
import { parseFlowName } from '../flow-schema.ts';
import { presentCall } from '../../workflows/present-call.ts';
import { invalidRequest, notFound } from '../problem.ts';
import type { RouteTable } from '../route-table.ts';
import { refusedKey, requireNotDraining, windowFull } from './calls.ts';

export interface RecordPromptsNeeds {
  useCases: Pick<UseCases, 'recordPrompts'>;
  isDraining: () => boolean;
}

const recordingCallSchema = callSchema
  .extend({
    prompts: z
      .array(z.strictObject({ number: z.int().min(1), id: z.string(), text: z.string().nullable() }))
      .openapi({
        description: 'In the order in which they are asked for; the person hears the number, and the words.',
      }),
  })
  .meta({ id: 'RecordingCall' });

/** Rings the phone of somebody who says the prompts of a flow. */
export function addRecordPromptsRoute(table: RouteTable, { useCases, isDraining }: RecordPromptsNeeds): void {
  table.add(
    {
      method: 'post',
      path: '/v1/flows/{id}/record-prompts',
      operationId: 'recordPrompts',
      tag: 'Prompts',
      summary: 'Have prompts recorded by phone',
      description:
        'Calls a number of `IVRS_RECORDING_NUMBERS`, asks for each prompt of the flow that is not recorded in the language, plays it back, and keeps it as a new version when the person agrees. A call like any other, with its events; `call.ended` says `completed` where every prompt was recorded.',
      pathParameters: { id: '`teacher-quiz` for the newest version, `teacher-quiz@3` for one.' },
      scope: 'flows:write',
      alsoScope: 'calls:write',
      query: z.object({}),
      body: { schema: recordPromptsSchema, presence: 'required' },
      needsIdempotencyKey: true,
      replies: {
        202: {
          description: 'The call is accepted.',
          schema: recordingCallSchema,
          headers: {
            Location: 'Where the call can be read.',
            'Idempotent-Replayed': '`true` where this is the answer of an earlier request.',
          },
        },
      },
      problems: ['not_found', 'draining', 'telephony_unavailable', 'window_full'],
    },
    async ({ c, principal, body, received, idempotencyKey }) => {
      requireNotDraining(isDraining);
      const flow = parseFlowName(c.req.param('id') ?? '');
      if (flow === null) throw notFound('flow');
      const { owner } = principal;
      const accepted = await useCases.recordPrompts({ owner, idempotencyKey, flow, body, received });
      switch (accepted.result) {
        case 'accepted': {
          const call = presentCall(accepted.call, principal);
          const replayed: Record<string, string> = accepted.replayed ? { 'Idempotent-Replayed': 'true' } : {};
          const reply = { ...call, prompts: accepted.prompts };
          return c.json(reply, 202, { Location: `/v1/calls/${call.id}`, ...replayed });
        }
        case 'invalid':
          throw invalidRequest(accepted.faults);
        case 'not_found':
          throw notFound('flow');
        case 'key_reused':
        case 'still_running':
          throw refusedKey(accepted.result);
        case 'window_full':
          throw windowFull(accepted.retryAfterMs);
      }
    },
  );
}
