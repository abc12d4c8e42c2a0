import { z } from '@hono/zod-openapi';
import { givenVariables } from '../../domain/calls/call-request.ts';
import type { Preflight, PreflightLanguage, PreflightPrompt, UseCases } from '../../workflows/use-cases.ts';
import { parseFlowName } from '../flow-schema.ts';
import { notFound } from '../problem.ts';
import { iso8601 } from '../prompt-schema.ts';
import type { RouteTable } from '../route-table.ts';

const duration = z.string().openapi({ example: 'PT7.15S' });

const promptSchema = z.strictObject({
  pointer: z.string().openapi({ example: '/steps/0/say', description: 'Where the flow says it.' }),
  step: z.string(),
  prompt: z.string().nullable().openapi({ description: 'Its id, where it has one.' }),
  state: z.enum(['ready', 'too_long', 'missing', 'failed', 'preparing']).openapi({
    description:
      '`too_long`: more than 20 s; it can be called, and will not be listened to. `missing`: not in the library in this language. `preparing`: a voice is still at it; ask again.',
  }),
  source: z.enum(['recording', 'synthesis']).nullable(),
  voice: z.string().nullable(),
  duration: duration.nullable(),
  problem: z.string().nullable(),
});

const languageSchema = z.strictObject({
  language: z.string(),
  ready: z.boolean().openapi({ description: 'Whether calls in this language can be made.' }),
  duration: duration.openapi({ description: 'Of everything that the flow itself says, once.' }),
  prompts: z.array(promptSchema),
  own_words: z
    .strictObject({
      sounds: z.int(),
      state: z.enum(['ready', 'missing', 'failed', 'preparing']),
      problem: z.string().nullable(),
    })
    .openapi({ description: 'What the gateway says by itself: reminders, numbers, lists of options.' }),
  missing: z.array(z.string()).openapi({ description: 'Ids to be put into the library in this language.' }),
});

const preflightSchema = z
  .strictObject({
    flow: z.strictObject({ id: z.string(), version: z.int() }),
    ready: z.boolean().openapi({ description: 'In every language.' }),
    languages: z.array(languageSchema),
  })
  .meta({ id: 'Preflight' });

const requestSchema = z
  .strictObject({
    variables: givenVariables.optional().openapi({
      description: 'As a call would bring them. Without, sentences are made with gaps in them.',
    }),
  })
  .meta({ id: 'PreflightRequest' });

export function addPreflightRoute(table: RouteTable, useCases: Pick<UseCases, 'preflightFlow'>): void {
  table.add(
    {
      method: 'post',
      path: '/v1/flows/{id}/preflight',
      operationId: 'preflightFlow',
      tag: 'Flows',
      summary: 'Make every sound of a flow, and see what is missing',
      description:
        'Rings no phone. Answers within some 20 s; what is not made by then is made by the next time.',
      pathParameters: { id: '`teacher-quiz` for the newest version, `teacher-quiz@3` for one.' },
      scope: 'flows:read',
      query: z.object({}),
      body: { schema: requestSchema, presence: 'optional' },
      needsIdempotencyKey: false,
      replies: { 200: { description: 'Each prompt in each language.', schema: preflightSchema } },
      problems: ['not_found'],
    },
    async ({ c, body }) => {
      const name = parseFlowName(c.req.param('id') ?? '');
      const preflight =
        name === null ? null : await useCases.preflightFlow({ ...name, variables: body.variables ?? {} });
      if (preflight === null) throw notFound('flow');
      return c.json(presentPreflight(preflight));
    },
  );
}

function presentPreflight({ flow, isReady, languages }: Preflight): z.input<typeof preflightSchema> {
  return { flow, ready: isReady, languages: languages.map(presentLanguage) };
}

function presentLanguage(each: PreflightLanguage): z.input<typeof languageSchema> {
  const { sounds, state, detail } = each.ownWords;
  return {
    language: each.language,
    ready: each.isReady,
    duration: iso8601(each.durationMs),
    prompts: each.prompts.map(presentPrompt),
    own_words: { sounds, state, problem: detail },
    missing: each.missing,
  };
}

function presentPrompt(prompt: PreflightPrompt): z.input<typeof promptSchema> {
  const { pointer, step, state, voice, durationMs, isRecorded, detail } = prompt;
  const isThere = state === 'ready' || state === 'too_long';
  return {
    ...{ pointer, step, prompt: prompt.prompt, state, voice },
    source: isThere ? (isRecorded ? 'recording' : 'synthesis') : null,
    duration: durationMs === null ? null : iso8601(durationMs),
    problem: detail,
  };
}
