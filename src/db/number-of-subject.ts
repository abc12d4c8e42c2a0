import type { QueryConfig } from 'pg';
import type { EventSubject } from '../domain/webhooks/event-subject.ts';
import type { Database } from './database.ts';
import { runQuery, withClient } from './run-query.ts';
import type { Vault } from './vault.ts';

/** Whom each kind of thing on record is about, $1 its id. Of an opt-out also when it was deleted: that is reported, too. */
const personBy: Record<EventSubject['kind'], string> = {
  call: 'select person from calls where id = $1',
  missed_call: 'select person from missed_calls where id = $1',
  opt_in: 'select person from opt_ins where id = $1',
  opt_out:
    'select person from opt_outs where id = $1 union all select person from lifted_opt_outs where id = $1',
  call_back_request: 'select person from call_back_requests where id = $1',
};

/**
 * The clear number of the person whom an event is about, from the vault; null where there is none, or it was erased.
 *
 * @throws LedgerUnavailable when the database cannot be reached
 */
export async function numberOfSubject(
  { database, vault }: { database: Database; vault: Vault },
  { kind, id }: EventSubject,
): Promise<string | null> {
  const query: QueryConfig = {
    name: `number_of_${kind}`,
    text: `select n.person, n.sealed_number from (${personBy[kind]} limit 1) p join phone_numbers n on n.person = p.person`,
    values: [id],
  };
  const [row] = await withClient(database.hot, (client) =>
    runQuery<{ person: string; sealed_number: Buffer }>(client, query),
  );
  return row === undefined ? null : vault.open(row.sealed_number, row.person);
}
