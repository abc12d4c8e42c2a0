import { z } from 'zod';
import { plainText } from '../../plain-text.ts';
import { promptId } from '../../prompts/say.ts';
import { duration, key, questionFields } from './step-fields.ts';

export const longestMessageMs = 300_000;

/** An answer that came from another channel is text. */
export const voiceAnswer = plainText({ min: 1, max: 2_000, lines: true });

/** Asks for an answer in the person's own words, which is kept as sound. */
export const voiceMessageDefinition = z
  .strictObject(questionFields)
  .omit({ type_ahead: true })
  .extend({
    type: z.literal('voice_message'),
    /** The longest that somebody may speak. */
    max_duration: duration(1_000, longestMessageMs).optional(),
    /** So much silence ends the message; that of somebody who has not begun to speak counts too. */
    /** So much silence ends the message; the first word is waited for longer. */
    max_silence: duration(1_000, 30_000).optional(),
    stop_key: key.optional(),
    /** Whether the person may hear the message and record it anew. */
    review: z.boolean().optional(),
    /** Whether the person hears the message at once, before they are asked about it. */
    play_back: z.boolean().optional(),
    /** Gives the question up, without a message. */
    skip_key: key.optional(),
    /** Whether the reference number is read out. */
    read_reference: z.boolean().optional(),
    /** What was said becomes a version of this prompt, in the language of the talk; only in calls to numbers that may record prompts. */
    kept_as_prompt: promptId.optional(),
  });
export type VoiceMessageStep = z.infer<typeof voiceMessageDefinition>;
