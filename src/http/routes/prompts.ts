import { z } from '@hono/zod-openapi';
import type { PromptName } from '../../domain/prompts/library.ts';
import { languageTag, promptId } from '../../domain/prompts/say.ts';
import type { PromptUseCases, StorePrompt } from '../../workflows/prompt-use-cases.ts';
import { pageOf } from '../../lib/page-of.ts';
import { cursorParameter, limitParameter } from '../cursor.ts';
import { listSchema } from '../list-schema.ts';
import { invalidRequest, notFound, Problem } from '../problem.ts';
import {
  presentPrompt,
  promptSchema,
  promptSummarySchema,
  promptTextSchema,
  summarisePrompt,
} from '../prompt-schema.ts';
import { readUpload, uploadTooLarge } from '../read-upload.ts';
import type { RouteTable } from '../route-table.ts';
import { validateBody } from '../validate-body.ts';

export function addPromptRoutes(table: RouteTable, useCases: PromptUseCases): void {
  addStorePrompt(table, useCases);
  addListPrompts(table, useCases);
  addReadPrompt(table, useCases);
  addHearPrompt(table, useCases);
  addDeletePrompt(table, useCases);
}

/** The contract's limit for a sound file. */
const largestFileBytes = 20 * 1024 * 1024;

const soundFile = z.string().openapi({ format: 'binary' });
const soundTypes = ['audio/wav', 'audio/mpeg', 'audio/ogg', 'audio/flac', 'audio/mp4'];

const ofPrompts = { tag: 'Prompts', query: z.object({}), body: null, needsIdempotencyKey: false } as const;
const ofOnePrompt = {
  ...ofPrompts,
  path: '/v1/prompts/{id}/{language}',
  pathParameters: {
    id: 'Small letters, digits, hyphens, underscores, in parts with dots between: `quiz.q1`. Under `system.…` are the gateway’s own prompts.',
    language: 'A language tag, such as `hi` or `es-419`.',
  },
} as const;

function addStorePrompt(table: RouteTable, useCases: PromptUseCases): void {
  table.add(
    {
      ...ofOnePrompt,
      method: 'put',
      operationId: 'storePrompt',
      summary: 'Put a recording or words into the library',
      description:
        'A sound file as the body, of at most 10 minutes and 20 MiB, known by its content; or words as JSON. It becomes a new version; what equals the newest makes none. A recording wins over the voice that would speak the words, until other words are put.',
      scope: 'flows:write',
      uploads: {
        ...Object.fromEntries(soundTypes.map((type) => [type, soundFile])),
        'application/json': promptTextSchema,
      },
      replies: {
        200: { description: 'The newest version is equal; nothing was stored.', schema: promptSchema },
        201: {
          description: 'A new version.',
          schema: promptSchema,
          headers: { Location: 'Where the prompt can be read.' },
        },
      },
      problems: ['speech_unavailable'],
    },
    async ({ c }) => {
      const name = pathName(c.req.param());
      const body = await readUpload(c.req.raw, largestFileBytes);
      const put: StorePrompt['put'] =
        body.kind === 'file'
          ? { chunks: body.chunks }
          : { text: validateBody(promptTextSchema, body.received ?? {}).text };
      const stored = await useCases.storePrompt({ ...name, put });
      switch (stored.result) {
        case 'stored': {
          const { id, language } = stored.prompt;
          return stored.created
            ? c.json(presentPrompt(stored.prompt), 201, { Location: `/v1/prompts/${id}/${language}` })
            : c.json(presentPrompt(stored.prompt), 200);
        }
        case 'misnamed':
        case 'invalid':
          throw invalidRequest(stored.faults);
        case 'too_large':
          throw uploadTooLarge(largestFileBytes);
      }
    },
  );
}

/** A prompt in a cursor: neither an id nor a language has a slash. */
const nameForm = /^([a-z0-9._-]{1,128})\/([A-Za-z0-9-]{2,20})$/;
const listQuery = z.object({
  limit: limitParameter,
  cursor: cursorParameter((text): text is string => nameForm.test(text)),
});

function addListPrompts(table: RouteTable, useCases: PromptUseCases): void {
  table.add(
    {
      ...ofPrompts,
      method: 'get',
      path: '/v1/prompts',
      operationId: 'listPrompts',
      summary: 'List prompts',
      scope: 'flows:read',
      query: listQuery,
      replies: {
        200: {
          description: 'The newest version of each, by id and language.',
          schema: listSchema(promptSummarySchema, 'by id'),
        },
      },
    },
    async ({ c, query }) => {
      const [, id, language] = nameForm.exec(query.cursor ?? '') ?? [];
      const after = id === undefined || language === undefined ? null : { id, language };
      const prompts = await useCases.listPrompts({ after, limit: query.limit + 1 });
      const page = pageOf(prompts, {
        limit: query.limit,
        idOf: (prompt) => `${prompt.id}/${prompt.language}`,
      });
      return c.json({ ...page, data: page.data.map(summarisePrompt) });
    },
  );
}

function addReadPrompt(table: RouteTable, useCases: PromptUseCases): void {
  table.add(
    {
      ...ofOnePrompt,
      method: 'get',
      operationId: 'readPrompt',
      summary: 'Read a prompt',
      scope: 'flows:read',
      replies: { 200: { description: 'The newest version.', schema: promptSchema } },
      problems: ['not_found'],
    },
    async ({ c }) => {
      const prompt = await useCases.readPrompt(knownName(c.req.param()));
      if (prompt === null) throw notFound('prompt');
      return c.json(presentPrompt(prompt));
    },
  );
}

function addHearPrompt(table: RouteTable, useCases: PromptUseCases): void {
  table.add(
    {
      ...ofOnePrompt,
      method: 'get',
      path: '/v1/prompts/{id}/{language}/audio',
      operationId: 'hearPrompt',
      summary: 'Hear a prompt as the phone hears it',
      scope: 'flows:read',
      replies: {
        200: {
          description:
            'After the codec of the first trunk, as a WAV file of 8 kHz, or 16 kHz where that trunk speaks wideband.',
          contentType: 'audio/wav',
          schema: soundFile,
        },
      },
      problems: ['not_found', 'speech_unavailable'],
    },
    async ({ c }) => {
      const wav = await useCases.hearPrompt(knownName(c.req.param()));
      if (wav === null) throw notFound('prompt');
      return c.body(new Uint8Array(wav), 200, { 'Content-Type': 'audio/wav' });
    },
  );
}

function addDeletePrompt(table: RouteTable, useCases: PromptUseCases): void {
  table.add(
    {
      ...ofOnePrompt,
      method: 'delete',
      operationId: 'deletePrompt',
      summary: 'Take a prompt out of the library',
      description: 'Calls that were accepted before still speak it.',
      scope: 'flows:write',
      replies: { 204: { description: 'It is in the library no more, in this language.' } },
      problems: ['not_found', 'prompt_in_use'],
    },
    async ({ c }) => {
      const deleted = await useCases.deletePrompt(knownName(c.req.param()));
      switch (deleted.result) {
        case 'deleted':
          return c.body(null, 204);
        case 'not_found':
          throw notFound('prompt');
        case 'in_use':
          throw new Problem(
            'prompt_in_use',
            `Flows speak this prompt: ${deleted.flows.join(', ')}. Store them without it first.`,
            { members: { flows: deleted.flows } },
          );
      }
    },
  );
}

function pathName(params: Readonly<Record<string, string>>): PromptName {
  return { id: params['id'] ?? '', language: params['language'] ?? '' };
}

/** What cannot name a prompt names none. */
function knownName(params: Readonly<Record<string, string>>): PromptName {
  const name = pathName(params);
  if (promptId.safeParse(name.id).success && languageTag.safeParse(name.language).success) return name;
  throw notFound('prompt');
}
