import type {
  AcceptResult,
  Acceptance,
  CallFilter,
  ClaimRequest,
  IdempotencyRequest,
  Ledger,
  Transition,
} from '../../src/db/ledger.ts';
import type { StoredEvent, TimelineEntry } from '../../src/domain/calls/call-event.ts';
import type { Call, PersonHash } from '../../src/domain/calls/call.ts';
import type { CallId } from '../../src/domain/ids.ts';
import { byId, StoredCalls } from './stored-calls.ts';

/** What a test may do to the ledger. */
export interface LedgerFaults {
  /**
   * Called before and after each operation takes effect. What it throws is what the operation rejects with: before, nothing of it was kept; after,
   * all of it was, as when the connection breaks while it commits. What it returns is awaited: time that the operation takes.
   */
  around?: (operation: keyof Ledger, stage: 'before' | 'after') => void | Promise<void>;
  /** Something was committed that somebody may be waiting for. */
  onWake?: () => void;
  /** False where so many calls are kept that freezing each would be a good part of the work. */
  freezes?: boolean;
}

interface StoredReply {
  bodyHash: string;
  callId: CallId;
  reply: string;
}

/**
 * The deterministic twin of the ledger on PostgreSQL: operations take effect one after the other, each wholly, in the order in which they were asked
 * for (unless `around` delays them), and only where `around` lets them.
 */
export class InMemoryLedger implements Ledger {
  readonly #calls: StoredCalls;
  readonly #numbers = new Map<PersonHash, string>();
  readonly #replies = new Map<string, StoredReply>();
  readonly #running = new Set<string>();
  readonly #nextSendAt = new Map<string, number>();
  readonly #faults: LedgerFaults;

  constructor(faults: LedgerFaults = {}) {
    this.#faults = faults;
    this.#calls = new StoredCalls(faults.freezes ?? true);
  }

  /** Everything that was committed, in the order of its committing. */
  get events(): readonly StoredEvent[] {
    return this.#calls.events;
  }

  async accept(acceptance: Acceptance): Promise<AcceptResult> {
    const place = placeOf(acceptance.idempotency);
    if (place !== null && this.#running.has(place)) return { result: 'still_running' };
    if (place !== null) this.#running.add(place);
    try {
      return await this.#perform('accept', () => this.#accept(acceptance, place));
    } finally {
      if (place !== null) this.#running.delete(place);
    }
  }

  acceptedBefore(request: IdempotencyRequest): ReturnType<Ledger['acceptedBefore']> {
    return this.#perform('acceptedBefore', () => {
      const earlier = this.#replies.get(placeOf(request) ?? '');
      if (earlier === undefined) return null;
      if (earlier.bodyHash !== request.bodyHash) return { result: 'key_reused' };
      return { result: 'replayed', callId: earlier.callId, reply: earlier.reply };
    });
  }

  commit(transition: Transition): Promise<'committed' | 'lost_race'> {
    return this.#perform('commit', () => this.#calls.move(transition));
  }

  claim(request: ClaimRequest): Promise<Transition[]> {
    return this.#perform('claim', () => this.#claim(request));
  }

  reserveInstant(request: { trunk: string; now: number; spacingMs: number }): Promise<number> {
    return this.#perform('reserveInstant', () => {
      const sendAt = this.#instantFrom(request);
      this.#nextSendAt.set(request.trunk, sendAt + request.spacingMs);
      return sendAt;
    });
  }

  dueCalls(until: number, limit: number, after?: Call): Promise<Call[]> {
    return this.#perform('dueCalls', () => [...this.#calls.due(until, after).take(limit)]);
  }

  call(id: CallId): Promise<Call | null> {
    return this.#perform('call', () => this.#calls.byId.get(id) ?? null);
  }

  liveCalls(): Promise<Call[]> {
    return this.#perform('liveCalls', () => this.#calls.live());
  }

  expiredCalls(now: number, limit: number): Promise<Call[]> {
    return this.#perform('expiredCalls', () => {
      const expired = this.#calls.waiting().filter((call) => call.notAfter <= now);
      return expired.sort((a, b) => a.notAfter - b.notAfter || byId(a, b)).slice(0, limit);
    });
  }

  calls(filter: CallFilter): Promise<Call[]> {
    return this.#perform('calls', () => {
      const found = [...this.#calls.byId.values()].filter((call) => matches(call, filter));
      return found.sort((a, b) => byId(b, a)).slice(0, filter.limit);
    });
  }

  timeline(id: CallId): Promise<TimelineEntry[]> {
    return this.#perform('timeline', () => [...this.#calls.timeline(id)]);
  }

  optOuts(person: PersonHash): Promise<string[]> {
    return this.#perform('optOuts', () => this.#optOutsOf(person));
  }

  numberOf(person: PersonHash): Promise<string | null> {
    return this.#perform('numberOf', () => this.#numbers.get(person) ?? null);
  }

  /** Each operation takes effect in one step, between the two chances to go wrong. */
  async #perform<T>(operation: keyof Ledger, effect: () => T): Promise<T> {
    await this.#faults.around?.(operation, 'before');
    const result = effect();
    if (writing.has(operation)) this.#faults.onWake?.();
    await this.#faults.around?.(operation, 'after');
    return result;
  }

  #accept({ transition, number, idempotency, reply }: Acceptance, place: string | null): AcceptResult {
    const earlier = place === null ? undefined : this.#replies.get(place);
    if (earlier && earlier.bodyHash !== idempotency?.bodyHash) return { result: 'key_reused' };
    if (earlier) return { result: 'replayed', callId: earlier.callId, reply: earlier.reply };
    this.#calls.add(transition);
    this.#numbers.set(transition.call.person, number);
    if (idempotency !== null && place !== null) {
      this.#replies.set(place, { bodyHash: idempotency.bodyHash, callId: transition.call.id, reply });
    }
    return { result: 'accepted' };
  }

  #claim(request: ClaimRequest): Transition[] {
    const free = request.channels - this.#calls.liveOn(request.trunk);
    const most = Math.max(0, Math.min(request.limit, free));
    const due = this.#calls
      .dueAmong(request.candidates, request.now)
      .filter((call) => isFor(request.trunk, call));
    const claimed: Transition[] = [];
    for (const call of due.slice(0, most)) {
      const sendAt = this.#instantFrom(request);
      if (sendAt > request.reserveUntil) break;
      const transition = request.decide(call, sendAt, this.#optOutsOf(call.person));
      if (this.#calls.move(transition) !== 'committed') continue;
      claimed.push(transition);
      // Only what is really dialled uses an instant of the trunk's pace.
      if (transition.call.state.status === 'dialing')
        this.#nextSendAt.set(request.trunk, sendAt + request.spacingMs);
    }
    return claimed;
  }

  /** Whole milliseconds, rounded up: never faster than the trunk's pace. */
  #instantFrom({ trunk, now }: { trunk: string; now: number }): number {
    return Math.ceil(Math.max(now, this.#nextSendAt.get(trunk) ?? now));
  }

  #optOutsOf(person: PersonHash): string[] {
    return [...(this.#calls.optOuts.get(person) ?? [])].sort();
  }
}

const writing: ReadonlySet<keyof Ledger> = new Set(['accept', 'commit', 'claim']);

function placeOf(idempotency: IdempotencyRequest | null): string | null {
  return idempotency && JSON.stringify([idempotency.owner, idempotency.key]);
}

function isFor(trunk: string, call: Call): boolean {
  return call.trunk === null || call.trunk === trunk;
}

function matches(call: Call, filter: CallFilter): boolean {
  const outcome = call.state.status === 'ended' ? call.state.outcome : null;
  return (
    is(filter.status, call.state.status) &&
    is(filter.outcome, outcome) &&
    is(filter.campaignId, call.campaignId) &&
    is(filter.reference, call.reference) &&
    is(filter.direction, call.direction) &&
    (filter.createdAfter === undefined || call.createdAt > filter.createdAfter) &&
    (filter.before === undefined || call.id < filter.before)
  );
}

function is(wanted: string | undefined, value: string | null): boolean {
  return wanted === undefined || wanted === value;
}
