import { z } from '@hono/zod-openapi';
import { outcomes } from '../domain/calls/call.ts';
import type { FlowFact } from '../domain/flows/flow-session.ts';
import type { RehearsedEntry, RehearsedPart } from '../domain/flows/rehearsal/rehearsed-line.ts';
import type { Rehearsed } from '../domain/flows/rehearsal/rehearse-flow.ts';
import { unreachable } from '../lib/assert.ts';
import { formatDuration } from '../lib/duration.ts';
import type { RehearseFlowResult } from '../workflows/use-cases.ts';
import { adviceSchema } from './advice-schema.ts';
import type { SpokenPart } from '../domain/prompts/spoken-part.ts';

const duration = z.string().openapi({ description: 'ISO 8601', example: 'PT2.4S' });
const flowValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const partSchema = z
  .strictObject({
    text: z.string().nullable().openapi({
      description:
        'Null for what is no words: a pause, a beep, what the person said; in brackets, the id of a prompt that only the library has.',
    }),
    language: z.string().nullable(),
    duration,
    measured: z.boolean().openapi({
      description: 'Whether the duration is that of the sound; else it is estimated from the text.',
    }),
  })
  .meta({ id: 'RehearsedPart' });

const entrySchema = z
  .strictObject({
    after: duration.openapi({ description: 'Since the phone was answered.' }),
    type: z.enum([
      'prompt',
      'key',
      'no_key',
      'wrong_key',
      'response',
      'given_up',
      'recording_started',
      'recording_kept',
      'recording_discarded',
      'looked_up',
      'transfer_begun',
      'transfer_joined',
      'transfer_ended',
      'opted_out',
      'step',
      'flow_ended',
    ]),
    step: z.string().nullable(),
    text: z.string().optional().openapi({ description: 'All that is spoken of a prompt, as one text.' }),
    parts: z.array(partSchema).optional(),
    duration: duration.optional(),
    heard: duration.optional().openapi({ description: 'Less than its duration where it was cut short.' }),
    key: z.string().optional(),
    use: z
      .enum(['taken', 'cut_prompt', 'wrong', 'repeat', 'opt_out', 'kept_ahead', 'ignored'])
      .optional()
      .openapi({ description: 'What became of a key.' }),
    attempt: z.int().optional(),
    value: z.string().optional(),
    correct: z.boolean().nullable().optional(),
    ending: z.string().optional(),
  })
  .meta({ id: 'RehearsedEntry', description: 'Something that was heard, pressed or recorded.' });

/** What a rehearsal came to. */
export const rehearsalSchema = z
  .strictObject({
    flow: z.strictObject({ id: z.string(), version: z.int().nullable() }),
    language: z.string(),
    timeline: z.array(entrySchema).openapi({ description: 'Everything in order.' }),
    responses: z.array(
      z.strictObject({
        question: z.string(),
        value: z.string(),
        key: z.string().nullable(),
        given_on: z.enum(['request', 'call']),
        correct: z.boolean().nullable(),
      }),
    ),
    score: z.strictObject({ correct: z.int(), answered: z.int(), total: z.int() }).nullable(),
    ending: z.enum(['flow_ended', 'hung_up', 'opted_out', 'failed', 'time_limit', 'cut_off']).openapi({
      description:
        '`hung_up`: by the person; `time_limit`: after the longest talk that a call has by default; `cut_off`: the rehearsal became too long to be shown and was ended there.',
    }),
    outcome: z.enum(outcomes).openapi({ description: 'As a call would have it that is not tried again.' }),
    heard_percent: z.int(),
    resume_at: z.string().nullable(),
    result: flowValue,
    duration,
    unused_keys: z
      .array(z.string().nullable())
      .openapi({ description: 'Those of `keys` that nobody asked for any more.' }),
    advice: adviceSchema,
  })
  .meta({ id: 'Rehearsal', description: 'What the person would hear, and what would be recorded.' });

type Rehearsal = z.input<typeof rehearsalSchema>;

export function presentRehearsal({
  flow,
  language,
  definition,
  rehearsed,
  advice,
}: RehearseFlowResult & { result: 'rehearsed' }): Rehearsal {
  const { summary } = rehearsed;
  return {
    flow,
    language,
    timeline: rehearsed.entries.map(presentEntry),
    responses: definition.steps.flatMap(({ id }) => presentResponse(rehearsed, id)),
    score: summary.score,
    ending: rehearsed.ending,
    outcome: rehearsed.outcome,
    heard_percent: rehearsed.heardPercent,
    resume_at: summary.resumeAt,
    result: summary.result,
    duration: formatDuration(rehearsed.durationMs),
    unused_keys: rehearsed.unusedKeys,
    advice,
  };
}

function presentResponse({ session }: Rehearsed, question: string): Rehearsal['responses'] {
  const response = Object.hasOwn(session.responses, question) ? session.responses[question] : undefined;
  if (response === undefined) return [];
  const { value, key, givenOn, correct } = response;
  return [{ question, value, key, given_on: givenOn, correct }];
}

type Entry = Rehearsal['timeline'][number];

function presentEntry(entry: RehearsedEntry): Entry {
  const after = formatDuration(entry.afterMs);
  if (entry.type === 'fact') return { after, ...presentFact(entry.fact) };
  return {
    after,
    type: 'prompt',
    step: entry.step,
    text: entry.parts.flatMap(({ part }) => wordsIn(part) ?? []).join(' '),
    parts: entry.parts.map(presentPart),
    duration: formatDuration(entry.durationMs),
    heard: formatDuration(entry.heardMs),
  };
}

function presentPart({ part, durationMs, measured }: RehearsedPart): NonNullable<Entry['parts']>[number] {
  const duration = formatDuration(durationMs);
  const language = 'language' in part ? part.language : null;
  return { text: wordsIn(part), language, duration, measured };
}

/** What is in a recording, nobody may have written down. */
function wordsIn(part: SpokenPart): string | null {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'prompt':
      return part.text ?? `[${part.id}]`;
    case 'recording':
      return '[recording]';
    case 'pause':
    case 'beep':
    case 'music':
    case 'own_words':
      return null;
  }
}

/** The words are those of a call's timeline. */
function presentFact(fact: FlowFact): Omit<Entry, 'after'> {
  switch (fact.type) {
    case 'step_entered':
      return { type: 'step', step: fact.step };
    case 'key_pressed':
      return { type: 'key', step: fact.step, key: fact.key, use: fact.use };
    case 'response_recorded': {
      const { value, correct } = fact.response;
      return { type: 'response', step: fact.question, value, correct };
    }
    case 'no_input':
      return { type: 'no_key', step: fact.step, attempt: fact.attempt };
    case 'invalid_input':
      return { type: 'wrong_key', step: fact.step, attempt: fact.attempt };
    case 'given_up':
      return { type: 'given_up', step: fact.question };
    case 'recording_started':
      return { type: 'recording_started', step: fact.step };
    case 'voice_message_recorded':
      return { type: 'recording_kept', step: fact.question };
    case 'voice_message_discarded':
      return { type: 'recording_discarded', step: fact.question };
    case 'looked_up':
      return { type: 'looked_up', step: fact.step };
    case 'transfer_begun':
    case 'transfer_joined':
      return { type: fact.type, step: fact.step };
    case 'transfer_ended':
      return { type: 'transfer_ended', step: fact.ending.step };
    case 'opted_out':
      return { type: 'opted_out', step: null };
    case 'flow_ended':
      return { type: 'flow_ended', step: null, ending: fact.ending };
    default:
      return unreachable(fact);
  }
}
