import { z } from '@hono/zod-openapi';
import { callDirections, callStatuses, outcomes } from '../domain/calls/call.ts';
import { verdictReasons } from '../domain/calls/verdict.ts';

/** The shapes that `domain/calls/call-view.ts` makes, for the documents; a test holds them together. */
const instant = z.iso.datetime().openapi({ example: '2026-01-31T09:00:00.000Z' });

export const responseSchema = z
  .strictObject({
    question: z.string(),
    value: z.string(),
    key: z.string().nullable(),
    given_on: z.enum(['request', 'call']),
    attempt: z.int().nullable(),
    at: instant,
    correct: z.boolean().nullable(),
    person: z.string().nullable(),
    consent: z
      .strictObject({ flow: z.strictObject({ id: z.string(), version: z.int() }), language: z.string() })
      .optional()
      .meta({
        description:
          'With an answer to a `consent` step that was given on the phone: the words that it was asked in.',
      }),
  })
  .meta({ id: 'Response', description: 'An answer to a question of the flow.' });

const verdictSchema = z
  .strictObject({
    reason: z.enum(verdictReasons),
    fault: z.enum(['none', 'callee', 'carrier', 'configuration', 'gateway', 'unknown']),
    retryable: z.boolean(),
    sip_code: z.int().nullable(),
    q850_cause: z.int().nullable(),
  })
  .meta({ id: 'Verdict', description: 'Why an attempt ended.' });

export const attemptSchema = z
  .strictObject({
    id: z.string(),
    number: z.int(),
    trunk: z.string(),
    caller_id: z.string().nullable(),
    started_at: instant,
    ringing_at: instant.nullable(),
    answered_at: instant.nullable(),
    ended_at: instant.nullable(),
    recording: z
      .union([z.strictObject({ duration: z.string(), path: z.string() }), z.null()])
      .openapi({ description: 'The sound of both sides, where the call was asked to `record`.' }),
    verdict: z.union([verdictSchema, z.null()]),
  })
  .meta({ id: 'Attempt', description: 'One dial of a call.' });

const scoreSchema = z.strictObject({ correct: z.int(), answered: z.int(), total: z.int() });

const personSchema = z
  .strictObject({
    id: z.string(),
    responses: z.array(responseSchema),
    resume_at: z.string().nullable(),
    score: scoreSchema.nullable(),
    completed: z.boolean(),
  })
  .meta({ id: 'Person', description: 'Somebody on a shared phone, and what the talks with them came to.' });

export const callSchema = z
  .strictObject({
    id: z.string().openapi({ example: 'call_01k6m3q4t8v5w2x9y7z1a3b5c7' }),
    direction: z.enum(callDirections),
    line: z.string().nullable(),
    reference: z.string().nullable(),
    campaign_id: z.string().nullable(),
    list: z.string().nullable(),
    to: z.string().nullable().openapi({
      description: 'Masked without the scope `numbers:read`; null where the person was erased.',
      example: '+91******3210',
    }),
    from: z.string().nullable(),
    language: z.string(),
    flow: z.strictObject({ id: z.string(), version: z.int() }),
    status: z.enum(callStatuses),
    outcome: z.enum(outcomes).nullable(),
    reached: z.boolean(),
    answered: z.boolean(),
    human: z.boolean().nullable(),
    heard_percent: z.number(),
    responses: z.array(responseSchema),
    score: scoreSchema.nullable(),
    resume_at: z.string().nullable(),
    result: z.union([z.string(), z.number(), z.boolean(), z.null()]),
    people: z.array(personSchema),
    attempts: z.array(attemptSchema),
    blocked_by: z
      .string()
      .nullable()
      .openapi({ description: 'The scope of the opt-out that forbade the call, or `frequency_cap`.' }),
    problem: z.strictObject({ code: z.string(), detail: z.string() }).nullable(),
    next_attempt_at: instant.nullable(),
    created_at: instant,
    ended_at: instant.nullable(),
    metadata: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Call' });

export const timelineSchema = z
  .strictObject({
    data: z.array(
      z.looseObject({
        at: instant,
        type: z.string(),
        attempt: z.int().nullable(),
        step: z.string().nullable(),
        key: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'Timeline', description: 'Every event, key press and prompt of a call, in order.' });
