import type { Pool } from 'pg';
import type { Database } from './database.ts';
import { dayMs, dayOf, type Day } from './event-day.ts';
import { inTransaction, runQuery } from './run-query.ts';

/**
 * Partitions by day of `events` and `settled_deliveries`, named like `events_20261121`. There is no default partition, since one would have to be
 * searched whenever a day is added: a day is there before the first event of it, made ahead by `maintainPartitions`, or at the
 * latest by the writer that needs it.
 */
const partitionedTables = ['events', 'settled_deliveries'] as const;
const daysAhead = 7;
/** So long events can be read and sent again. */
export const eventRetentionDays = 30;
/** Whoever holds this advisory lock makes or drops partitions. */
export const partitionLock = 4_847_002;

/** Days that are known to have their partitions; shared by the writers of a process. */
export class EventDays {
  readonly #pool: Pool;
  readonly #known = new Set<Day>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Makes the partitions of days that have none. Costs nothing for days that were seen before. */
  async ensure(days: readonly Day[]): Promise<void> {
    for (const day of days) {
      if (this.#known.has(day)) continue;
      await inTransaction(this.#pool, async (client) => {
        await runQuery(client, `select pg_advisory_xact_lock(${partitionLock})`);
        for (const table of partitionedTables) await runQuery(client, partitionStatement(table, day));
      });
      this.#known.add(day);
    }
  }
}

/**
 * To be run at start and daily: makes the days from yesterday to a week ahead, and drops those older than the retention. A day of which a delivery is
 * still pending is kept until that is settled: what is claimed needs the event, and what is settled needs a partition to be kept in.
 * @param options.now milliseconds since 1970
 */
export async function maintainPartitions(
  database: Database,
  options: { now: number; retentionDays: number },
): Promise<{ dropped: string[] }> {
  const days = Array.from({ length: daysAhead + 2 }, (_, index) => dayOf(options.now + (index - 1) * dayMs));
  await new EventDays(database.hot).ensure(days);
  return { dropped: await dropBefore(database.hot, dayOf(options.now - options.retentionDays * dayMs)) };
}

async function dropBefore(pool: Pool, day: Day): Promise<string[]> {
  return inTransaction(pool, async (client) => {
    await runQuery(client, `select pg_advisory_xact_lock(${partitionLock})`);
    // Dropping waits for statements that use the table, and others wait behind it: rather not today than for long.
    await runQuery(client, `set local lock_timeout = '2s'`);
    const partitions = await runQuery<{ name: string }>(
      client,
      `select inhrelid::regclass::text as name from pg_inherits where inhparent in ('events'::regclass, 'settled_deliveries'::regclass)`,
    );
    const pending = await runQuery<{ day: string }>(client, {
      text: `select distinct to_char(day, 'YYYYMMDD') as day from deliveries where day < $1::date`,
      values: [day],
    });
    const kept = new Set(pending.map((each) => each.day));
    const expired = partitions
      .map(({ name }) => name)
      .filter((name) => name.slice(-8) < day.replaceAll('-', '') && !kept.has(name.slice(-8)));
    for (const name of expired) await runQuery(client, `drop table ${name}`);
    return expired;
  });
}

/** Attaching takes a lock that readers and writers of the other days do not wait for. */
function partitionStatement(table: (typeof partitionedTables)[number], day: Day): string {
  const name = `${table}_${day.replaceAll('-', '')}`;
  const nextDay = dayOf(Date.parse(day) + dayMs);
  return `do $$ begin
    if to_regclass('${name}') is null then
      create table ${name} (like ${table} including defaults including constraints);
      alter table ${table} attach partition ${name} for values from ('${day}') to ('${nextDay}');
    end if;
  end $$`;
}
