import type {
  AcceptAllResult,
  AcceptResult,
  Acceptance,
  Admission,
  CallFilter,
  ClaimRequest,
  IdempotencyRequest,
  KnownCaller,
  Ledger,
  LastTransfer,
  LiveTransferRow,
  ReserveInstant,
  TransferClaim,
  Transition,
} from '../../src/db/ledger.ts';
import type { FlowStore, StoredFlow } from '../../src/db/flow-store.ts';
import type { TimelineEntry } from '../../src/domain/calls/call-event.ts';
import type { Call, PersonHash } from '../../src/domain/calls/call.ts';
import type { TransferResult } from '../../src/domain/flows/transfer.ts';
import type { AttemptId, CallId } from '../../src/domain/ids.ts';
import { askThrough, type Ask } from './ask-through.ts';
import type { ProcessGate } from './process-gate.ts';

/** A database as one process reaches it. */
export class GatedLedger implements Ledger, Pick<FlowStore, 'getFlow' | 'putFlow'> {
  readonly #ask: Ask;
  readonly #ledger: Ledger;
  readonly #flows: FlowStore;
  readonly #onKept: (call: Call) => void;

  constructor(
    gate: ProcessGate,
    stored: { ledger: Ledger; flows: FlowStore; onKept?: (call: Call) => void },
  ) {
    this.#ask = askThrough(gate);
    this.#ledger = stored.ledger;
    this.#flows = stored.flows;
    this.#onKept = stored.onKept ?? (() => undefined);
  }

  accept(acceptance: Acceptance): Promise<AcceptResult> {
    return this.#ask('accept', () => this.#ledger.accept(acceptance));
  }

  acceptAll(acceptances: readonly Acceptance[]): Promise<AcceptAllResult> {
    return this.#ask('acceptAll', () => this.#ledger.acceptAll(acceptances));
  }

  async admit(admission: Admission): Promise<'committed' | 'lost_race'> {
    const result = await this.#ask('admit', () => this.#ledger.admit(admission));
    if (result === 'committed') this.#onKept(admission.transition.call);
    return result;
  }

  whoCalls(caller: { person: PersonHash; trunk: string }): Promise<KnownCaller> {
    return this.#ask('whoCalls', () => this.#ledger.whoCalls(caller));
  }

  acceptedBefore(request: IdempotencyRequest): ReturnType<Ledger['acceptedBefore']> {
    return this.#ask('acceptedBefore', () => this.#ledger.acceptedBefore(request));
  }

  async commit(transition: Transition): Promise<'committed' | 'lost_race'> {
    const result = await this.#ask('commit', () => this.#ledger.commit(transition));
    if (result === 'committed') this.#onKept(transition.call);
    return result;
  }

  claim(request: ClaimRequest): Promise<Transition[]> {
    return this.#ask('claim', () => this.#ledger.claim(request));
  }

  reserveInstant(request: ReserveInstant): Promise<number | null> {
    return this.#ask('reserveInstant', () => this.#ledger.reserveInstant(request));
  }

  claimTransfer(claim: TransferClaim): ReturnType<Ledger['claimTransfer']> {
    return this.#ask('claimTransfer', () => this.#ledger.claimTransfer(claim));
  }

  endTransfer(leg: AttemptId, at: number, as?: TransferResult): Promise<void> {
    return this.#ask('endTransfer', () => this.#ledger.endTransfer(leg, at, as));
  }

  seeAgents(...asked: Parameters<Ledger['seeAgents']>): ReturnType<Ledger['seeAgents']> {
    return this.#ask('seeAgents', () => this.#ledger.seeAgents(...asked));
  }

  endGoneTransfers(goneBefore: number, at: number): Promise<void> {
    return this.#ask('endGoneTransfers', () => this.#ledger.endGoneTransfers(goneBefore, at));
  }

  lastTransfer(callId: CallId, since: number): Promise<LastTransfer | null> {
    return this.#ask('lastTransfer', () => this.#ledger.lastTransfer(callId, since));
  }

  liveTransfers(asterisk: string): Promise<LiveTransferRow[]> {
    return this.#ask('liveTransfers', () => this.#ledger.liveTransfers(asterisk));
  }

  noteLeaving(attempt: { id: AttemptId; epoch: number }): Promise<string[] | null> {
    return this.#ask('noteLeaving', () => this.#ledger.noteLeaving(attempt));
  }

  noteStaying(attempt: { id: AttemptId; epoch: number }): Promise<void> {
    return this.#ask('noteStaying', () => this.#ledger.noteStaying(attempt));
  }

  isUnsent(attempt: AttemptId): Promise<boolean> {
    return this.#ask('isUnsent', () => this.#ledger.isUnsent(attempt));
  }

  dueCalls(until: number, limit: number, after?: Call | null): Promise<Call[]> {
    return this.#ask('dueCalls', () => this.#ledger.dueCalls(until, limit, after));
  }

  call(id: CallId): Promise<Call | null> {
    return this.#ask('call', () => this.#ledger.call(id));
  }

  liveCalls(asterisk?: string): Promise<Call[]> {
    return this.#ask('liveCalls', () => this.#ledger.liveCalls(asterisk));
  }

  overdueCalls(now: number, limit: number): Promise<Call[]> {
    return this.#ask('overdueCalls', () => this.#ledger.overdueCalls(now, limit));
  }

  requestedEnds(asterisk: string): Promise<AttemptId[]> {
    return this.#ask('requestedEnds', () => this.#ledger.requestedEnds(asterisk));
  }

  expiredCalls(now: number, limit: number): Promise<Call[]> {
    return this.#ask('expiredCalls', () => this.#ledger.expiredCalls(now, limit));
  }

  calls(filter: CallFilter): Promise<Call[]> {
    return this.#ask('calls', () => this.#ledger.calls(filter));
  }

  timeline(id: CallId): Promise<TimelineEntry[]> {
    return this.#ask('timeline', () => this.#ledger.timeline(id));
  }

  optOuts(person: PersonHash): Promise<string[]> {
    return this.#ask('optOuts', () => this.#ledger.optOuts(person));
  }

  rangAt(person: PersonHash, since: number): Promise<number[]> {
    return this.#ask('rangAt', () => this.#ledger.rangAt(person, since));
  }

  numberOf(person: PersonHash): Promise<string | null> {
    return this.#ask('numberOf', () => this.#ledger.numberOf(person));
  }

  getFlow(id: string, version: number | null): Promise<StoredFlow | null> {
    return this.#ask('getFlow', () => this.#flows.getFlow(id, version));
  }

  putFlow(flow: Parameters<FlowStore['putFlow']>[0]): ReturnType<FlowStore['putFlow']> {
    return this.#ask('putFlow', () => this.#flows.putFlow(flow));
  }
}
