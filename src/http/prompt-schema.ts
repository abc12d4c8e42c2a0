import { z } from '@hono/zod-openapi';
import { plainText } from '../domain/plain-text.ts';
import type { PromptVersion } from '../domain/prompts/prompt-version.ts';
import type { PromptSound, PromptView } from '../workflows/prompt-use-cases.ts';

export const longestPromptText = 2000;

/** The other form of a prompt: words that a voice speaks. */
export const promptTextSchema = z
  .strictObject({ text: plainText({ min: 1, max: longestPromptText, lines: true }) })
  .meta({ id: 'PromptText' });

const recordingSchema = z
  .strictObject({
    format: z.string().openapi({ example: 'mp3' }),
    bytes: z.int(),
    sha256: z.string().openapi({ description: 'Of the file as it was uploaded, which is kept.' }),
  })
  .meta({ id: 'PromptRecording' });

const duration = z.string().openapi({ description: 'Of what the phone hears.', example: 'PT7.15S' });
const facts = {
  id: z.string().openapi({ example: 'quiz.q1' }),
  language: z.string().openapi({ example: 'hi' }),
  version: z.int().min(1),
  source: z.enum(['recording', 'synthesis']).openapi({ description: 'What the phone hears.' }),
  text: z
    .string()
    .nullable()
    .openapi({ description: 'The words; beside a recording, what is said in it, if anybody wrote it down.' }),
  recording: recordingSchema.nullable(),
  created_at: z.iso.datetime(),
};

/** A prompt in a list: how it sounds is told by the prompt itself. */
export const promptSummarySchema = z.strictObject(facts).meta({ id: 'PromptSummary' });

/** The newest version of a prompt in one language, and its sound. */
export const promptSchema = z
  .strictObject({
    ...facts,
    state: z.enum(['ready', 'preparing', 'failed']).openapi({
      description: '`preparing`: a voice is still at it; ask again. `failed`: see `problem`.',
    }),
    duration: duration.nullable(),
    loudness_dbfs: z
      .number()
      .nullable()
      .openapi({ description: 'RMS while somebody speaks; the target is −22.', example: -22 }),
    voice: z.string().nullable().openapi({ description: 'Who speaks it; null for a recording.' }),
    problem: z.string().nullable(),
  })
  .meta({ id: 'Prompt' });

export function summarisePrompt(prompt: PromptVersion): z.input<typeof promptSummarySchema> {
  const { text, recording } = prompt.content;
  return {
    id: prompt.id,
    language: prompt.language,
    version: prompt.version,
    source: recording === null ? 'synthesis' : 'recording',
    text,
    recording:
      recording === null
        ? null
        : { format: recording.format, bytes: recording.originalBytes, sha256: recording.originalHash },
    created_at: new Date(prompt.createdAt).toISOString(),
  };
}

export function presentPrompt(prompt: PromptView): z.input<typeof promptSchema> {
  return { ...summarisePrompt(prompt), ...presentSound(prompt.sound) };
}

function presentSound(sound: PromptSound) {
  const nothing = { duration: null, loudness_dbfs: null, voice: null, problem: null };
  switch (sound.state) {
    case 'ready':
      return {
        ...{ ...nothing, state: sound.state, voice: sound.voice },
        duration: iso8601(sound.durationMs),
        loudness_dbfs: Math.round(sound.loudnessDbfs * 10) / 10,
      };
    case 'preparing':
      return { ...nothing, state: sound.state };
    case 'failed':
      return { ...nothing, state: sound.state, problem: sound.detail };
  }
}

export function iso8601(durationMs: number): string {
  return `PT${(durationMs / 1000).toFixed(2).replace(/\.?0+$/, '')}S`;
}
