import { runEvery, type Job } from './jobs/run-every.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import type { TelephonyProblem, Telephony } from './telephony/telephony.ts';
import type { CallRunnerDependencies } from './workflows/call-runner-dependencies.ts';
import { CallRunner } from './workflows/call-runner.ts';
import type { HeldLease } from './workflows/held-lease.ts';
import type { DrivenAsterisk } from './workflows/lease-keeper.ts';
import type { Ways } from './workflows/ways.ts';

/** How soon a due call is seen that nothing woke the dialler for: one whose time has come, or of which no word came from another gateway. */
const dialEveryMs = 500;
/** The same while nothing waits that is due within the dialler's look ahead, which is longer. */
const dialIdleMs = 1_000;
/** A pass costs four statements, whether it dials one call or ten; nobody notices a fifth of a second before a phone rings. */
const dialLeastMs = 200;
/** How soon a request to end a call is heeded that came to another gateway, where no word of it came. */
const requestedEndsEveryMs = 1_000;

export interface DriveAsteriskDependencies extends Omit<
  CallRunnerDependencies,
  'telephony' | 'incoming' | 'lease' | 'ways' | 'wakeDialler' | 'wakeTakeUp'
> {
  log: Log;
  /** Which trunks are open to whoever dials with this Asterisk. */
  waysOf: (asterisk: string) => Ways;
  /** Who answers those that call us over it. */
  incomingOver: (telephony: Telephony) => CallRunnerDependencies['incoming'];
  /** How long a job waits that usually waits so long: longer, where it is known that nothing can be due. */
  pauseMs?: (usualMs: number) => number;
  /** A telephony of its own, not started yet. */
  openTelephony: (asterisk: string) => { telephony: Telephony; start: () => Promise<void> };
}

/** One Asterisk that this gateway drives, for as long as it holds its lease: the connection, its calls, and what runs on a timer for them. */
export class AsteriskDriver implements DrivenAsterisk {
  readonly runner: CallRunner;
  readonly telephony: Telephony;
  readonly #startTelephony: () => Promise<void>;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #pauseMs: (usualMs: number) => number;
  readonly #jobs = new Map<string, Job>();
  #unreachableSince: number | null = null;
  #ended = false;

  constructor(deps: DriveAsteriskDependencies, lease: HeldLease) {
    const { telephony, start } = deps.openTelephony(lease.asterisk);
    this.telephony = telephony;
    this.#startTelephony = start;
    this.#log = deps.log;
    this.#clock = deps.clock;
    this.#pauseMs = deps.pauseMs ?? ((usualMs) => usualMs);
    this.runner = new CallRunner({
      ...{ ...deps, telephony, lease, incoming: deps.incomingOver(telephony) },
      ways: deps.waysOf(lease.asterisk),
      wakeDialler: () => this.wakeDialler(),
      wakeTakeUp: () => this.#jobs.get('take-up')?.wake(),
    });
  }

  async start(): Promise<void> {
    await this.#startTelephony().catch((error: unknown) => {
      this.#log.error({ err: error }, 'the telephony could not be started');
    });
    if (this.#ended) return;
    const nextDialMs = (): number => (this.runner.hasCallsDue ? dialEveryMs : dialIdleMs);
    this.#every('dial', nextDialMs, { work: () => this.runner.dial(), leastMs: dialLeastMs });
    this.#every('take-up', () => this.runner.nextTakeUpMs, { work: () => this.runner.takeUp() });
    this.#every('requested-ends', () => requestedEndsEveryMs, {
      work: () => this.runner.heedRequestedEnds(),
    });
  }

  wakeDialler(): void {
    this.#jobs.get('dial')?.wake();
  }

  problem(): TelephonyProblem | null {
    return this.telephony.problem();
  }

  unreachableForMs(): number {
    const now = this.#clock.now();
    if (this.problem() === null) this.#unreachableSince = null;
    else this.#unreachableSince ??= now;
    return this.#unreachableSince === null ? 0 : now - this.#unreachableSince;
  }

  async end(graceMs: number): Promise<void> {
    this.#ended = true;
    this.runner.refuse();
    const heeding = this.#jobs.get('requested-ends');
    await Promise.all([...this.#jobs.values()].filter((job) => job !== heeding).map((job) => job.stop()));
    await this.runner.drain(graceMs);
    await heeding?.stop();
    await this.telephony.stop();
  }

  #every(
    name: string,
    everyMs: () => number,
    { work, leastMs = 0 }: { work: () => Promise<unknown>; leastMs?: number },
  ): void {
    const deps = { clock: this.#clock, log: this.#log };
    const pauseMs = (): number => this.#pauseMs(everyMs());
    this.#jobs.set(name, runEvery(deps, { name, everyMs: pauseMs, leastMs, work }));
  }
}
