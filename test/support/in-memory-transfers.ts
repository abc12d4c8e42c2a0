import type { LastTransfer, Ledger, LiveTransferRow, TransferClaim } from '../../src/db/ledger.ts';
import type { PersonHash } from '../../src/domain/calls/call.ts';
import type { SeenAgent } from '../../src/domain/calls/choose-agent.ts';
import { goneBy } from '../../src/domain/calls/leg-limit.ts';
import type { TransferResult } from '../../src/domain/flows/transfer.ts';
import type { AttemptId } from '../../src/domain/ids.ts';

interface KeptTransfer {
  row: LiveTransferRow;
  asterisk: string;
  goneAt: number;
  ended: SeenAgent['left'];
}

/** The twin of the table of transfers, for the ledger in memory. */
export class InMemoryTransfers {
  readonly #live = new Map<AttemptId, KeptTransfer>();
  readonly #byCall = new Map<string, KeptTransfer[]>();
  readonly #byCallee = new Map<PersonHash, KeptTransfer[]>();

  get live(): LiveTransferRow[] {
    return [...this.#live.values()].map(({ row }) => row);
  }

  liveOf(asterisk: string): LiveTransferRow[] {
    return [...this.#live.values()].flatMap((kept) => (kept.asterisk === asterisk ? [kept.row] : []));
  }

  isEngaged(person: PersonHash): boolean {
    return this.#byCallee.get(person)?.some(({ ended }) => ended === null) ?? false;
  }

  keep({ leg, callId, trunk, now, callee, lease, legLimitMs }: TransferClaim, sendAt: number): void {
    const row = { leg, callId, trunk, startedAt: now, callee };
    const kept = { row, asterisk: lease.asterisk, goneAt: goneBy(sendAt, legLimitMs), ended: null };
    this.#live.set(leg, kept);
    this.#byCall.set(callId, [...(this.#byCall.get(callId) ?? []), kept]);
    this.#byCallee.set(callee, [...(this.#byCallee.get(callee) ?? []), kept]);
  }

  end(leg: AttemptId, at: number, as: TransferResult | null): void {
    const kept = this.#live.get(leg);
    if (kept) kept.ended = { at, as };
    this.#live.delete(leg);
  }

  endGone(goneBefore: number, at: number): void {
    for (const [leg, { goneAt }] of this.#live) if (goneAt <= goneBefore) this.end(leg, at, null);
  }

  last(callId: string, since: number): LastTransfer | null {
    const rows = this.#since(callId, since);
    const last = rows.at(-1);
    return last === undefined ? null : { ...last.row, legs: rows.length };
  }

  see(
    agent: PersonHash,
    { callId, since }: Parameters<Ledger['seeAgents']>[1],
  ): Omit<SeenAgent, 'isEngaged'> {
    const calls = this.#since(callId, since).filter(({ row }) => row.callee === agent).length;
    const left = this.#byCallee.get(agent)?.findLast(({ ended }) => ended !== null)?.ended ?? null;
    return { agent, left, calls };
  }

  #since(callId: string, since: number): KeptTransfer[] {
    return (this.#byCall.get(callId) ?? []).filter(({ row }) => row.startedAt >= since);
  }
}
