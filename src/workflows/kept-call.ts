import type { Lease } from '../domain/asterisks/lease.ts';
import { liveAttempt, noteRinging, type Move } from '../domain/calls/call-moves.ts';
import type { Attempt, Call } from '../domain/calls/call.ts';
import type { Verdict } from '../domain/calls/verdict.ts';
import { assert } from '../lib/assert.ts';
import type { Log } from '../lib/log.ts';
import { LedgerUnavailable, type Ledger } from '../db/ledger.ts';
import type { LegId } from '../telephony/telephony.ts';
import { admittingLedger } from './admitting-ledger.ts';
import { commitMove, type CommitDependencies } from './commit-move.ts';
import { commitPatiently } from './commit-patiently.ts';
import type { Talk } from './talk.ts';
import { verdictOfLost } from './verdict-of-lost.ts';

export interface KeptCallDependencies extends CommitDependencies {
  ledger: CommitDependencies['ledger'] & Pick<Ledger, 'admit' | 'isUnsent'>;
  log: Log;
  /** Under which the leg is attended here. */
  lease: Lease;
}

export interface KeptCallStart {
  call: Call;
  leg: LegId;
  /** Ends commits that wait for the database. */
  signal: AbortSignal;
  /** The record turned out to hold a request for the end of this leg that nobody here was told of. */
  onEndRequested: () => void;
  /** Of a call that came in and is not on record yet: its first move brings it there. */
  caller?: { number: string | null };
}

/**
 * The call of one live leg as it is on record, and the only way by which that leg changes it. Moves are made one after the other; that the phone
 * rang is kept before the next move, but nothing waits for it otherwise. Once another gateway attends the call, nothing is changed from here any more.
 */
export class KeptCall {
  readonly leg: LegId;
  readonly #deps: CommitDependencies & { ledger: Pick<Ledger, 'isUnsent'> } & Pick<
      KeptCallDependencies,
      'log' | 'lease'
    >;
  readonly #signal: AbortSignal;
  readonly #onEndRequested: () => void;
  #call: Call;
  /** Kept here as well: the request to hang up may be lost with the connection, before the next commit finds it on record. */
  #endRequested = false;
  /** The keeping of it that the phone rang, until that is over. */
  #ringing: Promise<void> = Promise.resolve();

  constructor(deps: KeptCallDependencies, { call, leg, signal, onEndRequested, caller }: KeptCallStart) {
    const admitted = caller && { draft: call, number: caller.number, lease: deps.lease };
    this.#deps = admitted ? { ...deps, ledger: admittingLedger(deps.ledger, admitted) } : deps;
    this.#call = call;
    this.leg = leg;
    this.#signal = signal;
    this.#onEndRequested = onEndRequested;
  }

  /** Aborts when the call is let go. */
  get signal(): AbortSignal {
    return this.#signal;
  }

  get call(): Call {
    return this.#call;
  }

  /** Somebody who called us may hang up before there is anything to keep. */
  get isOnRecord(): boolean {
    return this.#call.revision > 0;
  }

  /** Whether this leg is still the one that the call is on. */
  get isLive(): boolean {
    return liveAttempt(this.#call)?.id === this.leg;
  }

  get attempt(): Attempt {
    const attempt = liveAttempt(this.#call);
    assert(attempt, 'a live call has a live attempt');
    return attempt;
  }

  get endRequested(): boolean {
    return this.#endRequested || this.attempt.endRequested !== null;
  }

  /** The request is on record; the call here may not know of it yet, but whatever is committed next will find it. */
  noteEndRequested(): void {
    this.#endRequested = true;
  }

  /**
   * Tried once, and never rejects; the next move waits for it, but no message does: who answers meanwhile must not listen to silence until, or
   * because it cannot be, kept that the phone rang.
   */
  noteRinging(at: number): void {
    this.#ringing = this.#ringing.then(() => this.#noteRinging(at));
  }

  /** Of an attempt that has no leg, and whose end nobody saw. */
  async judgeLoss(): Promise<() => Verdict> {
    const verdict = await verdictOfLost(this.#deps.ledger, this.leg);
    return () => verdict;
  }

  /** Resolves when nothing is being kept beside the moves. */
  async idle(): Promise<void> {
    await this.#ringing;
  }

  /**
   * @param talk whoever is on the line, to be comforted while the database is away
   * @returns whether they were, and the question is to be asked again
   */
  async commit(move: (call: Call) => Move, talk: Talk | null): Promise<{ waited: boolean }> {
    await this.#ringing;
    const { commit, waited } = await commitPatiently(
      { ...this.#deps, signal: this.#signal },
      this.#call,
      this.#ifAttended(move),
      talk,
    );
    this.#adopt(commit.call);
    if (commit.result === 'ignored')
      this.#deps.log.debug({ call: commit.call.id, reason: commit.reason }, 'a move did not apply');
    return { waited };
  }

  /** The call as it is on record; where the database is away, as it is known here. */
  async reload(): Promise<void> {
    await this.#ringing;
    try {
      this.#call = (await this.#deps.ledger.call(this.#call.id)) ?? this.#call;
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) throw error;
    }
  }

  async #noteRinging(at: number): Promise<void> {
    try {
      const move = this.#ifAttended((now) => noteRinging(now, this.leg, at));
      const { call } = await commitMove(this.#deps, this.#call, move);
      this.#adopt(call);
    } catch (error) {
      const level = error instanceof LedgerUnavailable ? 'warn' : 'error';
      this.#deps.log[level]({ err: error, call: this.#call.id }, 'that the phone rang could not be kept');
    }
  }

  /** A move that was made here does not apply to a call that another gateway took up meanwhile: it goes on from what was on record then. */
  #ifAttended(move: (call: Call) => Move): (call: Call) => Move {
    return (call) => {
      const attempt = liveAttempt(call);
      return attempt?.id === this.leg && attempt.epoch !== this.#deps.lease.epoch
        ? { result: 'ignored', reason: 'another gateway attends the call' }
        : move(call);
    };
  }

  /** Its end may have been requested while nobody here could be told: it is found on record. */
  #adopt(call: Call): void {
    this.#call = call;
    const isRequested = (liveAttempt(call)?.endRequested ?? null) !== null;
    if (isRequested && !this.#endRequested) this.#onEndRequested();
  }
}
