import { z } from '@hono/zod-openapi';
import { lineRequestSchema, requestOf } from '../domain/lines/line-request.ts';
import type { Line } from '../domain/lines/line.ts';

const facts = {
  number: z.string().openapi({ example: '+911412345678' }),
  created_at: z.iso.datetime(),
  changed_at: z.iso.datetime(),
};

const [missedCallRequest, answeredRequest] = lineRequestSchema.options;

/** A line as it is shown: what was asked for, every default written out. */
export const lineSchema = z
  .discriminatedUnion('mode', [
    missedCallRequest.extend(facts).meta({ id: 'MissedCallLine' }),
    answeredRequest.extend(facts).meta({ id: 'AnsweredLine' }),
  ])
  .meta({ id: 'Line' });

export function presentLine(line: Line): z.infer<typeof lineSchema> {
  return {
    number: line.number,
    ...requestOf(line),
    created_at: new Date(line.createdAt).toISOString(),
    changed_at: new Date(line.changedAt).toISOString(),
  };
}
