import { z } from '@hono/zod-openapi';
import { callerKinds } from '../domain/lines/caller.ts';
import { optOutSources } from '../domain/lines/opt-out.ts';

const from = z.string().nullable().openapi({
  description: 'Masked unless the endpoint has `numbers: clear`; null where there is no number.',
});

/** `data` of the events about people who call, and about yes and no to being called; a test holds them to what is rendered. */
export const missedCallData = {
  missed_call: z.strictObject({
    id: z.string().openapi({ example: 'mc_01k6m3q4t8v5w2x9y7z1a3b5c7' }),
    line: z.string(),
    from,
    caller: z.enum(callerKinds),
    received_at: z.iso.datetime(),
    duplicate_of: z.string().nullable().openapi({ description: 'The missed call that this one repeats.' }),
    blocked_by: z.string().nullable().openapi({ description: 'The opt-out by which nothing followed.' }),
  }),
};

export const optInData = {
  opt_in: z.string().openapi({ example: 'opi_01k6m3q4t8v5w2x9y7z1a3b5c7' }),
  list: z.string(),
  from,
  person: z.string().nullable().openapi({ description: 'Who of the people of a shared phone.' }),
  confirmed_by: z.enum(['missed_call', 'key', 'import']),
  proof: z.strictObject({
    missed_call: z.string().optional(),
    line: z.string().optional(),
    call: z.string().optional(),
    step: z.string().optional(),
    key: z.string().optional(),
    flow: z
      .strictObject({ id: z.string(), version: z.int() })
      .optional()
      .openapi({ description: 'With `language`, the words that it was asked in.' }),
    language: z.string().optional(),
  }),
};

export const optOutData = {
  opt_out: z.string().openapi({ example: 'opo_01k6m3q4t8v5w2x9y7z1a3b5c7' }),
  scope: z.string(),
  from,
  confirmed_by: z.enum(optOutSources),
};
