import { z } from '@hono/zod-openapi';

/** An instant in a query, as milliseconds since 1970. Four-digit years only, as RFC 3339 has them. */
export const instantParameter = z.iso
  .datetime({ offset: true, abort: true })
  .refine((text) => !Number.isNaN(Date.parse(text)), { error: 'is no instant of the calendar' })
  .transform((text) => Date.parse(text))
  .openapi({ type: 'string', format: 'date-time', example: '2026-01-31T09:00:00Z' });
