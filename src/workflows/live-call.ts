import { answer, endAttempt, liveAttempt } from '../domain/calls/call-moves.ts';
import type { Attempt, Call } from '../domain/calls/call.ts';
import { failedOnTheWay } from '../domain/calls/trunk-round.ts';
import type { Verdict } from '../domain/calls/verdict.ts';
import { assert, unreachable } from '../lib/assert.ts';
import { Mailbox } from '../lib/mailbox.ts';
import { wait } from '../lib/wait.ts';
import type { DialRequest, DialResult, LegId } from '../telephony/telephony.ts';
import { afterAttempt, withVerdict } from './after-attempt.ts';
import {
  cancelledVerdict,
  lostVerdict,
  machineVerdict,
  refusedVerdict,
  verdictOf,
  withdrawnVerdict,
} from './attempt-verdicts.ts';
import { KeptCall, type KeptCallDependencies } from './kept-call.ts';
import type { LiveCallMessage } from './live-call-message.ts';
import { LiveTalk, type LiveTalkDependencies } from './live-talk.ts';
import type { PreparedCall } from './prepared-call.ts';
import { progressOf } from './progress-of.ts';
import { RingLimit } from './ring-limit.ts';

export interface LiveCallDependencies extends KeptCallDependencies, LiveTalkDependencies {
  ledger: KeptCallDependencies['ledger'] & LiveTalkDependencies['ledger'];
  lease: LiveTalkDependencies['lease'];
  onEnded: (live: LiveCall) => void;
  /** Whether a trunk may carry the call that was not tried in this round; asked where one has failed. */
  hasAnotherTrunk: (call: Call) => Promise<boolean>;
}

export interface LiveCallStart {
  call: Call;
  prepared: PreparedCall;
  /** Whether the request to dial has left. */
  dialled: boolean;
  /** For a leg that another process dialled: when its ringing must end. Our own dialling keeps its limits itself. */
  ringsUntil?: number;
  /** Of somebody who calls us, and is about to be answered: before that there is no call, and where they hang up sooner there never was one. */
  caller?: { number: string | null; onUnanswered: () => void };
}

/**
 * One live attempt of a call, from its claim to its verdict. All that happens to it goes through one mailbox, in order:
 *
 *     claimed ──dial──► dialled ──answered──► talking ──hung_up──► ended
 *        │                 │                     │                   ▲
 *        └── cancelled ────┴── hung_up, refused ─┴── lost ───────────┘
 *
 * - What a move reports is committed before the next message is handled, and that it rings before the next move; prompts begin meanwhile.
 * - The attempt ends when its leg is known to be gone, or was never made, and not before: its slot and its person stay taken.
 * - A message that does not apply any more changes nothing: moves check the state that they leave.
 * - Who calls us is «dialled» from the beginning, and on record as soon as we have answered.
 */
export class LiveCall {
  readonly leg: LegId;
  /** Resolves when the attempt has ended; never for one that is released. */
  readonly done: Promise<void>;
  readonly #deps: LiveCallDependencies;
  readonly #prepared: PreparedCall;
  readonly #mailbox: Mailbox<LiveCallMessage>;
  readonly #released = new AbortController();
  readonly #finish: () => void;
  readonly #kept: KeptCall;
  readonly #talk: LiveTalk;
  readonly #onUnanswered: () => void;
  readonly #ringLimit: RingLimit;
  /** Whether the request to dial has left: before that there is no leg to look for. */
  #dialled: boolean;
  #ended = false;

  constructor(deps: LiveCallDependencies, { call, prepared, dialled, ringsUntil, caller }: LiveCallStart) {
    const attempt = liveAttempt(call);
    assert(attempt, 'a live call has a live attempt');
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#deps = deps;
    this.leg = attempt.id;
    this.done = promise;
    this.#finish = () => resolve(undefined);
    this.#prepared = prepared;
    this.#dialled = dialled;
    this.#ringLimit = new RingLimit(deps.clock, ringsUntil ?? null);
    this.#onUnanswered = () => caller?.onUnanswered();
    const post = (message: LiveCallMessage): void => this.post(message);
    const onEndRequested = (): void => post({ type: 'cancel' });
    const kept = { call, leg: this.leg, signal: this.#released.signal, onEndRequested };
    this.#kept = new KeptCall(deps, caller ? { ...kept, caller } : kept);
    this.#talk = new LiveTalk(deps, { kept: this.#kept, prepared, post });
    this.#mailbox = new Mailbox(
      (message) => this.#handle(message),
      (error, { type }) =>
        deps.log.error({ err: error, call: call.id, message: type }, 'a message of a live call failed'),
    );
  }

  get call(): Call {
    return this.#kept.call;
  }

  get isOnRecord(): boolean {
    return this.#kept.isOnRecord;
  }
  get dialled(): boolean {
    return this.#dialled;
  }

  post(message: LiveCallMessage): void {
    this.#mailbox.post(message);
  }

  /** Waits for the instant of the INVITE; ends early when the attempt has ended, or the call is released. */
  waitToDial(waitMs: number): Promise<'elapsed' | 'aborted'> {
    return wait(this.#deps.clock, waitMs, this.#released.signal);
  }

  /** Lets go of the call without ending it: the leg stays, for whoever takes it up again. */
  async release(): Promise<void> {
    this.#released.abort('over');
    this.#mailbox.close();
    await this.#mailbox.idle();
    await this.#kept.idle();
    this.#talk.release();
    this.#close();
  }

  async #handle(message: LiveCallMessage): Promise<void> {
    if (this.#ended) return;
    switch (message.type) {
      case 'dial':
        return this.#dial(message.request);
      case 'dial_answered':
        return this.#afterDial(message.result);
      case 'withdrawn':
        if (this.#dialled) return;
        return this.#end(() => withdrawnVerdict, this.#deps.clock.now());
      case 'cancel':
        return this.#cancel();
      case 'taken_up':
        return this.#takeUp(message);
      case 'deaf':
        // Nobody is to lose a try for a key that could not arrive.
        this.#talk.pause();
        return;
      case 'leg_lost':
        return this.#end(await this.#kept.judgeLoss(), this.#deps.clock.now());
      case 'ringing':
        if (this.isOnRecord) this.#kept.noteRinging(message.at);
        return;
      case 'progress':
        return;
      case 'answered':
        return this.#answer(message.at);
      case 'ring_limit':
        return this.call.state.status === 'dialing' ? this.#hangUp() : undefined;
      case 'hung_up':
        return this.#end(
          (attempt) => verdictOf(attempt, message.evidence, this.#deps.verdictRowsOf(attempt.trunk)),
          message.at,
        );
      case 'key':
      case 'prompt_ended':
      case 'prompt_failed':
      case 'recording_ended':
      case 'recording_failed':
      case 'timeout':
      case 'lookup_result':
      case 'talking_started':
      case 'talking_ended':
      case 'transfer_ready':
      case 'transfer_over':
      case 'talk_limit':
        return this.#talk.handle(message);
      default:
        return unreachable(message);
    }
  }

  #dial(request: DialRequest): Promise<void> {
    if (this.#kept.attempt.endRequested !== null)
      return this.#end(() => cancelledVerdict, this.#deps.clock.now());
    this.#dialled = true;
    const answered = (result: DialResult): void => this.post({ type: 'dial_answered', result });
    this.#deps.telephony
      .dial(request)
      .then(answered, (error: unknown) => answered({ result: 'unsure', reason: String(error) }));
    return Promise.resolve();
  }

  async #afterDial(result: DialResult): Promise<void> {
    if (result.result === 'sent') return;
    this.#deps.log.warn(
      { call: this.call.id, attempt: this.leg, ...result },
      'a request to dial was not confirmed',
    );
    if (result.result === 'refused') {
      const verdict = result.code === 'not_connected' ? withdrawnVerdict : refusedVerdict;
      return this.#end(() => verdict, this.#deps.clock.now());
    }
    this.#deps.onUnsure(this.leg);
  }

  #cancel(): Promise<void> {
    this.#kept.noteEndRequested();
    return this.#dialled ? this.#hangUp() : this.#end(() => cancelledVerdict, this.#deps.clock.now());
  }

  async #hangUp(): Promise<void> {
    await this.#deps.telephony.hangUp(this.leg);
  }

  /** After a restart or a lost connection: the leg is there, in this state. */
  async #takeUp({ state: leg, legs }: Extract<LiveCallMessage, { type: 'taken_up' }>): Promise<void> {
    this.#dialled = true;
    await this.#kept.reload();
    if (!this.isOnRecord && this.#talk.hasBegun) return this.#hangUp();
    if (!this.#kept.isLive) return this.#end(() => lostVerdict, this.#deps.clock.now());
    if (this.isOnRecord && this.call.direction === 'incoming') void this.#forgetWritten();
    if (this.#kept.endRequested) return this.#hangUp();
    // Whoever picked up while nobody listened is about to be told of as answered.
    if (leg === 'picked_up') return;
    if (leg !== 'answered') {
      this.#ringLimit.start(() => this.post({ type: 'ring_limit' }));
      return;
    }
    const { state } = this.call;
    if (state.status === 'dialing') return this.#answer(this.#deps.clock.now());
    if (state.status === 'in_progress') return this.#talk.takeUp(state.session, legs);
  }

  async #answer(at: number): Promise<void> {
    if (this.#talk.hasBegun || this.call.state.status !== 'dialing') return;
    await this.#talk.begin(at, (call, talk) => answer(call, this.leg, talk));
    if (this.call.direction === 'outgoing') return;
    await (this.isOnRecord ? this.#forgetWritten() : this.#hangUp());
  }

  /** What the network wrote down of the call is on record now; left there, it is removed when it is found. */
  async #forgetWritten(): Promise<void> {
    await this.#deps.telephony.removeWritten(this.leg).catch((error: unknown) => {
      this.#deps.log.warn({ leg: this.leg, err: error }, 'what Asterisk wrote down was not removed');
    });
  }

  /** @param decide the verdict, by the attempt as it is on record when the move is made */
  async #end(decide: (attempt: Attempt) => Verdict, at: number): Promise<void> {
    if (!this.isOnRecord && !this.#talk.hasBegun) return this.#neverWas();
    const { session, timeline, recording, transfers } = await this.#talk.end(at);
    this.#close();
    const isMachine = session?.ending === 'machine';
    const progress = session && !isMachine ? progressOf(this.#prepared, session) : null;
    const anotherTrunk = await this.#hasAnotherTrunk(decide, at);
    await this.#kept.commit((call) => {
      const attempt = liveAttempt(call);
      if (attempt?.id !== this.leg) return { result: 'ignored', reason: 'the attempt has ended already' };
      const verdict = isMachine ? machineVerdict(decide(attempt)) : decide(attempt);
      const after = afterAttempt(call, { verdict, progress, at, anotherTrunk });
      return endAttempt(call, this.leg, { at, verdict, progress, recording, transfers, after, timeline });
    }, null);
    this.#over();
  }

  #neverWas(): Promise<void> {
    this.#close();
    this.#over();
    this.#onUnanswered();
    return Promise.resolve();
  }

  #over(): void {
    this.#ended = true;
    // whoever still waits for its instant waits for nothing
    this.#released.abort('over');
    this.#mailbox.close();
    this.#finish();
    this.#deps.onEnded(this);
  }

  async #hasAnotherTrunk(decide: (attempt: Attempt) => Verdict, at: number): Promise<boolean> {
    await this.#kept.idle();
    if (!this.#kept.isLive) return false;
    const { attempt } = this.#kept;
    const verdict = decide(attempt);
    if (!failedOnTheWay({ ...attempt, ended: { at, verdict } })) return false;
    return this.#deps.hasAnotherTrunk(withVerdict(this.call, { verdict, at }));
  }

  #close(): void {
    this.#ringLimit.cancel();
    this.#talk.close();
  }
}
