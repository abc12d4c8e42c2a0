import type { Trunk } from '../domain/calls/trunk.ts';
import { dialledLine } from '../domain/lines/dialled-line.ts';
import type { Line } from '../domain/lines/line.ts';
import { trunkCountry, trunkOfEndpoint } from '../domain/lines/trunk-country.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { wait } from '../lib/wait.ts';
import { LedgerUnavailable } from '../db/ledger.ts';
import { TelephonyUnavailable, type OfferedCall, type Telephony } from '../telephony/telephony.ts';
import type { LineBook } from './line-book.ts';

export interface IncomingCallsDependencies {
  telephony: Pick<Telephony, 'ring' | 'refuse' | 'offered'>;
  lines: Pick<LineBook, 'all'>;
  trunks: readonly Trunk[];
  clock: Clock;
  log: Log;
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

  constructor(deps: IncomingCallsDependencies) {
    this.#deps = deps;
  }

  /** Somebody calls; told again for one who is being dealt with, it changes nothing. */
  receive(call: OfferedCall): void {
    if (this.#pending.has(call.leg)) return;
    const dealt = this.#deal(call)
      .catch((error: unknown) => this.#giveUp(call, error))
      .finally(() => this.#pending.delete(call.leg));
    this.#pending.set(call.leg, dealt);
  }

  /** After a new connection: who called while nobody heard. @throws TelephonyUnavailable */
  async takeUp(): Promise<void> {
    for (const call of await this.#deps.telephony.offered()) this.receive(call);
  }

  /** Waits for those that are being dealt with; who calls from now on is refused at once. */
  async drain(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#pending.values());
  }

  async #deal(call: OfferedCall): Promise<void> {
    const line = await this.#lineOf(call);
    if (line?.mode === 'missed_call') await this.#ringOnce(call);
    await this.#deps.telephony.refuse(call.leg);
  }

  async #lineOf({ dialled, endpoint }: OfferedCall): Promise<Line | null> {
    const trunk = trunkOfEndpoint(this.#deps.trunks, endpoint);
    const lines = await this.#deps.lines.all();
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
