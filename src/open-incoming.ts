import { createCallBackRequestStore, type CallBackRequestStore } from './db/call-back-request-store.ts';
import type { Database } from './db/database.ts';
import { createLineStore, type LineStore } from './db/line-store.ts';
import { createMissedCallStore } from './db/missed-call-store.ts';
import type { MissedCalls } from './db/missed-calls.ts';
import { createOptInStore, type OptInStore } from './db/opt-in-store.ts';
import { createOptOutStore, type OptOutStore } from './db/opt-out-store.ts';
import type { Vault } from './db/vault.ts';
import type { Trunk } from './domain/calls/trunk.ts';
import type { IdSource } from './domain/ids.ts';
import type { MissedCall } from './domain/lines/missed-call.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import type { Telephony } from './telephony/telephony.ts';
import { IncomingCalls } from './workflows/incoming-calls.ts';
import { LineBook } from './workflows/line-book.ts';
import { MissedCallRecorder } from './workflows/missed-call-recorder.ts';

/** Where calls that come in are taken, refused and recorded. */
export interface Incoming {
  stores: {
    lines: LineStore;
    missedCalls: MissedCalls;
    optIns: OptInStore;
    optOuts: OptOutStore;
    callBackRequests: CallBackRequestStore;
  };
  lineBook: LineBook;
  forCallBacks: { missedCalls: MissedCalls; lines: LineBook };
  /** Those that come in over one Asterisk. */
  over(telephony: Telephony): IncomingCalls;
}

export interface IncomingNeeds {
  database: Database;
  vault: Vault;
  trunks: readonly Trunk[];
  clock: Clock;
  ids: IdSource;
  log: Log;
  /** Call-backs may be due. */
  onCallBacks: () => void;
  onDeliveries: () => void;
  onMissedCall: (call: MissedCall) => void;
  onNoLine: () => void;
}

export function openIncoming(needs: IncomingNeeds): Incoming {
  const { database, vault, clock, ids } = needs;
  const lines = createLineStore(database);
  const lineBook = new LineBook({ lines, clock });
  const missedCalls = createMissedCallStore({ database, vault, ids, onDeliveries: needs.onDeliveries });
  const subscriptions = { database, vault, onDeliveries: needs.onDeliveries };
  return {
    lineBook,
    forCallBacks: { missedCalls, lines: lineBook },
    stores: {
      ...{ lines, missedCalls },
      optIns: createOptInStore(subscriptions),
      optOuts: createOptOutStore(subscriptions),
      callBackRequests: createCallBackRequestStore(subscriptions),
    },
    over: (telephony) => incomingOver(telephony, { ...needs, missedCalls, lineBook }),
  };
}

function incomingOver(
  telephony: Telephony,
  needs: IncomingNeeds & { missedCalls: MissedCalls; lineBook: LineBook },
): IncomingCalls {
  const { clock, log, trunks } = needs;
  const recorder = new MissedCallRecorder({
    ...{ missedCalls: needs.missedCalls, clock, log },
    onRecorded(legs, fresh) {
      for (const leg of legs)
        telephony
          .removeWritten(leg)
          .catch((error: unknown) =>
            log.warn({ leg, err: error }, 'what Asterisk wrote down was not removed'),
          );
      fresh.forEach(needs.onMissedCall);
      if (fresh.some((call) => call.callBack.state === 'due')) needs.onCallBacks();
    },
  });
  return new IncomingCalls({
    ...{ telephony, recorder, trunks, clock, log, lines: needs.lineBook },
    personOf: (number) => needs.vault.personOf(number),
    onNoLine: needs.onNoLine,
  });
}
