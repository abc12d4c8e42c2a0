import type {
  CallBackSettled,
  CallBackToPlace,
  MissedCallFilter,
  MissedCalls,
  ReadMissedCall,
} from '../../src/db/missed-calls.ts';
import type { StoredEvent } from '../../src/domain/calls/call-event.ts';
import type { CallId, IdSource, MissedCallId } from '../../src/domain/ids.ts';
import type { LineCaller } from '../../src/domain/lines/decide-missed-call.ts';
import type { MissedCall, ReceivedMissedCall } from '../../src/domain/lines/missed-call.ts';
import type { OptIn } from '../../src/domain/lines/opt-in.ts';
import type { OptOut } from '../../src/domain/lines/opt-out.ts';
import { lineCallerKey, recordMissedCalls } from '../../src/domain/lines/record-missed-calls.ts';
import { assert } from '../../src/lib/assert.ts';
import type { InMemoryLedger } from './in-memory-ledger.ts';

/** The deterministic twin of the missed calls on PostgreSQL: each operation takes effect in one step. Opt-outs, numbers and calls are the ledger's. */
export class InMemoryMissedCalls implements MissedCalls {
  readonly #ledger: InMemoryLedger;
  readonly #ids: IdSource;
  readonly #calls = new Map<MissedCallId, MissedCall>();
  readonly #lineCallers = new Map<string, LineCaller>();
  readonly #placingUntil = new Map<string, number>();
  readonly events: StoredEvent[] = [];
  readonly optIns: OptIn[] = [];
  readonly optOuts: OptOut[] = [];

  constructor(ledger: InMemoryLedger, ids: IdSource) {
    this.#ledger = ledger;
    this.#ids = ids;
  }

  record(received: readonly ReceivedMissedCall[], now: number): Promise<MissedCall[]> {
    return step(() => {
      const persons = received.flatMap(({ person }) => (person === null ? [] : [person]));
      const facts = {
        knownLegs: new Set([...[...this.#calls.values()].map(({ leg }) => leg), ...this.#ledger.legs()]),
        lineCallers: this.#lineCallers,
        optOuts: new Map(persons.map((person) => [person, this.#ledger.scopesOf(person)])),
      };
      const made = recordMissedCalls(received, { facts, ids: this.#ids, now });
      for (const call of made.missedCalls) {
        this.#calls.set(call.id, call);
        this.#ledger.missedLegs.add(call.leg);
      }
      made.lineCallers.forEach((caller, key) => this.#lineCallers.set(key, caller));
      made.numbers.forEach((number, person) => this.#ledger.keepNumber(person, number));
      for (const { person, scope } of made.optOuts) this.#ledger.optOut(person, scope);
      this.optIns.push(...made.optIns);
      this.optOuts.push(...made.optOuts);
      this.events.push(...made.events);
      return made.missedCalls;
    });
  }

  takeCallBacks(request: { now: number; leaseMs: number; limit: number }): Promise<CallBackToPlace[]> {
    return step(() => {
      const { now, leaseMs, limit } = request;
      const taken: CallBackToPlace[] = [];
      for (const missedCall of [...this.#calls.values()].sort(byId)) {
        const { callBack, person } = missedCall;
        if (callBack.state !== 'due' || person === null || taken.length === limit) continue;
        const key = lineCallerKey(missedCall.line, person);
        if ((this.#placingUntil.get(key) ?? -Infinity) > now) continue;
        this.#placingUntil.set(key, now + leaseMs);
        taken.push({
          missedCall: { ...missedCall, person },
          at: callBack.at,
          number: this.#ledger.numberNow(person),
          openCall: this.#openCall(key),
          lastLanguage: this.#ledger.lastLanguageOf(person),
        });
      }
      return taken;
    });
  }

  settleCallBack(id: MissedCallId, settled: CallBackSettled): Promise<void> {
    return step(() => {
      const call = this.#calls.get(id);
      if (call?.callBack.state !== 'due' || call.person === null) return;
      const key = lineCallerKey(call.line, call.person);
      for (const other of this.#calls.values()) {
        if (other.callBack.state !== 'due' || keyOf(other) !== key) continue;
        const callBack =
          other.id !== id && settled.state === 'placed' ? { ...settled, state: 'joined' as const } : settled;
        this.#calls.set(other.id, { ...other, callBack });
      }
      this.#placingUntil.delete(key);
    });
  }

  list({ line, since, before, limit }: MissedCallFilter): Promise<ReadMissedCall[]> {
    return step(() =>
      [...this.#calls.values()]
        .filter((call) => line === undefined || call.line === line)
        .filter((call) => since === undefined || call.receivedAt >= since)
        .filter((call) => before === undefined || call.id < before)
        .sort((one, other) => byId(other, one))
        .slice(0, limit)
        .map((missedCall) => ({
          missedCall,
          number: missedCall.person && this.#ledger.numberNow(missedCall.person),
        })),
    );
  }

  #openCall(key: string): CallId | null {
    for (const call of this.#calls.values()) {
      if (keyOf(call) !== key || !('callId' in call.callBack)) continue;
      const placed = this.#ledger.callNow(call.callBack.callId);
      assert(placed, 'a call-back that was placed is on record');
      if (placed.state.status !== 'ended') return placed.id;
    }
    return null;
  }
}

function keyOf({ line, person }: MissedCall): string | null {
  return person === null ? null : lineCallerKey(line, person);
}

function byId(one: MissedCall, other: MissedCall): number {
  return one.id < other.id ? -1 : 1;
}

function step<T>(effect: () => T): Promise<T> {
  return new Promise((resolve) => resolve(effect()));
}
