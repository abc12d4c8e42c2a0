import type { Trunk } from '../domain/calls/trunk.ts';
import { liveAttempt } from '../domain/calls/call-moves.ts';
import type { Attempt, Call } from '../domain/calls/call.ts';
import { assert } from '../lib/assert.ts';
import { within } from '../lib/wait.ts';
import type { Ledger } from '../db/ledger.ts';
import type { LegId, TelephonyEvent } from '../telephony/telephony.ts';
import { dialDueCalls } from './dial-due-calls.ts';
import { DuePreparation } from './due-preparation.ts';
import { hasAnotherTrunk } from './find-route.ts';
import { LiveCalls } from './live-calls.ts';
import { LeavingTimes } from './leave-at-instant.ts';
import { prepareCall } from './prepare-call.ts';
import type { PreparedCall } from './prepared-call.ts';
import { answerLine, type LineAnswer, type LineCallReceived } from './answer-line.ts';
import type { CallRunnerDependencies } from './call-runner-dependencies.ts';
import { startAttempt, type StartAttemptDependencies } from './start-attempt.ts';
import { TransferLegs } from './transfer-legs.ts';
import { takeUpLiveCalls } from './take-up-live-calls.ts';

/**
 * All calls of one Asterisk, for as long as this process holds its lease: dials what is due, and sees what is on the line to its end.
 *
 * Nothing is dialled while the network cannot be heard, and after each new connection not before the live calls were taken up:
 *
 *     deaf ──connected──► unsettled ──taken up──► settled
 *      ▲                      │                      │
 *      └──────disconnected────┴──────────────────────┘
 */
export class CallRunner {
  readonly liveCalls = new LiveCalls();
  readonly #transferLegs = new TransferLegs();
  readonly #leavingTimes = new LeavingTimes();
  /** Whether the last pass of the dialler saw any call that is due, or will be soon. */
  hasCallsDue = false;
  readonly #deps: CallRunnerDependencies;
  readonly #preparation: DuePreparation;
  #hearing: 'deaf' | 'unsettled' | 'settled' = 'deaf';
  /** Counts connections: what was compared over an earlier one says nothing of the present. */
  #connection = 0;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #missing = new Map<LegId, number>();
  /** Legs that were told of the request to end them. */
  readonly #endsHeeded = new Set<LegId>();
  /** Something may be on record that was not compared with the legs yet. */
  #isRecordUnsure = false;
  readonly #stopping = new AbortController();

  constructor(deps: CallRunnerDependencies) {
    this.#deps = deps;
    this.#preparation = new DuePreparation({ ...deps, onReady: deps.wakeDialler });
    deps.telephony.onEvent((event) => this.#onEvent(event));
  }

  get settled(): boolean {
    return this.#hearing === 'settled';
  }

  /** One pass of the dialler. */
  dial(): Promise<void> {
    return this.#inTurn(() => this.#dial());
  }

  /** Compares legs with what is on record; see `takeUpLiveCalls`. */
  takeUp(): Promise<void> {
    return this.#inTurn(() => this.#takeUp());
  }

  /** One after the other: an attempt whose claim is still on its way back would look like one whose leg was lost. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #dial(): Promise<void> {
    if (!this.settled || this.#stopping.signal.aborted || !this.#deps.lease.isSafe()) return;
    if (this.#deps.telephony.problem() !== null || this.#deps.holdBack() !== null) return;
    try {
      this.hasCallsDue = await dialDueCalls({
        ...this.#deps,
        preparation: this.#preparation,
        room: () => this.#room,
        startAttempt: (transition, plan) => startAttempt(this.#live(), transition, plan),
      });
    } catch (error) {
      // A claim whose reply was lost may be on record, with attempts that nobody here knows of.
      this.#isRecordUnsure = true;
      this.#deps.wakeTakeUp();
      throw error;
    }
  }

  /** Legs that may still be dialled on this Asterisk. */
  get #room(): number {
    return this.#deps.mostLive - this.liveCalls.size - this.#transferLegs.size;
  }

  async #takeUp(): Promise<void> {
    if (this.#hearing === 'deaf' || this.#stopping.signal.aborted) return;
    const connection = this.#connection;
    const reconnected = this.#hearing === 'unsettled';
    const again = {
      prepare: (call: Call) => this.#prepareAgain(call),
      missing: this.#missing,
      ringsUntil: (call: Call) => ringsUntil(liveAttempt(call), this.#trunkOf(call)),
    };
    this.#isRecordUnsure = true;
    const { strays } = await takeUpLiveCalls({ ...this.#live(), ...again }, { reconnected });
    const { isSettled } = await this.#deps.incoming.takeUp(this);
    this.#isRecordUnsure = strays > 0 || !isSettled;
    if (this.#hearing === 'unsettled' && connection === this.#connection) this.#hearing = 'settled';
    this.#deps.wakeDialler();
  }

  /** Answers whoever calls a line, or says why not. */
  answerLine(received: LineCallReceived, onUnanswered: () => void): Promise<LineAnswer> {
    const hasRoom = (): boolean =>
      !this.#stopping.signal.aborted && this.#deps.holdBack() === null && this.#room > 0;
    return answerLine(
      { ...this.#live(), ...this.#deps, liveCalls: this.liveCalls, hasRoom },
      received,
      onUnanswered,
    );
  }

  isLive(leg: LegId): boolean {
    return this.liveCalls.of(leg) !== undefined;
  }

  /** Ends what somebody asked to end, through whichever gateway. */
  async heedRequestedEnds(): Promise<void> {
    if (this.liveCalls.size === 0) return;
    for (const leg of await this.#deps.ledger.requestedEnds(this.#deps.lease.asterisk)) this.heedEnd(leg);
  }

  heedEnd(leg: LegId): void {
    if (this.#endsHeeded.has(leg) || this.liveCalls.of(leg) === undefined) return;
    this.#endsHeeded.add(leg);
    this.liveCalls.requestEnd(leg);
  }

  /** The network itself has ended this leg by now. Where it can be asked, the next comparison finds that out. */
  loseOverdue(leg: LegId): boolean {
    const live = this.liveCalls.of(leg);
    if (live && !this.settled) live.post({ type: 'leg_lost' });
    return live !== undefined;
  }

  /** How soon the legs are to be compared again. */
  get nextTakeUpMs(): number {
    const isQuiet = this.settled && this.#missing.size === 0 && !this.#isRecordUnsure;
    return isQuiet ? 60_000 : 1_000;
  }

  /** From now on nothing is dialled or taken up. */
  refuse(): void {
    this.#stopping.abort();
  }

  /**
   * Dials nothing more, and waits until who is on the line has finished, at most `graceMs`. Whoever talks longer stays on the line:
   * the process that starts next takes the call up.
   */
  async drain(graceMs: number): Promise<void> {
    this.refuse();
    await this.#preparation.stop();
    for (const live of this.liveCalls.all()) if (!live.dialled) live.post({ type: 'withdrawn' });
    const finished = Promise.all(this.liveCalls.all().map((live) => live.done));
    await within(this.#deps.clock, graceMs, Promise.all([finished, this.#deps.incoming.drain()]));
    await Promise.all(this.liveCalls.all().map((live) => live.release()));
  }

  #onEvent(event: TelephonyEvent): void {
    switch (event.type) {
      case 'connected':
        this.#hearing = 'unsettled';
        this.#connection += 1;
        return this.#deps.wakeTakeUp();
      case 'disconnected':
        this.#hearing = 'deaf';
        for (const live of this.liveCalls.all()) live.post({ type: 'deaf' });
        return this.#deps.log.warn(
          { reason: event.reason },
          'the phone network cannot be heard: nothing is dialled until it is back',
        );
      case 'incoming':
        return this.#deps.incoming.receive(event, this);
      default: {
        const live = this.liveCalls.of(event.leg);
        if (live) live.post(event);
        else if (!this.#transferLegs.tell(event))
          this.#deps.log.debug({ leg: event.leg, type: event.type }, 'an event of nobody’s leg');
      }
    }
  }

  /** Its words were made before it was dialled, so this finds files and renders nothing, unless somebody removed them. */
  async #prepareAgain(call: Call): Promise<PreparedCall> {
    const { words, renditionsFor, flowOf } = this.#deps;
    const renditions = renditionsFor(this.#trunkOf(call).codec);
    return prepareCall(
      { renditions, words },
      {
        call,
        flow: await flowOf(call.flow),
        signal: AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(prepareAgainWithinMs)]),
      },
    );
  }

  /** The trunk that the call was dialled over; another one where it is not configured any more. */
  #trunkOf(call: Call): Trunk {
    const { trunks } = this.#deps;
    const trunk = trunks.find((each) => each.name === call.attempts.at(-1)?.trunk) ?? trunks[0];
    assert(trunk, 'there is a trunk');
    return trunk;
  }

  #live(): StartAttemptDependencies & { ledger: Ledger } {
    return {
      ...this.#deps,
      ...{ liveCalls: this.liveCalls, transferLegs: this.#transferLegs, leavingTimes: this.#leavingTimes },
      onChannelFree: () => this.#deps.wakeDialler(),
      hasRoomFor: (leg) => this.#room + (this.#transferLegs.of(leg) ? 1 : 0) > 0,
      verdictRowsOf: (name) => this.#deps.trunks.find((trunk) => trunk.name === name)?.verdicts ?? [],
      hasAnotherTrunk: (call) => hasAnotherTrunk(this.#deps, call),
      onUnsure: () => this.#deps.wakeTakeUp(),
      onEnded: (live) => {
        this.liveCalls.remove(live);
        this.#missing.delete(live.leg);
        this.#endsHeeded.delete(live.leg);
        // who calls us shows nothing of how phones are reached over a trunk
        if (live.call.direction === 'outgoing') this.#deps.onAttemptEnded(live.call);
        this.#deps.wakeDialler();
      },
    };
  }
}

/** As the process that dialled it would have counted: from the first ringing, or where none was seen, from the end of the set-up. */
function ringsUntil(attempt: Attempt | null, trunk: Trunk): number {
  if (attempt === null) return 0;
  return (attempt.ringingAt ?? attempt.sendAt + trunk.setupTimeoutMs) + trunk.ringTimeoutMs;
}

const prepareAgainWithinMs = 30_000;
