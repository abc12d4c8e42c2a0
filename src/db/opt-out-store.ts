import { sql } from 'kysely';
import type { StoredEvent } from '../domain/calls/call-event.ts';
import type { OptOutId } from '../domain/ids.ts';
import type { OptOut } from '../domain/lines/opt-out.ts';
import type { Database } from './database.ts';
import { dayOfEvent } from './event-day.ts';
import { EventDays } from './partitions.ts';
import { translated } from './run-query.ts';
import { insertOptOuts, optOutOf, type OptOutRow } from './subscription-rows.ts';
import type { Vault } from './vault.ts';
import { writeEvents } from './write-events.ts';

/** Opt-outs beside those that calls and missed calls bring. Whoever dials asks the ledger for them; here they are made, listed and deleted. */
export interface OptOutStore {
  /** Each with its event. Whoever opted out of the same before stays as they are. Resolves the ids of those that are new. */
  add(optOuts: readonly NewOptOut[]): Promise<ReadonlySet<OptOutId>>;
  /** The one of this person and scope. */
  find(optOut: Pick<OptOut, 'person' | 'scope'>): Promise<OptOut | null>;
  /** Newest first, by id. */
  list(filter: OptOutFilter): Promise<ReadOptOut[]>;
  get(id: OptOutId): Promise<ReadOptOut | null>;
  /** Kept among those that were deleted, with by whom. False where it is gone. */
  lift(id: OptOutId, how: { at: number; by: string; event: StoredEvent }): Promise<boolean>;
}

export interface NewOptOut {
  optOut: OptOut;
  number: string;
  event: StoredEvent;
}

export interface OptOutFilter {
  scope?: string;
  /** From this instant on. */
  since?: number;
  before?: OptOutId;
  limit: number;
}

/** With the clear number beside it; null where it was erased. */
export interface ReadOptOut {
  optOut: OptOut;
  number: string | null;
}

export function createOptOutStore(deps: {
  database: Database;
  vault: Vault;
  onDeliveries: () => void;
}): OptOutStore {
  const { query, hot } = deps.database;
  const days = new EventDays(hot);
  const selected = query
    .selectFrom('opt_outs as o')
    .leftJoin('phone_numbers as n', 'n.person', 'o.person')
    .selectAll('o')
    .select('n.sealed_number');
  const read = (row: OptOutRow & { sealed_number: Buffer | null }): ReadOptOut => ({
    optOut: optOutOf(row),
    number: row.sealed_number === null ? null : deps.vault.open(row.sealed_number, row.person),
  });

  return {
    async add(given) {
      await days.ensure(given.map(({ event }) => dayOfEvent(event.id)));
      const added = await translated(() =>
        query.transaction().execute(async (transaction) => {
          const fresh = await insertOptOuts(
            transaction,
            given.map(({ optOut }) => optOut),
          );
          const kept = given.filter(({ optOut }) => fresh.has(optOut.id));
          const numbers = kept
            .map(({ optOut: { person }, number }) => ({
              person,
              sealed_number: deps.vault.seal(number, person),
            }))
            .sort((one, other) => (one.person < other.person ? -1 : 1));
          if (numbers.length > 0)
            await transaction
              .insertInto('phone_numbers')
              .values(numbers)
              .onConflict((conflict) => conflict.column('person').doNothing())
              .execute();
          if (kept.length > 0)
            await writeEvents(
              transaction,
              kept.map(({ event }) => event),
            );
          return fresh;
        }),
      );
      if (added.size > 0) deps.onDeliveries();
      return added;
    },
    async find({ person, scope }) {
      const found = query
        .selectFrom('opt_outs')
        .selectAll()
        .where('person', '=', person)
        .where('scope', '=', scope);
      const row = await translated(() => found.executeTakeFirst());
      return row === undefined ? null : optOutOf(row);
    },
    async list({ scope, since, before, limit }) {
      let page = selected.orderBy('o.id', 'desc').limit(limit);
      if (scope !== undefined) page = page.where('o.scope', '=', scope);
      if (since !== undefined) page = page.where('o.created_at', '>=', new Date(since) as never);
      if (before !== undefined) page = page.where('o.id', '<', before);
      return (await translated(() => page.execute())).map(read);
    },
    async get(id) {
      const row = await translated(() => selected.where('o.id', '=', id).executeTakeFirst());
      return row === undefined ? null : read(row);
    },
    async lift(id, { at, by, event }) {
      await days.ensure([dayOfEvent(event.id)]);
      const lifted = await translated(() =>
        query.transaction().execute(async (transaction) => {
          const moved = await sql`
            with gone as (delete from opt_outs where id = ${id} returning id, person, scope, source, created_at)
            insert into lifted_opt_outs (id, person, scope, source, created_at, lifted_at, lifted_by)
            select gone.*, ${new Date(at)}, ${by} from gone returning id`.execute(transaction);
          if (moved.rows.length > 0) await writeEvents(transaction, [event]);
          return moved.rows.length > 0;
        }),
      );
      if (lifted) deps.onDeliveries();
      return lifted;
    },
  };
}
