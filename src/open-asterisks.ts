import type { Config } from './config/config.ts';
import type { LeaseStore } from './db/lease-store.ts';
import type { AttemptId } from './domain/ids.ts';
import { AsteriskDriver, type DriveAsteriskDependencies } from './drive-asterisk.ts';
import type { GatewayIdentity } from './gateway-identity.ts';
import { steadyClock } from './lib/clock.ts';
import type { Telephony } from './telephony/telephony.ts';
import type { LiveCalls } from './workflows/live-calls.ts';
import type { CancelCallDependencies } from './workflows/cancel-call.ts';
import { LeaseKeeper } from './workflows/lease-keeper.ts';
import { WaitingHunts } from './workflows/waiting-hunts.ts';

/** What the simulator's phones are known by: they live in the one process that has its lease. */
const simulator = 'simulator';

export interface OpenAsterisksDependencies extends Omit<
  DriveAsteriskDependencies,
  'mostLive' | 'waitingHunts'
> {
  config: Config;
  leases: LeaseStore;
  identity: GatewayIdentity;
  unfit: () => string | null;
  onGivenBack: () => void;
}

/** The Asterisks that this gateway drives: as many as it gets the leases of. */
export class Asterisks {
  readonly names: readonly string[];
  readonly #keeper: LeaseKeeper<AsteriskDriver>;
  readonly #gateway: string;

  constructor(deps: OpenAsterisksDependencies) {
    const { telephony } = deps.config;
    const configured = telephony.kind === 'simulator' ? [] : telephony.asterisks;
    this.names = telephony.kind === 'simulator' ? [simulator] : configured.map(({ name }) => name);
    this.#gateway = deps.identity.id;
    const waitingHunts = new WaitingHunts();
    this.#keeper = new LeaseKeeper({
      ...{ leases: deps.leases, clock: steadyClock, log: deps.log, asterisks: this.names },
      ...{ gateway: deps.identity.id, isDead: deps.identity.isDead },
      ...{ unfit: deps.unfit, onGivenBack: deps.onGivenBack },
      drive(lease) {
        const mostLive = configured.find(({ name }) => name === lease.asterisk)?.channels ?? Infinity;
        return new AsteriskDriver({ ...deps, mostLive, waitingHunts }, lease);
      },
    });
  }

  /** Takes what is free, and resolves when the first try to connect is decided, whatever its result. */
  async start(): Promise<void> {
    await this.look();
    await this.#keeper.started();
  }

  /** Looks at the leases, and does what is to be done about them. */
  look(): Promise<void> {
    return this.#keeper.round();
  }

  stop(graceMs: number): Promise<void> {
    return this.#keeper.stop(graceMs);
  }

  get hasOtherGateways(): boolean {
    return this.#keeper.hasOthers;
  }

  wakeDiallers(): void {
    for (const driven of this.#keeper.driven().values()) driven.wakeDialler();
  }

  /** Attempts on the line or being dialled, by this gateway. */
  get liveCalls(): number {
    return this.#keeper.attended().reduce((sum, { runner }) => sum + runner.liveCalls.size, 0);
  }

  /** See `LiveCalls.requestEnd`: whichever of them has the leg. */
  readonly requestEnd: CancelCallDependencies['liveCalls']['requestEnd'] = (leg) => {
    const lives = this.#keeper.attended().map(({ runner }) => runner.liveCalls.requestEnd(leg));
    return lives.find((live) => live !== null) ?? null;
  };

  /** See `LiveCalls.withdraw`. */
  readonly withdraw: LiveCalls['withdraw'] = (optOut) => {
    for (const { runner } of this.#keeper.attended()) runner.liveCalls.withdraw(optOut);
  };

  /** Of those that it drives, and that can be asked now. */
  get telephonies(): Telephony[] {
    return this.telephoniesByName.map(([, telephony]) => telephony);
  }

  get telephoniesByName(): [name: string, telephony: Telephony][] {
    return [...this.#keeper.driven()].flatMap(([name, driver]): [string, Telephony][] =>
      driver.problem() === null ? [[name, driver.telephony]] : [],
    );
  }

  /** Somebody asked another gateway for the end of these. */
  heedEnds(legs: readonly AttemptId[]): void {
    for (const { runner } of this.#keeper.attended()) for (const leg of legs) runner.heedEnd(leg);
  }

  loseOverdue(leg: AttemptId): boolean {
    return this.#keeper.attended().some(({ runner }) => runner.loseOverdue(leg));
  }

  /**
   * Why no call can be placed now, or else what is wrong with some of the Asterisks. A gateway that drives none is well where others drive them
   * all: it accepts calls, which they dial.
   */
  health(): { ok: boolean; detail: string | null } {
    const driven = [...this.#keeper.driven()];
    if (driven.length === 0) return this.#healthWithout();
    const faults = driven.map(([name, driver]) => ({ name, fault: faultOf(driver) }));
    const ill = faults.flatMap(({ name, fault }) => (fault === null ? [] : [this.#told(name, fault)]));
    return { ok: ill.length < faults.length, detail: ill.length === 0 ? null : ill.join('; ') };
  }

  #told(name: string, fault: string): string {
    return this.names.length === 1 ? fault : `Asterisk ${name}: ${fault}`;
  }

  #healthWithout(): { ok: boolean; detail: string | null } {
    const leases = this.#keeper.board?.leases.filter(({ asterisk }) => this.names.includes(asterisk));
    if (leases === undefined) return { ok: false, detail: 'it is being found out who drives which Asterisk' };
    const left = leases.filter(({ holder, freeForMs }) => holder === this.#gateway || freeForMs !== null);
    if (left.length === 0) return { ok: true, detail: 'other gateways drive every Asterisk' };
    const names = left.map(({ asterisk }) => asterisk).join(', ');
    return { ok: false, detail: `nobody drives ${names} yet: its lease is being taken` };
  }
}

function faultOf(driver: AsteriskDriver): string | null {
  return driver.problem()?.detail ?? (driver.runner.settled ? null : 'live calls are being taken up');
}
