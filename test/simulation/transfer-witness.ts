import type { Call } from '../../src/domain/calls/call.ts';
import type { AttemptId, CallId } from '../../src/domain/ids.ts';
import type { KeptMove, KeptTransfer } from './world-database.ts';

/** From one INVITE to an agent to the next for the same person, whatever became of the first. */
const shortestRestMs = 5_000;

/** Every transfer that a call began is reported once, before the call ends; nobody is dialled for one that is not on record. */
export class TransferWitness {
  readonly #report: (violation: string) => void;
  readonly #claims = new Map<AttemptId, KeptTransfer>();
  /** By call and agent. */
  readonly #calledAt = new Map<string, number>();
  /** Of the present attempt of each call: which transfer it is in. */
  readonly #running = new Map<CallId, string>();

  constructor(report: (violation: string) => void) {
    this.#report = report;
  }

  /** Whose leg of a transfer this is; null for one that is none. */
  callOf(leg: AttemptId): CallId | null {
    return this.#claims.get(leg)?.callId ?? null;
  }

  claimed(claim: KeptTransfer): void {
    this.#claims.set(claim.leg, claim);
  }

  /** One at a time, for whomever; and nobody is called again for one person before they were left alone for a while. */
  invited(leg: AttemptId, { now, live }: { now: number; live: ReadonlySet<string> }): void {
    const claim = this.#claims.get(leg);
    if (claim?.isAgent !== true) return;
    const { callee, callId } = claim;
    for (const [other, { callee: called }] of this.#claims)
      if (other !== leg && called === callee && live.has(other))
        this.#report(`${leg} and ${other} ring one agent at once`);
    const before = this.#calledAt.get(`${callId} ${callee}`);
    if (before !== undefined && now - before < shortestRestMs)
      this.#report(`${leg} calls an agent again ${now - before} ms after the last time`);
    this.#calledAt.set(`${callId} ${callee}`, now);
  }

  kept({ call, events }: KeptMove): void {
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
