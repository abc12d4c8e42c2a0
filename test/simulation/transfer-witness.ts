import type { Transition } from '../../src/db/ledger.ts';
import type { Call } from '../../src/domain/calls/call.ts';
import type { AttemptId, CallId } from '../../src/domain/ids.ts';

/** Every transfer that a call began is reported once, before the call ends; nobody is dialled for one that is not on record. */
export class TransferWitness {
  readonly #report: (violation: string) => void;
  readonly #callByLeg = new Map<AttemptId, CallId>();
  /** Of the present attempt of each call: which transfer it is in. */
  readonly #running = new Map<CallId, string>();

  constructor(report: (violation: string) => void) {
    this.#report = report;
  }

  /** Whose leg of a transfer this is; null for one that is none. */
  callOf(leg: AttemptId): CallId | null {
    return this.#callByLeg.get(leg) ?? null;
  }

  claimed(leg: AttemptId, callId: CallId): void {
    this.#callByLeg.set(leg, callId);
  }

  kept({ call, events }: Transition): void {
    const before = this.#running.get(call.id) ?? null;
    const after = runningIn(call);
    const ended = events.filter((event) => event.type === 'transfer.ended').length;
    // One may end and another begin in one move.
    const wasOver = before !== null && before !== after;
    if (ended !== (wasOver ? 1 : 0))
      this.#report(`${call.id}: ${ended} transfer.ended between ${String(before)} and ${String(after)}`);
    if (after === null) this.#running.delete(call.id);
    else this.#running.set(call.id, after);
  }
}

function runningIn({ state }: Call): string | null {
  return state.status === 'in_progress' ? (state.session.transfer?.transferId ?? null) : null;
}
