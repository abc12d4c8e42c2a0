import type { MissedCalls } from '../db/missed-calls.ts';
import { LedgerUnavailable } from '../db/ledger.ts';
import type { MissedCall, ReceivedMissedCall } from '../domain/lines/missed-call.ts';
import type { AttemptId } from '../domain/ids.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { wait } from '../lib/wait.ts';

export interface MissedCallRecorderDependencies {
  missedCalls: Pick<MissedCalls, 'record'>;
  clock: Clock;
  log: Log;
  /** They are on record: each that was given, by its leg, and those of them that are new. */
  onRecorded: (legs: readonly AttemptId[], fresh: readonly MissedCall[]) => void;
}

const largestBatch = 200;
const afterFaultMs = 1_000;
/** Some 10 MB; at a hundred a second, more than three minutes without a database. */
const mostWaiting = 20_000;

/**
 * Records missed calls in batches: those that come while one is written go together in the next, so that a hundred a second cost few
 * statements, and a flood of one caller no more than a row each. While the database is away they wait here, and in Asterisk's files; those
 * for which there is no room here in the files alone, from where `IncomingCalls.takeUp` brings them when there is.
 */
export class MissedCallRecorder {
  readonly #deps: MissedCallRecorderDependencies;
  readonly #waiting: ReceivedMissedCall[] = [];
  readonly #legs = new Set<string>();
  readonly #stopping = new AbortController();
  readonly #mostWaiting: number;
  /** Since the database took some last. */
  #leftToFiles = 0;
  #writing: Promise<void> | null = null;

  constructor(deps: MissedCallRecorderDependencies, limits: { mostWaiting?: number } = {}) {
    this.#deps = deps;
    this.#mostWaiting = limits.mostWaiting ?? mostWaiting;
  }

  record(call: ReceivedMissedCall): void {
    if (this.#waiting.length >= this.#mostWaiting) {
      this.#leftToFiles += 1;
      return;
    }
    this.#waiting.push(call);
    this.#legs.add(call.leg);
    this.#writing ??= this.#write();
  }

  /** Whether this call waits to be recorded. */
  holds(leg: string): boolean {
    return this.#legs.has(leg);
  }

  /** Writes what waits, once; what cannot be written is in Asterisk's files. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, largestBatch);
      try {
        const fresh = await this.#deps.missedCalls.record(batch, this.#deps.clock.now());
        this.#waiting.splice(0, batch.length);
        this.#leftToFiles = 0;
        for (const { leg } of batch) this.#legs.delete(leg);
        this.#deps.onRecorded(
          batch.map(({ leg }) => leg),
          fresh,
        );
      } catch (error) {
        const isOutage = error instanceof LedgerUnavailable;
        this.#deps.log[isOutage ? 'warn' : 'error'](
          { err: error, waiting: this.#waiting.length, leftToFiles: this.#leftToFiles },
          'missed calls wait to be recorded',
        );
        if ((await wait(this.#deps.clock, afterFaultMs, this.#stopping.signal)) === 'aborted') break;
      }
    }
    // in one step with the look at what waits: what comes from here on begins anew, and is not left lying
    this.#writing = null;
  }
}
