import { z } from '@hono/zod-openapi';
import { viewVoiceMessage } from '../domain/voice-messages/voice-message-view.ts';
import type { Principal, ReadVoiceMessage } from '../workflows/use-cases.ts';
import { may } from './authorise.ts';

const recorded = {
  id: z.string().openapi({ example: 'vm_01k6m3q4t8v5w2x9y7z1a3b5c7' }),
  question: z.string(),
  attempt: z.int(),
  reference_number: z
    .string()
    .openapi({ description: 'Read to the person; its last digit checks the others (Damm).' }),
  duration: z.string().openapi({ example: 'PT12.4S' }),
  recorded_at: z.iso.datetime(),
  prompt: z
    .strictObject({ id: z.string(), language: z.string() })
    .nullable()
    .openapi({ description: 'The prompt of the library that it becomes a version of.' }),
};

/** As events have it: the call stands beside it. */
export const recordedMessageSchema = z.strictObject(recorded).meta({ id: 'RecordedMessage' });

export const voiceMessageSchema = z
  .strictObject({
    ...recorded,
    call: z.string(),
    from: z.string().nullable().openapi({
      description: 'Masked without the scope `numbers:read`; null of who called a line and showed no number.',
    }),
    language: z.string(),
    flow: z.strictObject({ id: z.string(), version: z.int() }),
    reference: z.string().nullable(),
    kept: z
      .discriminatedUnion('state', [
        z.strictObject({ state: z.literal('waiting') }),
        z.strictObject({ state: z.literal('kept'), version: z.int() }),
        z.strictObject({ state: z.literal('refused'), detail: z.string() }),
      ])
      .nullable()
      .openapi({ description: 'What became of it in the library; null where it is not for it.' }),
  })
  .meta({ id: 'VoiceMessage' });

export function presentVoiceMessage(
  { message, number }: ReadVoiceMessage,
  principal: Principal,
): z.infer<typeof voiceMessageSchema> {
  const masked = message.fromMasked === '' ? null : message.fromMasked;
  return {
    ...viewVoiceMessage(message),
    call: message.callId,
    from: number !== null && may(principal, 'numbers:read') ? number : masked,
    language: message.language,
    flow: message.flow,
    reference: message.reference,
    kept: message.kept,
  };
}
