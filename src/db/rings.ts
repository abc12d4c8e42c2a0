import type { PersonHash } from '../domain/calls/call.ts';
import { isoInstant } from '../lib/iso-instant.ts';
import type { Database } from './database.ts';
import { lookUpTogether } from './look-up-together.ts';
import { runQuery, withClient } from './run-query.ts';

/** Of attempts `a`: those that made the phone ring, or may have; as `mayHaveRung` has it. Who calls us hears no phone of theirs ring. */
export const mayHaveRungSql = `(not a.incoming and (a.ringing_at is not null or a.answered_at is not null or a.ended_at is null
  or a.reason in ('no_answer', 'rejected', 'lost')))`;

/** Instants, in milliseconds since 1970, at which the phone of person `c` rang after `since`, a parameter; null where that is null, and nobody asks. */
export const rangAtSql = (since: string): string => `case when ${since}::timestamptz is not null then (
  select json_agg((extract(epoch from a.send_at) * 1000)::bigint order by a.send_at) from attempts a
  where a.person = c.person and a.send_at > ${since} and ${mayHaveRungSql}
) end`;

const ofPersons = `select c.person, ${rangAtSql('$2')} as rang_at from unnest($1::text[]) as c(person)`;

/** See `Ledger.rangAt`. Asked for together by all that ask in one turn with the same beginning, as an upload does. */
export function rangAtOf({ hot }: Database): (person: PersonHash, since: number) => Promise<number[]> {
  const find = lookUpTogether(async (keys: string[]) => {
    const found = new Map<string, number[]>();
    const bySince = Map.groupBy(keys, (key) => key.slice(key.indexOf(' ') + 1));
    for (const [since, same] of bySince) {
      const persons = same.map((key) => key.slice(0, key.indexOf(' ')));
      const query = {
        name: 'rang_at_of_persons',
        text: ofPersons,
        values: [persons, isoInstant(Number(since))],
      };
      type Row = { person: string; rang_at: number[] | null };
      for (const row of await withClient(hot, (client) => runQuery<Row>(client, query)))
        found.set(`${row.person} ${since}`, row.rang_at ?? []);
    }
    return found;
  });
  return async (person, since) => (await find(`${person} ${since}`)) ?? [];
}
