import { z } from '@hono/zod-openapi';
import { callBackRequestStates } from '../domain/call-centre/call-back-request.ts';
import type { ReadCallBackRequest } from '../workflows/call-back-use-cases.ts';
import { shownNumber } from '../workflows/shown-number.ts';
import type { Principal } from '../workflows/use-cases.ts';

const instant = z.iso.datetime();
const id = z.string().openapi({ example: 'cbr_01k6m3q4t8v5w2x9y7z1a3b5c7' });
const person = z.string().nullable().openapi({ description: 'Who of the people of a shared phone.' });

/** Of `call_back.requested`; a test holds it to what is rendered, and the next one too. */
export const askedCallBackSchema = z.strictObject({
  ...{ id, question: z.string(), value: z.string(), language: z.string(), person },
});

export const callBackDoneData = {
  call_back_request: z.strictObject({
    ...{ id, call: z.string(), reference: z.string().nullable(), agent: z.string() },
    result: z.string().nullable(),
  }),
  from: z
    .string()
    .nullable()
    .openapi({ description: 'Masked unless the endpoint has `numbers: clear`; null where it was erased.' }),
};

export const callBackRequestSchema = z
  .strictObject({
    id,
    state: z.enum(callBackRequestStates),
    call: z.string(),
    reference: z.string().nullable(),
    campaign_id: z.string().nullable(),
    to: z
      .string()
      .nullable()
      .openapi({ description: 'Masked without `numbers:read`; null where it was erased.' }),
    person,
    question: z.string(),
    value: z.string(),
    language: z.string(),
    requested_at: instant,
    agent: z.string().nullable(),
    claimed_until: instant.nullable(),
    done_at: instant.nullable(),
    result: z.string().nullable(),
    history: z.array(
      z.strictObject({
        at: instant,
        what: z.enum(['claimed', 'noted', 'released', 'done']),
        agent: z.string(),
        by: z.string().openapi({ description: 'The owner of the API key.' }),
        text: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'CallBackRequest' });

export function presentCallBackRequest(
  { request, number }: ReadCallBackRequest,
  principal: Principal,
): z.infer<typeof callBackRequestSchema> {
  const { state } = request;
  return {
    id: request.id,
    state: state.state,
    call: request.callId,
    reference: request.reference,
    campaign_id: request.campaignId,
    to: shownNumber(number, principal),
    person: request.member,
    question: request.question,
    value: request.value,
    language: request.language,
    requested_at: iso(request.requestedAt),
    agent: 'agent' in state ? state.agent : null,
    claimed_until: 'until' in state ? iso(state.until) : null,
    done_at: 'at' in state ? iso(state.at) : null,
    result: 'result' in state ? state.result : null,
    history: request.history.map(({ at, ...entry }) => ({ at: iso(at), ...entry })),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
