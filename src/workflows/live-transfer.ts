import { decideVerdict } from '../domain/calls/decide-verdict.ts';
import type { HangUpEvidence, VerdictReason } from '../domain/calls/verdict.ts';
import type { TransferResult } from '../domain/flows/transfer.ts';
import type { AttemptId } from '../domain/ids.ts';
import type { Timer } from '../lib/clock.ts';
import { TelephonyUnavailable, type LegEvent, type LegId } from '../telephony/telephony.ts';
import { dialTransfer, type DialTransferDependencies } from './dial-transfer.ts';
import { endTransfer } from './end-transfer.ts';
import type { FoundLeg, JoinableTransfer, KeptLeg, TransferStart } from './joinable-transfer.ts';
import type { TransferLeg, TransferLegs } from './transfer-legs.ts';
import { transferResultOf } from './transfer-result.ts';

export interface LiveTransferDependencies extends DialTransferDependencies {
  transferLegs: TransferLegs;
  /** A channel of a trunk is free again. */
  onChannelFree: () => void;
  /** It is not known whether the request to dial arrived: somebody must look for the leg. */
  onUnsure: (leg: LegId) => void;
}

/**
 * The other one's phone, called for a person who waits:
 *
 *     calling ──► whispering ──► ready ──► (joined by whoever owns the talk) ──► over
 *        └───────────┴─────────────┴──────────────────────────────────────────────▲
 *
 * `over` is told once, unless whoever began it ended it. The channel stays taken until the leg is known to be gone, whatever becomes of the
 * person; then, and not before, that is put on record.
 */
export class LiveTransfer implements TransferLeg, JoinableTransfer {
  readonly #deps: LiveTransferDependencies;
  readonly #start: TransferStart;
  readonly #ending = new AbortController();
  #state: 'calling' | 'whispering' | 'ready' | 'over' = 'calling';
  #limit: Timer | null = null;
  #whisperAgain: Timer | null = null;
  #isJoining = false;
  #dialledAt: number | null = null;
  #startedAt = 0;
  #released = false;
  /** How its end is to be kept, where that is not how its phone was left. */
  #leftAs: TransferResult | null = null;
  readonly #goneAtLast = Promise.withResolvers<'gone'>();
  leg: AttemptId | null = null;
  trunk: string | null = null;
  reason: VerdictReason | null = null;

  constructor(deps: LiveTransferDependencies, start: TransferStart) {
    this.#deps = deps;
    this.#start = start;
  }

  get transferId(): string {
    return this.#start.transferId;
  }

  get to(): string {
    return this.#start.number;
  }

  get phonesCalled(): number {
    return this.dialled ? 1 : 0;
  }

  get kept(): KeptLeg | null {
    const { leg, trunk } = this;
    if (leg === null || trunk === null) return null;
    return { leg, trunk, callee: null, startedAt: this.#startedAt, legs: 1 };
  }

  /** Resolves when its leg is gone, and it was tried to keep that. */
  get gone(): Promise<'gone'> {
    return this.#goneAtLast.promise;
  }

  get dialled(): boolean {
    return this.#dialledAt !== null;
  }

  /** Whether its leg can be among those for which the network was asked at this instant. */
  wasDialledBefore(instant: number): boolean {
    return this.#dialledAt !== null && this.#dialledAt < instant;
  }

  get isOver(): boolean {
    return this.#state === 'over';
  }

  /** Calls the other one, once, as soon as a trunk has a channel and an instant for it. */
  call(): void {
    this.#limitWait();
    void this.#call().catch((error: unknown) => {
      this.#deps.log.warn({ err: error, call: this.#start.callId }, 'a transfer could not be dialled');
      if (this.leg !== null) this.#deps.transferLegs.remove(this.leg);
      this.#over('failed');
    });
  }

  /** Another process, or this one before the connection was lost, called them: they are there in this state. */
  adopt({ leg, trunk, state, startedAt }: FoundLeg, isJoined: boolean): void {
    this.#startedAt = startedAt;
    [this.leg, this.trunk, this.#dialledAt] = [leg, trunk, -Infinity];
    this.#deps.transferLegs.add(leg, this);
    if (isJoined) {
      this.#state = 'ready';
      return;
    }
    this.#limitWait();
    if (state !== 'answered') return;
    // whoever had them before may have begun it
    this.#send(this.#deps.telephony.stopPrompt(leg, 'whisper'));
    this.#whisper();
  }

  /** Who cannot be joined is let go: better that than silence. Without a connection they are taken up again when it is back. */
  async join(): Promise<void> {
    const { telephony, log } = this.#deps;
    this.#isJoining = true;
    this.#whisperAgain?.cancel();
    if (this.leg === null) return;
    // whatever of it is left: who is joined is not spoken to
    this.#send(telephony.stopPrompt(this.leg, 'whisper'));
    try {
      await telephony.join({ person: this.#start.person, other: this.leg });
    } catch (error) {
      if (!(error instanceof TelephonyUnavailable)) throw error;
      if (telephony.problem() !== null) return;
      log.error({ err: error, leg: this.leg }, 'two people could not be joined');
      this.#over('failed');
      this.#hangUp();
    }
  }

  /** Nobody wants it any more: the other one is let go, and nothing is told. */
  end(): void {
    if (this.#state === 'over') return;
    this.#leftAs = this.#state === 'ready' ? 'talked' : 'caller_hung_up';
    if (this.#state === 'ready') this.#send(this.#deps.telephony.part(this.#start.person));
    this.#state = 'over';
    this.#stop();
    this.#hangUp();
  }

  /** Lets go without ending it: the leg stays, for whoever takes it up again. */
  release(): void {
    const known = this.#state === 'whispering' || this.#state === 'ready' ? 'answered' : 'nothing';
    this.#state = 'over';
    this.#released = true;
    this.#stop();
    if (this.leg !== null) this.#deps.transferLegs.release(this.leg, known);
  }

  onLost(): void {
    this.#gone(this.#state === 'ready' ? 'talked' : 'lost');
  }

  onEvent(event: LegEvent): void {
    switch (event.type) {
      case 'answered':
        if (this.#state === 'calling') this.#whisper();
        return;
      case 'prompt_ended':
      case 'prompt_failed':
        if (this.#state === 'whispering') this.#ready();
        else this.#whisperLater();
        return;
      case 'hung_up':
        return this.#hungUp(event.evidence);
      default:
        return;
    }
  }

  async #call(): Promise<void> {
    const wanted = { ...this.#start, signal: this.#ending.signal };
    const dialled = await dialTransfer(this.#deps, wanted, {
      onClaim: (claim) => {
        [this.leg, this.trunk, this.#startedAt] = [claim.leg, claim.trunk, this.#deps.clock.now()];
        this.#deps.transferLegs.add(claim.leg, this);
      },
      onDial: () => {
        this.#dialledAt = this.#deps.clock.now();
      },
    });
    if (dialled.result === 'dialled') {
      // it may have been ended while the request was on its way
      if (dialled.unsure && this.leg !== null) this.#deps.onUnsure(this.leg);
      if (this.#ending.signal.aborted && !this.#released) this.#hangUp();
      return;
    }
    if (this.leg !== null) this.#deps.transferLegs.remove(this.leg);
    this.#goneAtLast.resolve('gone');
    this.reason = dialled.reason;
    this.#over(dialled.result);
  }

  #whisper(): void {
    const { whisper } = this.#start;
    const leg = this.leg;
    this.#state = 'whispering';
    this.#limit?.cancel();
    if (leg === null) return;
    if (whisper.length === 0) return this.#ready();
    this.#say(leg);
  }

  #say(leg: AttemptId): void {
    const { whisper } = this.#start;
    this.#send(
      this.#deps.telephony.say(leg, {
        promptId: 'whisper',
        sounds: whisper,
        silenceMs: silenceAfterWhisperMs,
      }),
    );
  }

  #ready(): void {
    this.#state = 'ready';
    this.#whisperLater();
    this.#start.post({ type: 'transfer_ready', at: this.#deps.clock.now(), transferId: this.transferId });
  }

  /** Once more: what the person's call came to before may have to be kept first, and the database be away. */
  #whisperLater(): void {
    const { leg } = this;
    if (leg === null || this.#isJoining || this.#state !== 'ready') return;
    if (this.#start.whisper.length === 0) return;
    this.#whisperAgain = this.#deps.clock.setTimer(silenceAfterWhisperMs, () => this.#say(leg));
  }

  #hungUp(evidence: HangUpEvidence): void {
    const { reason } = decideVerdict(evidence, this.#deps.verdictRowsOf(this.trunk ?? ''));
    this.reason = reason;
    this.#gone(transferResultOf(this.#state === 'ready', reason));
  }

  #gone(result: TransferResult): void {
    const { telephony, transferLegs } = this.#deps;
    const { leg } = this;
    // nothing can be said to the person before, and what follows may have to wait for the record
    if (this.#state === 'ready') this.#send(telephony.part(this.#start.person));
    if (leg !== null) {
      transferLegs.remove(leg);
      void endTransfer(this.#deps, leg, this.#leftAs ?? result).then(() => this.#goneAtLast.resolve('gone'));
    }
    this.#over(result);
  }

  #limitWait(): void {
    const { clock } = this.#deps;
    this.#limit = clock.setTimer(this.#start.until - clock.now(), () => {
      if (this.#state !== 'calling') return;
      const result = this.dialled ? 'no_answer' : 'failed';
      this.#leftAs = result;
      this.reason = this.dialled ? 'no_answer' : 'congestion';
      this.#over(result);
      this.#hangUp();
    });
  }

  #over(result: TransferResult): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#stop();
    const { transferId, post } = this.#start;
    post({ type: 'transfer_over', at: this.#deps.clock.now(), transferId, result });
  }

  #stop(): void {
    this.#limit?.cancel();
    this.#whisperAgain?.cancel();
    this.#ending.abort();
  }

  #hangUp(): void {
    if (this.leg !== null && this.dialled) this.#send(this.#deps.telephony.hangUp(this.leg));
  }

  /** What rejects is a lost connection, after which everything is taken up again. */
  #send(request: Promise<unknown>): void {
    request.catch((error: unknown) =>
      this.#deps.log.warn({ err: error, leg: this.leg }, 'a request for a transfer failed'),
    );
  }
}

/** So that the line is not idle until they are joined. */
const silenceAfterWhisperMs = 2_000;
