import type { PersonHash } from '../domain/calls/call.ts';
import type { Trunk } from '../domain/calls/trunk.ts';
import { readCaller } from '../domain/lines/caller.ts';
import { dialledLine } from '../domain/lines/dialled-line.ts';
import type { AnsweredLine, Line, LineNumber } from '../domain/lines/line.ts';
import type { ReceivedMissedCall } from '../domain/lines/missed-call.ts';
import { trunkCountry, trunkOfEndpoint } from '../domain/lines/trunk-country.ts';
import type { PhoneNumber } from '../domain/phone-numbers/phone-number.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { wait } from '../lib/wait.ts';
import { LedgerUnavailable } from '../db/ledger.ts';
import {
  TelephonyUnavailable,
  type LegId,
  type OfferedCall,
  type Telephony,
} from '../telephony/telephony.ts';
import type { LineAnswer, LineCallReceived } from './answer-line.ts';
import type { LineBook } from './line-book.ts';
import type { MissedCallRecorder } from './missed-call-recorder.ts';

export interface IncomingCallsDependencies {
  telephony: Pick<Telephony, 'ring' | 'refuse' | 'offered' | 'writtenCalls' | 'removeWritten'>;
  lines: Pick<LineBook, 'all'>;
  recorder: Pick<MissedCallRecorder, 'record' | 'holds' | 'stop'>;
  personOf: (number: PhoneNumber) => PersonHash;
  trunks: readonly Trunk[];
  clock: Clock;
  log: Log;
  /** Somebody called a number that is no line. */
  onNoLine?: () => void;
}

/** Who answers those that call a line. */
export interface LineAnswerer {
  answerLine(received: LineCallReceived, onUnanswered: () => void): Promise<LineAnswer>;
  /** Whether this leg is being answered, or was and is not over. */
  isLive(leg: LegId): boolean;
}

/** So long a missed call rings: long enough for the caller to know that it arrived. */
const ringMs = 1_000;

/**
 * Calls that come in, each from its offer to its refusal or answer. Nobody waits for the database: a missed call is refused after its ring
 * whatever becomes of the record.
 */
export class IncomingCalls {
  readonly #deps: IncomingCallsDependencies;
  readonly #stopping = new AbortController();
  /** Offers that are being dealt with. */
  readonly #pending = new Map<string, Promise<void>>();
  readonly #callerIds: readonly string[];

  constructor(deps: IncomingCallsDependencies) {
    this.#deps = deps;
    this.#callerIds = deps.trunks.flatMap(({ callerIds }) => Object.values(callerIds ?? {}).flat());
  }

  /** Somebody calls; told again for one who is being dealt with, it changes nothing. */
  receive(call: OfferedCall, answerer: LineAnswerer): void {
    if (this.#pending.has(call.leg) || answerer.isLive(call.leg)) return;
    const dealt = this.#deal(call, answerer)
      .catch((error: unknown) => this.#giveUp(call, error))
      .finally(() => this.#pending.delete(call.leg));
    this.#pending.set(call.leg, dealt);
  }

  /**
   * After a new connection: who called while nobody heard, and waits still.
   *
   * @returns `isSettled`: false where a call that was written down is still to be heard of, or its leg is gone and what it came to not on record yet
   * @throws TelephonyUnavailable
   */
  async takeUp(answerer: LineAnswerer): Promise<{ isSettled: boolean }> {
    for (const call of await this.#deps.telephony.offered()) this.receive(call, answerer);
    return this.#takeUpWritten(answerer);
  }

  /**
   * Records the calls that nobody heard of, and that are over: the network wrote them down and refused them. Each is recorded once, whoever else
   * comes upon it. @throws LedgerUnavailable where the lines were never read
   */
  async #takeUpWritten(answerer: Pick<LineAnswerer, 'isLive'>): Promise<{ isSettled: boolean }> {
    const { over, isComplete } = await this.#deps.telephony.writtenCalls();
    let isSettled = isComplete;
    for (const call of over) {
      const { leg } = call;
      if (this.#pending.has(leg) || answerer.isLive(leg) || this.#deps.recorder.holds(leg)) isSettled = false;
      else await this.#keep(call, await this.#lineOf(call));
    }
    return { isSettled };
  }

  /** Waits for those that are being dealt with; who calls from now on is refused at once. */
  async drain(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#pending.values());
    await this.#deps.recorder.stop();
  }

  async #deal(call: OfferedCall, answerer: LineAnswerer): Promise<void> {
    const line = await this.#lineOf(call);
    if (line?.mode === 'answer' && (await this.#answer(call, { line, answerer }))) return;
    await this.#keep(call, line);
    if (line !== null && ringsFirst(line)) await this.#ringOnce(call);
    await this.#deps.telephony.refuse(call.leg);
  }

  /** Whether it is a live call's from here on: if not, it is a missed call. */
  async #answer(
    call: OfferedCall,
    { line, answerer }: { line: AnsweredLine; answerer: LineAnswerer },
  ): Promise<boolean> {
    const received = { ...(await this.#received(call, line)), line };
    await this.#deps.telephony.ring(call.leg);
    const answer = await answerer.answerLine(received, () => this.#deps.recorder.record(received));
    if (answer === 'answered') return true;
    this.#deps.log.info({ leg: call.leg, line: line.number, answer }, 'a line was not answered');
    return false;
  }

  /** A call to a number that is no line is counted, and nothing of it is kept. */
  async #keep(call: OfferedCall, line: Line | null): Promise<void> {
    if (line !== null) {
      this.#deps.recorder.record(await this.#received(call, line));
      return;
    }
    this.#deps.onNoLine?.();
    await this.#deps.telephony.removeWritten(call.leg);
  }

  async #received(call: OfferedCall, line: Line): Promise<ReceivedMissedCall> {
    const { leg, at, callerNumber, callerWithheld, endpoint } = call;
    const trunk = trunkOfEndpoint(this.#deps.trunks, endpoint);
    const lines = await this.#deps.lines.all();
    const caller = readCaller(
      { number: callerNumber, withheld: callerWithheld },
      {
        country: trunk && trunkCountry(trunk),
        ownNumbers: new Set<string>([...lines.keys(), ...this.#callerIds]),
      },
    );
    const person = caller.kind === 'person' ? this.#deps.personOf(caller.number) : null;
    return { leg, line, caller, person, trunk: trunk?.name ?? endpoint, receivedAt: at };
  }

  async #lineOf({ dialled, endpoint }: OfferedCall): Promise<Line | null> {
    const trunk = trunkOfEndpoint(this.#deps.trunks, endpoint);
    const lines: ReadonlyMap<LineNumber, Line> = await this.#deps.lines.all();
    return dialledLine(dialled, { country: trunk && trunkCountry(trunk), lines });
  }

  async #ringOnce({ leg }: OfferedCall): Promise<void> {
    await this.#deps.telephony.ring(leg);
    await wait(this.#deps.clock, ringMs, this.#stopping.signal);
  }

  #giveUp({ leg }: OfferedCall, error: unknown): void {
    const isOutage = error instanceof LedgerUnavailable || error instanceof TelephonyUnavailable;
    this.#deps.log[isOutage ? 'warn' : 'error'](
      { leg, err: error },
      'a call that came in was not dealt with',
    );
    if (!(error instanceof TelephonyUnavailable)) this.#deps.telephony.refuse(leg).catch(() => undefined);
  }
}

/** Whoever is to be called back hears by the ring that their call has come; «busy» is heard at once. */
function ringsFirst(line: Line): boolean {
  return line.mode === 'missed_call' || line.full === 'call_back';
}
