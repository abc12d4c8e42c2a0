import type { Config } from './config/config.ts';
import type { Database } from './db/database.ts';
import { createTrunkStore, type TrunkStore } from './db/trunk-store.ts';
import type { Trunk } from './domain/calls/trunk.ts';
import type { IdSource } from './domain/ids.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { openEndpointWatch } from './open-endpoint-watch.ts';
import { TrunkBoard } from './workflows/trunk-board.ts';
import { TrunkHealth } from './workflows/trunk-health.ts';
import { TrunkWatch } from './workflows/trunk-watch.ts';

export interface OpenTrunksOptions {
  config: Pick<Config, 'telephony'>;
  trunks: readonly Trunk[];
  database: Database;
  clock: Clock;
  ids: IdSource;
  log: Log;
  onDeliveries: () => void;
  /** Other ways are open than before. */
  onChanged: () => void;
  /** `keep` has something to do. */
  wake: () => void;
}

/** What knows how trunks are, and keeps it on record. */
export interface OpenTrunks {
  store: TrunkStore;
  board: TrunkBoard;
  watch: TrunkWatch;
  /** Writes down what was found out, and looks what others did. */
  keep(): Promise<void>;
  /** How old what is known of trunks may be, by whether there are other gateways. */
  keepEveryMs(hasOthers: boolean): number;
  /** Has every Asterisk asked for the health of trunks, until `stop`. */
  watchEndpoints(): { stop: () => Promise<void> };
}

/** Drained by another gateway, a trunk is left alone within a second. */
const keepEveryMs = 500;
/** Nobody else changes what is on record; what happens by the passing of time alone is seen by then. */
const keepAloneEveryMs = 2_000;

export function openTrunks(options: OpenTrunksOptions): OpenTrunks {
  const { trunks, database, clock, ids, log, wake, config } = options;
  const asterisks = config.telephony.kind === 'simulator' ? [] : config.telephony.asterisks;
  const store = createTrunkStore({ database, onDeliveries: options.onDeliveries });
  const board = new TrunkBoard({
    ...{ trunkStore: store, clock, ids, trunks, log },
    asterisks: asterisks.map(({ name }) => name),
    onChanged: options.onChanged,
  });
  const watch = new TrunkWatch({ board, wake });
  const seen = asterisks.map((asterisk) => ({
    asterisk,
    health: new TrunkHealth({ board, trunks, clock, wake, asterisk: asterisk.name }),
  }));
  return {
    ...{ store, board, watch },
    async keep() {
      await watch.write();
      for (const { health } of seen) await health.write();
      await board.look();
    },
    keepEveryMs: (hasOthers) => (hasOthers ? keepEveryMs : keepAloneEveryMs),
    watchEndpoints() {
      const watches = seen.map(({ asterisk, health }) =>
        openEndpointWatch(asterisk, { trunks, log, onSeen: (endpoints) => health.seen(endpoints) }),
      );
      for (const each of watches) each.start();
      return {
        async stop() {
          await Promise.all(watches.map((each) => each.stop()));
        },
      };
    },
  };
}
