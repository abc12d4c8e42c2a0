import { allows } from '../domain/api-keys/scope.ts';
import {
  logHeader,
  logRow,
  unreachedHeader,
  unreachedOutcomes,
  unreachedRow,
} from '../domain/campaigns/campaign-csv.ts';
import type { CampaignId } from '../domain/ids.ts';
import { csvStream } from '../lib/write-csv.ts';
import type { CampaignUseCases } from './campaign-use-cases.ts';
import type { Principal } from './use-cases.ts';

/** A file of a campaign on its way to whoever asked for it. */
export interface CampaignFile {
  headers: Record<string, string>;
  csv: ReadableStream<Uint8Array>;
}

type Asked = { id: CampaignId; principal: Principal };

/** The log sheet: one row a call, with a code of the person instead of the number. Null where there is no such campaign. */
export async function writeCallsCsv(
  { exportCalls }: Pick<CampaignUseCases, 'exportCalls'>,
  { id }: Asked,
): Promise<CampaignFile | null> {
  const found = await exportCalls({ id, outcomes: null });
  if (found === null) return null;
  const { questions, calls } = found;
  const rows = mapped(calls, ({ call }) => logRow(call, questions));
  return { headers: headersOf('calls', id), csv: csvStream(logHeader(questions), rows) };
}

/** Who was not reached, for the call centre; numbers in clear only with `numbers:read`. Null where there is no such campaign. */
export async function writeUnreachedCsv(
  { exportCalls }: Pick<CampaignUseCases, 'exportCalls'>,
  { id, principal }: Asked,
): Promise<CampaignFile | null> {
  const found = await exportCalls({ id, outcomes: unreachedOutcomes });
  if (found === null) return null;
  const isClear = allows(principal.scopes, 'numbers:read');
  const metadataKeys = await found.metadataKeys();
  const rows = mapped(found.calls, ({ call, number }) =>
    unreachedRow(call, { number: (isClear ? number : null) ?? call.toMasked, metadataKeys }),
  );
  return { headers: headersOf('unreached', id), csv: csvStream(unreachedHeader(metadataKeys), rows) };
}

function headersOf(name: string, id: CampaignId): Record<string, string> {
  return {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${name}-${id}.csv"`,
  };
}

async function* mapped<From, To>(rows: AsyncIterable<From>, make: (row: From) => To): AsyncGenerator<To> {
  for await (const row of rows) yield make(row);
}
