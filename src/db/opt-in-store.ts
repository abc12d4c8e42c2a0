import { sql } from 'kysely';
import type { StoredEvent } from '../domain/calls/call-event.ts';
import type { OptInId } from '../domain/ids.ts';
import type { OptIn } from '../domain/lines/opt-in.ts';
import type { Database } from './database.ts';
import { dayOfEvent } from './event-day.ts';
import { EventDays } from './partitions.ts';
import { translated } from './run-query.ts';
import { insertOptIns, optInOf, type OptInRow } from './subscription-rows.ts';
import type { Vault } from './vault.ts';
import { writeEvents } from './write-events.ts';

/** Opt-ins: those of calls come with the move of the call, those of missed calls with their record, and files here. */
export interface OptInStore {
  add(optIns: readonly NewOptIn[]): Promise<void>;
  /** Newest first, by id. */
  list(filter: OptInFilter): Promise<ReadOptIn[]>;
}

export interface NewOptIn {
  optIn: OptIn;
  number: string;
  event: StoredEvent;
}

export interface OptInFilter {
  list?: string;
  /** From this instant on. */
  since?: number;
  before?: OptInId;
  limit: number;
}

export interface ReadOptIn {
  optIn: OptIn;
  /** In clear; null where it was erased. */
  number: string | null;
  /** When the person opted out of the list, or of everything, whichever was first; null while they have not. */
  optedOutAt: number | null;
}

export function createOptInStore(deps: {
  database: Database;
  vault: Vault;
  onDeliveries: () => void;
}): OptInStore {
  const { query, hot } = deps.database;
  const days = new EventDays(hot);
  return {
    async add(given) {
      if (given.length === 0) return;
      await days.ensure(given.map(({ event }) => dayOfEvent(event.id)));
      await translated(() =>
        query.transaction().execute(async (transaction) => {
          await insertOptIns(
            transaction,
            given.map(({ optIn }) => optIn),
          );
          const numbers = new Map(given.map(({ optIn: { person }, number }) => [person, number]));
          await transaction
            .insertInto('phone_numbers')
            .values(
              [...numbers]
                .sort(([one], [other]) => (one < other ? -1 : 1))
                .map(([person, number]) => ({ person, sealed_number: deps.vault.seal(number, person) })),
            )
            .onConflict((conflict) => conflict.column('person').doNothing())
            .execute();
          await writeEvents(
            transaction,
            given.map(({ event }) => event),
          );
        }),
      );
      deps.onDeliveries();
    },
    async list({ list, since, before, limit }) {
      let page = query
        .selectFrom('opt_ins as i')
        .leftJoin('phone_numbers as n', 'n.person', 'i.person')
        .selectAll('i')
        .select('n.sealed_number')
        .select(
          sql<number | null>`(
            select min(o.created_at) from opt_outs o where o.person = i.person and o.scope in ('all', 'list:' || i.list)
          )`.as('opted_out_at'),
        )
        .orderBy('i.id', 'desc')
        .limit(limit);
      if (list !== undefined) page = page.where('i.list', '=', list);
      if (since !== undefined) page = page.where('i.at', '>=', new Date(since) as never);
      if (before !== undefined) page = page.where('i.id', '<', before);
      const rows = await translated(() => page.execute());
      return rows.map((row) => ({
        optIn: optInOf(row as OptInRow),
        number: row.sealed_number === null ? null : deps.vault.open(row.sealed_number, row.person),
        optedOutAt: row.opted_out_at,
      }));
    },
  };
}
