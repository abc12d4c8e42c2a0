import { z } from '@hono/zod-openapi';
import { suggestionFrom } from '../domain/suggest.ts';
import { plainText } from '../domain/plain-text.ts';
import type { Fault } from '../domain/fault.ts';
import type { SubscriptionRow } from '../workflows/subscription-use-cases.ts';
import type { ReadHeader } from './read-csv-rows.ts';
import { readRows } from './read-rows.ts';
import { faultsOfBody } from './validate-body.ts';

const recordedAt = z.iso.datetime({ offset: true }).optional();
const to = plainText({ max: 20 });

export const optOutRowSchema = z
  .strictObject({ to, scope: plainText({ min: 1, max: 110 }), recorded_at: recordedAt })
  .meta({ id: 'OptOutRow' });

export const optInRowSchema = z
  .strictObject({
    to,
    list: plainText({ min: 1, max: 100 }),
    person: plainText({ min: 1, max: 64 }).optional(),
    recorded_at: recordedAt,
  })
  .meta({ id: 'OptInRow' });

export async function* readOptOutRows(request: Request): AsyncGenerator<SubscriptionRow> {
  const header = headerOf(optOutRowSchema, ['to', 'scope']);
  for await (const row of readRows(request, header)) {
    const read = 'faults' in row ? null : faultsOfBody(optOutRowSchema, row.received);
    if (read?.result === 'valid')
      yield {
        line: row.line,
        to: read.body.to,
        scopeOrList: read.body.scope,
        at: at(read.body),
        member: null,
      };
    else yield { line: row.line, faults: 'faults' in row ? row.faults : (read?.faults ?? []) };
  }
}

export async function* readOptInRows(request: Request): AsyncGenerator<SubscriptionRow> {
  const header = headerOf(optInRowSchema, ['to', 'list']);
  for await (const row of readRows(request, header)) {
    const read = 'faults' in row ? null : faultsOfBody(optInRowSchema, row.received);
    if (read?.result === 'valid') {
      const { to: number, list, person = null } = read.body;
      yield { line: row.line, to: number, scopeOrList: list, at: at(read.body), member: person };
    } else yield { line: row.line, faults: 'faults' in row ? row.faults : (read?.faults ?? []) };
  }
}

function at({ recorded_at: text }: { recorded_at?: string | undefined }): number | null {
  return text === undefined ? null : Date.parse(text);
}

/** Columns by their names; an export has more than an import takes, and those are passed over. An empty cell is none. */
function headerOf(schema: z.ZodObject, needed: readonly string[]): ReadHeader {
  const known = Object.keys(schema.shape);
  return (header) => {
    const names = header.map((name) => name.trim());
    const faults = names.flatMap((name, index): Fault[] => {
      const pointer = `/${index}`;
      if (!known.includes(name) && !exported.has(name))
        return [
          { pointer, detail: `«${name.slice(0, 50)}» is not a known column`, ...suggestionFrom(known, name) },
        ];
      return names.indexOf(name) < index ? [{ pointer, detail: `«${name}» is there twice` }] : [];
    });
    for (const name of needed)
      if (!names.includes(name)) faults.push({ pointer: '', detail: `the column «${name}» is missing` });
    if (faults.length > 0) return { result: 'invalid', faults };
    return {
      result: 'columns',
      requestOf: (cells) =>
        Object.fromEntries(
          names.flatMap((name, index) => {
            const cell = cells[index] ?? '';
            return cell === '' || !known.includes(name) ? [] : [[name, cell]];
          }),
        ),
    };
  };
}

const exported: ReadonlySet<string> = new Set([
  ...['source', 'call', 'missed_call', 'line', 'id', 'opted_out_at', 'step', 'key', 'flow', 'language'],
]);
