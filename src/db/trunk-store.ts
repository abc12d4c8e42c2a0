import type { StoredEvent } from '../domain/calls/call-event.ts';
import { openBreaker, type TrunkBreaker } from '../domain/trunks/trunk-breaker.ts';
import { downUntil, type Sightings } from '../domain/trunks/trunk-sightings.ts';
import type { TrunkState } from '../domain/trunks/trunk-state.ts';
import type { Database } from './database.ts';
import { dayOfEvent } from './event-day.ts';
import { EventDays } from './partitions.ts';
import { translated } from './run-query.ts';
import { writeEvents } from './write-events.ts';

/** How trunks are, for all gateways. A trunk that nothing is on record of is as new. */
export interface TrunkStore {
  /** By name. */
  states(): Promise<Map<string, TrunkState>>;
  /** Live attempts and legs of transfers, by the name of the trunk, of all gateways. */
  liveByTrunk(): Promise<Map<string, number>>;
  /**
   * Compare-and-set on the revision: the state as it is now, with its events, or nothing at all where somebody changed it first.
   * `state.revision` is the one that the change started from.
   */
  change(
    state: TrunkState,
    change: { at: number; events: readonly StoredEvent[] },
  ): Promise<'changed' | 'lost_race'>;
}

export interface TrunkStoreDependencies {
  database: Database;
  /** Deliveries were left to be sent. */
  onDeliveries: () => void;
}

export function createTrunkStore({ database, onDeliveries }: TrunkStoreDependencies): TrunkStore {
  const { query, hot } = database;
  const days = new EventDays(hot);
  return {
    async states() {
      const rows = await translated(() => query.selectFrom('trunks').selectAll().execute());
      return new Map(rows.map((row) => [row.name, stateOf(row as TrunkRow)]));
    },
    async liveByTrunk() {
      const legs = (['attempts', 'transfers'] as const).map((table) =>
        query.selectFrom(table).select('trunk').where('ended_at', 'is', null),
      );
      const counted = query
        .selectFrom(legs.reduce((one, other) => one.unionAll(other)).as('legs'))
        .select(({ fn }) => ['trunk', fn.countAll<string>().as('live')])
        .groupBy('trunk');
      const rows = await translated(() => counted.execute());
      return new Map(rows.map(({ trunk, live }) => [trunk, Number(live)]));
    },
    async change(state, { at, events }) {
      await days.ensure(events.map((event) => dayOfEvent(event.id)));
      const changed = await translated(() =>
        query.transaction().execute(async (transaction) => {
          const row = { name: state.name, next_send_at: new Date(at) };
          if (state.revision === 0)
            await transaction
              .insertInto('trunks')
              .values(row)
              .onConflict((conflict) => conflict.column('name').doNothing())
              .execute();
          const rows = await transaction
            .updateTable('trunks')
            .set({ ...columnsOf(state, at), revision: state.revision + 1 })
            .where('name', '=', state.name)
            .where('revision', '=', state.revision)
            .returning('name')
            .execute();
          if (rows.length > 0 && events.length > 0) await writeEvents(transaction, events);
          return rows.length > 0;
        }),
      );
      if (changed && events.length > 0) onDeliveries();
      return changed ? 'changed' : 'lost_race';
    },
  };
}

interface Health {
  breaker?: Omit<TrunkBreaker, 'closedUntil'>;
  sightings?: Sightings;
}

interface TrunkRow {
  name: string;
  revision: number;
  drained_at: number | null;
  pace_factor: number;
  pace_slowed_at: number;
  closed_until: number | null;
  health: Health;
  reported_up: boolean;
}

function stateOf(row: TrunkRow): TrunkState {
  return {
    name: row.name,
    revision: row.revision,
    drainedAt: row.drained_at,
    pace: { factor: row.pace_factor, slowedAt: row.pace_slowed_at },
    breaker: { ...openBreaker, ...row.health.breaker, closedUntil: row.closed_until },
    sightings: row.health.sightings ?? {},
    reportedUp: row.reported_up,
  };
}

/** What claims look at has columns of its own. */
function columnsOf({ drainedAt, pace, breaker, sightings, reportedUp }: TrunkState, at: number) {
  const { closedUntil, ...rest } = breaker;
  const health: Health = { breaker: rest, sightings };
  return {
    drained_at: dateOrNull(drainedAt),
    pace_factor: pace.factor,
    pace_slowed_at: new Date(pace.slowedAt),
    closed_until: dateOrNull(closedUntil),
    down_until: dateOrNull(downUntil(sightings, at)),
    health: JSON.stringify(health),
    reported_up: reportedUp,
  };
}

function dateOrNull(at: number | null): Date | null {
  return at === null ? null : new Date(at);
}
