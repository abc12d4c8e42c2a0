import { z } from '@hono/zod-openapi';
import type { RouteConfig } from '@hono/zod-openapi';
import { callEventTypes, type CallEventType } from '../domain/calls/call-event.ts';
import { otherEvents, otherEventTypes, type OtherEventType } from './other-event-schema.ts';
import { optInData, optOutData } from './subscription-event-schema.ts';
import { verdictReasons } from '../domain/calls/verdict.ts';
import { transferResults } from '../domain/flows/transfer.ts';
import { askedCallBackSchema } from './call-back-request-schema.ts';
import { recordedMessageSchema } from './voice-message-schema.ts';
import { attemptSchema, callSchema, responseSchema } from './call-schema.ts';

/** What an endpoint may ask to be told of: every type of the contract, also those that this version does not send yet. */
export const webhookEventTypes = [...callEventTypes, ...otherEventTypes] as const;

const transferSchema = z
  .strictObject({
    id: z.string().nullable().openapi({
      description: 'Of the attempt by which the other phone was called; null where none was.',
      example: 'att_01k6m3q4t8v5w2x9y7z1a3b5c7',
    }),
    step: z.string(),
    to: z.string().nullable().openapi({
      description:
        'The number, masked. Of a queue of agents: of whoever was joined, or else was called last; null where nobody was called.',
      example: '+91******9999',
    }),
    result: z.enum(transferResults).openapi({
      description:
        '`talked`: the other one hung up in the end. `caller_hung_up`: the person did, be it while they waited (`talked_seconds` is 0) or talked. `abandoned`: they pressed the opt-out key while they waited. `closed`: it was not a time for calling the other one. `lost`: after a crash nothing of it was to be found.',
    }),
    reason: z.enum(verdictReasons).nullable().openapi({ description: 'As of an attempt.' }),
    waited_seconds: z.int(),
    talked_seconds: z.int(),
    attempt: z.int().openapi({ description: "Number of the call's attempt in which it happened." }),
    trunk: z.string().nullable(),
    phones_called: z.int().nullable().openapi({
      description:
        'How often somebody was called for it: at most once, or in a queue each agent once a round. Null where a crash has left nobody who knows.',
    }),
  })
  .meta({ id: 'Transfer' });

const instant = z.iso.datetime();
/** A union, for the documents: `nullable()` of a named schema is described as something that can never be null. */
const attempt = z.union([attemptSchema, z.null()]);

/** Beside `call`, by type: as `domain/calls/call-event-body.ts` renders it; a test holds the two together. */
const dataBeside: Readonly<Record<CallEventType, { summary: string; data: z.ZodRawShape }>> = {
  'call.queued': { summary: 'The call was accepted', data: {} },
  'call.attempt_started': { summary: 'The INVITE is about to leave', data: { attempt } },
  'call.ringing': { summary: 'The phone rings; only where the network signals it', data: { attempt } },
  'call.answered': {
    summary: 'The phone was answered, or, of a call that came in, we answered it; that one has no `attempt`',
    data: { attempt: attempt.optional() },
  },
  'call.response_recorded': {
    summary: 'A question was answered, the moment that it was',
    data: { response: responseSchema },
  },
  'call.attempt_ended': {
    summary: 'An attempt is over',
    data: { attempt, next_attempt_at: instant.nullable() },
  },
  'call.ended': {
    summary: 'The call has ended for good: exactly once for every accepted call, and nothing after it',
    data: {},
  },
  'opt_in.recorded': {
    summary: 'Somebody opted in to a list; `call` is there where it was in a call',
    data: optInData,
  },
  'opt_out.recorded': {
    summary: 'Somebody opted out; `call` is there where it was in a call',
    data: { ...optOutData, opt_out: optOutData.opt_out.optional() },
  },
  'voice_message.recorded': {
    summary: 'The person said something in answer to a question',
    data: { voice_message: recordedMessageSchema, reference_number: z.string() },
  },
  'transfer.ended': {
    summary: 'The person was joined to somebody else, or would have been',
    data: { transfer: transferSchema },
  },
  'call_back.requested': {
    summary: 'Somebody asked to be called by a person: they are on the list of the call centre',
    data: { call_back_request: askedCallBackSchema },
  },
};

/** The body of an event of this type. */
export function callEventSchema(type: CallEventType): z.ZodType {
  const call = callSchema.openapi({ description: 'The call as it was at this event.' });
  return eventSchemaOf(type, {
    sequence: z.int().nullable().openapi({ description: 'Counts within the call from 1.' }),
    data: z.strictObject({
      call: alsoWithoutCall.has(type) ? call.optional() : call,
      ...dataBeside[type].data,
    }),
  });
}

const alsoWithoutCall: ReadonlySet<CallEventType> = new Set(['opt_in.recorded', 'opt_out.recorded']);

/** The body of an event of this type, which belongs to no call. */
export function otherEventSchema(type: OtherEventType): z.ZodType {
  return eventSchemaOf(type, { sequence: z.null(), data: z.strictObject(otherEvents[type].data) });
}

function eventSchemaOf(type: string, parts: { sequence: z.ZodType; data: z.ZodType }): z.ZodType {
  return z.strictObject({
    type: z.literal(type),
    timestamp: instant,
    id: z.string().openapi({
      description: 'As in `webhook-id`: the same on every try.',
      example: 'evt_01k6m3q4t8v5w2x9y7z1a3b5c7',
    }),
    ...parts,
  });
}

/** The `webhooks` section of the OpenAPI document: signed by Standard Webhooks 1.0.0. */
export function describeWebhooks(): RouteConfig[] {
  return [
    ...callEventTypes.map((type) => describeWebhook(type, dataBeside[type].summary, callEventSchema(type))),
    ...otherEventTypes.map((type) =>
      describeWebhook(type, otherEvents[type].summary, otherEventSchema(type)),
    ),
  ];
}

function describeWebhook(type: string, summary: string, schema: z.ZodType): RouteConfig {
  return {
    method: 'post',
    path: type,
    operationId: `on.${type}`,
    tags: ['Webhooks'],
    summary,
    security: [],
    request: {
      headers: z.object({
        'webhook-id': z.string().openapi({ description: 'The id of the event, the same on every try.' }),
        'webhook-timestamp': z
          .string()
          .openapi({ description: 'Seconds since 1970, when this try was signed.' }),
        'webhook-signature': z
          .string()
          .openapi({ description: '`v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64.' }),
      }),
      body: { required: true, content: { 'application/json': { schema } } },
    },
    responses: {
      '2XX': { description: 'Received. Anything else is tried again; redirects are not followed.' },
      410: { description: 'Disables the endpoint.' },
    },
  };
}

/** Any event, for the feed. */
export const eventSchema = z
  .object({
    type: z.string().openapi({ example: 'call.ended' }),
    timestamp: instant,
    id: z.string(),
    sequence: z.int().nullable(),
    data: z.looseObject({}),
  })
  .meta({ id: 'Event', description: 'The same body as the webhook of this event.' });
