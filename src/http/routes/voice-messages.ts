import { z } from '@hono/zod-openapi';
import { isId, type CallId, type VoiceMessageId } from '../../domain/ids.ts';
import { isReferenceNumber } from '../../domain/voice-messages/reference-number.ts';
import { plainText } from '../../domain/plain-text.ts';
import type { UseCases } from '../../workflows/use-cases.ts';
import { pageOf } from '../../lib/page-of.ts';
import { cursorParameter, limitParameter } from '../cursor.ts';
import { instantParameter } from '../instant-parameter.ts';
import { listSchema } from '../list-schema.ts';
import { pathId } from '../path-id.ts';
import { notFound } from '../problem.ts';
import type { RouteTable } from '../route-table.ts';
import { sendSound } from '../send-sound.ts';
import { presentVoiceMessage, voiceMessageSchema } from '../voice-message-schema.ts';

type VoiceMessageUseCases = Pick<
  UseCases,
  'listVoiceMessages' | 'readVoiceMessage' | 'hearVoiceMessage' | 'deleteVoiceMessage' | 'hearAttempt'
>;

/** What people said: in answer to a question, and in whole calls that were recorded. */
export function addVoiceMessageRoutes(table: RouteTable, useCases: VoiceMessageUseCases): void {
  addList(table, useCases);
  addRead(table, useCases);
  addAudio(table, useCases);
  addDelete(table, useCases);
  addCallRecording(table, useCases);
}

const ofOneMessage = {
  tag: 'Voice messages',
  pathParameters: { id: 'The id of the voice message, as in the response.' },
  query: z.object({}),
  body: null,
  needsIdempotencyKey: false,
} as const;

const wav = { contentType: 'audio/wav', schema: z.string().openapi({ format: 'binary' }) };

const query = z.object({
  limit: limitParameter,
  cursor: cursorParameter((text): text is VoiceMessageId => isId('vm', text)),
  call_id: z
    .string()
    .refine((text): text is CallId => isId('call', text), { error: 'must be the id of a call' })
    .optional(),
  question: plainText({ min: 1, max: 64 }).optional(),
  reference_number: z
    .string()
    .refine(isReferenceNumber, {
      error: 'cannot be a reference number: its digits do not agree with their check digit',
    })
    .optional(),
  recorded_after: instantParameter.optional(),
});

function addList(table: RouteTable, useCases: VoiceMessageUseCases): void {
  table.add(
    {
      tag: 'Voice messages',
      scope: 'calls:read',
      method: 'get',
      path: '/v1/voice-messages',
      operationId: 'listVoiceMessages',
      summary: 'List voice messages',
      query,
      body: null,
      needsIdempotencyKey: false,
      replies: {
        200: {
          description: 'A page of voice messages, newest first.',
          schema: listSchema(voiceMessageSchema, 'newest first'),
        },
      },
    },
    async ({ c, principal, query: asked }) => {
      const messages = await useCases.listVoiceMessages({
        limit: asked.limit + 1,
        ...(asked.cursor === undefined ? {} : { before: asked.cursor }),
        ...(asked.call_id === undefined ? {} : { callId: asked.call_id }),
        ...(asked.question === undefined ? {} : { question: asked.question }),
        ...(asked.reference_number === undefined ? {} : { referenceNumber: asked.reference_number }),
        ...(asked.recorded_after === undefined ? {} : { recordedAfter: asked.recorded_after }),
      });
      const page = pageOf(messages, { limit: asked.limit, idOf: ({ message }) => message.id });
      return c.json({ ...page, data: page.data.map((each) => presentVoiceMessage(each, principal)) });
    },
  );
}

function addRead(table: RouteTable, useCases: VoiceMessageUseCases): void {
  table.add(
    {
      ...ofOneMessage,
      scope: 'calls:read',
      method: 'get',
      path: '/v1/voice-messages/{id}',
      operationId: 'readVoiceMessage',
      summary: 'Read a voice message',
      replies: { 200: { description: 'What is known of it.', schema: voiceMessageSchema } },
      problems: ['not_found'],
    },
    async ({ c, principal }) => {
      const message = await useCases.readVoiceMessage(pathId('vm', c.req.param('id')));
      if (message === null) throw notFound('voice message');
      return c.json(presentVoiceMessage(message, principal));
    },
  );
}

function addAudio(table: RouteTable, useCases: VoiceMessageUseCases): void {
  table.add(
    {
      ...ofOneMessage,
      scope: 'calls:read',
      method: 'get',
      path: '/v1/voice-messages/{id}/audio',
      operationId: 'hearVoiceMessage',
      summary: 'Hear a voice message',
      replies: { 200: { description: 'A WAV file: 16 bits, one channel, 8,000 samples a second.', ...wav } },
      problems: ['not_found'],
    },
    async ({ c }) => {
      const sound = await useCases.hearVoiceMessage(pathId('vm', c.req.param('id')));
      if (sound === null) throw notFound('voice message');
      return sendSound(c, sound);
    },
  );
}

function addDelete(table: RouteTable, useCases: VoiceMessageUseCases): void {
  table.add(
    {
      ...ofOneMessage,
      scope: 'calls:write',
      method: 'delete',
      path: '/v1/voice-messages/{id}',
      operationId: 'deleteVoiceMessage',
      summary: 'Delete a voice message',
      description: 'With its sound. The response keeps the id as its value.',
      replies: { 204: { description: 'It is gone.' } },
      problems: ['not_found'],
    },
    async ({ c }) => {
      if ((await useCases.deleteVoiceMessage(pathId('vm', c.req.param('id')))) === 'not_found')
        throw notFound('voice message');
      return c.body(null, 204);
    },
  );
}

function addCallRecording(table: RouteTable, useCases: VoiceMessageUseCases): void {
  table.add(
    {
      ...ofOneMessage,
      tag: 'Calls',
      pathParameters: { id: 'The id of the call.', number: 'The number of the attempt, from 1.' },
      scope: 'calls:read',
      method: 'get',
      path: '/v1/calls/{id}/attempts/{number}/recording',
      operationId: 'hearAttempt',
      summary: 'Hear an attempt that was recorded',
      description: 'The sound of both sides for the whole talk, of a call that was asked to `record`.',
      replies: { 200: { description: 'A WAV file: 16 bits, one channel, 8,000 samples a second.', ...wav } },
      problems: ['not_found'],
    },
    async ({ c }) => {
      const number = c.req.param('number') ?? '';
      const call = pathId('call', c.req.param('id'));
      const sound = /^[1-9]\d{0,3}$/.test(number)
        ? await useCases.hearAttempt({ call, number: Number(number) })
        : null;
      if (sound === null) throw notFound('recording');
      return sendSound(c, sound);
    },
  );
}
