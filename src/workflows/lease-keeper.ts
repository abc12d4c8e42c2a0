import { decideLeases } from '../domain/asterisks/decide-leases.ts';
import {
  leaseMarginMs,
  lookAtLeasesEveryMs,
  usualLeaseTiming,
  type GatewayId,
  type Lease,
  type LeaseBoard,
} from '../domain/asterisks/lease.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { LeaseStore } from '../db/lease-store.ts';
import type { HeldLease } from './held-lease.ts';

/** An Asterisk while its lease is held. */
export interface DrivenAsterisk {
  /** Connects, takes calls up, dials. Never rejects. */
  start(): Promise<void>;
  /** For how long it could not be reached; 0 while it can. */
  unreachableForMs(): number;
  /** Dials nothing more, lets who talks finish for so long, and lets go. */
  end(graceMs: number): Promise<void>;
}

export interface LeaseKeeperDependencies<Driven extends DrivenAsterisk> {
  leases: LeaseStore;
  /** The process's own: it must not be set, as the time of day may be. */
  clock: Pick<Clock, 'now'>;
  log: Log;
  gateway: GatewayId;
  /** Names of the Asterisks that are configured. */
  asterisks: readonly string[];
  isDead: (gateway: GatewayId) => boolean;
  /** Why this gateway must not dial at all; null while it may. */
  unfit: () => string | null;
  drive: (lease: HeldLease) => Driven;
  /** Leases are free that others may take. */
  onGivenBack: () => void;
  leaseMs?: number;
}

interface Tenure<Driven> {
  lease: Lease;
  /** By our clock: nobody else has the lease before. */
  safeUntil: number;
  driven: Driven;
  started: Promise<void>;
  ending: Promise<void> | null;
}

/** How long an Asterisk may be out of reach before another gateway is to try, and how long this one then leaves it alone. */
const unreachableMs = 15_000;
const leftAloneMs = 30_000;
/** Talks may go on for so long before an Asterisk is left to another gateway. */
const graceMs = 18_000;

/**
 * Keeps the leases of this gateway: takes what is free and drives it, prolongs what it has, lets go at once of what was lost, and
 * leaves to others what they are to have.
 *
 *     free ──taken──► driven ──given back──► ending ──► free
 *                        └─────lost────────► ending ──► (somebody else's)
 *
 * Without a word from the database a lease is *unsafe* after a while: nothing is dialled then, but who is on the line is attended until it is known
 * that somebody else has the lease.
 */
export class LeaseKeeper<Driven extends DrivenAsterisk> {
  readonly #deps: LeaseKeeperDependencies<Driven>;
  readonly #leaseMs: number;
  readonly #tenures = new Map<string, Tenure<Driven>>();
  readonly #leftAloneUntil = new Map<string, number>();
  #board: LeaseBoard | null = null;
  #lookedAt: number | null = null;
  #patientUntil = -Infinity;
  #stopping = false;
  #stopped: Promise<void> | null = null;

  constructor(deps: LeaseKeeperDependencies<Driven>) {
    this.#deps = deps;
    this.#leaseMs = deps.leaseMs ?? usualLeaseTiming.leaseMs;
  }

  /** As they stood at the last look; null before the first. */
  get board(): LeaseBoard | null {
    return this.#board;
  }

  /** What is driven now, by name, without what is being left. */
  driven(): Map<string, Driven> {
    const held = [...this.#tenures].filter(([, { ending }]) => ending === null);
    return new Map(held.map(([name, { driven }]) => [name, driven]));
  }

  /** The same with what is being left: its calls are still attended. */
  attended(): Driven[] {
    return [...this.#tenures.values()].map(({ driven }) => driven);
  }

  /** Whether any other gateway lives, as far as is known. */
  get hasOthers(): boolean {
    return this.#board?.gateways.some(({ id }) => id !== this.#deps.gateway) ?? false;
  }

  /** Looks, and does what is to be done, one thing after the other. @throws LedgerUnavailable */
  async round(): Promise<void> {
    for (let moves = 0; moves <= this.#deps.asterisks.length; moves += 1) {
      const board = await this.#look();
      if (this.#stopping) return;
      const { gateway, isDead } = this.#deps;
      const now = this.#deps.clock.now();
      const move = decideLeases(board, {
        ...{ id: gateway, isDead, drives: this.#drives(), held: new Set(this.driven().keys()) },
        isPatient: now < this.#patientUntil,
      });
      if (move.do === 'nothing') return;
      if (move.do === 'give_back') this.#giveBack(move.asterisk);
      else await this.#take(move.lease);
    }
  }

  /** When whatever is driven by now has tried to connect. */
  async started(): Promise<void> {
    await Promise.all([...this.#tenures.values()].map(({ started }) => started));
  }

  /** Ends all that is driven, in order, and gives the leases back. A second call waits for the first. */
  stop(stopGraceMs: number): Promise<void> {
    this.#stopping = true;
    return (this.#stopped ??= this.#stop(stopGraceMs));
  }

  async #stop(stopGraceMs: number): Promise<void> {
    await this.#look().catch(() => undefined);
    for (const name of this.#tenures.keys()) this.#end(name, stopGraceMs);
    await Promise.all([...this.#tenures.values()].flatMap(({ ending }) => ending ?? []));
    await this.#deps.leases.leave(this.#deps.gateway).catch(() => undefined);
  }

  async #look(): Promise<LeaseBoard> {
    const { leases, clock, gateway, asterisks } = this.#deps;
    const askedAt = clock.now();
    const held = [...this.#tenures.values()].map(({ lease }) => lease);
    const drives = this.#stopping ? [] : [...this.#drives()];
    const board = await leases.look({ gateway, knows: asterisks, drives, held });
    this.#board = board;
    // The database was away for me, and so perhaps for those whose leases have expired.
    if (this.#lookedAt !== null && askedAt - this.#lookedAt > 2 * lookAtLeasesEveryMs + leaseMarginMs)
      this.#patientUntil = clock.now() + this.#leaseMs;
    this.#lookedAt = clock.now();
    for (const tenure of this.#tenures.values()) this.#settle(tenure, { board, askedAt });
    return board;
  }

  #settle(tenure: Tenure<Driven>, { board, askedAt }: { board: LeaseBoard; askedAt: number }): void {
    const { asterisk, epoch } = tenure.lease;
    const now = board.leases.find((lease) => lease.asterisk === asterisk);
    if (now?.epoch === epoch && now.holder === this.#deps.gateway) {
      tenure.safeUntil = askedAt + this.#leaseMs - leaseMarginMs;
      return;
    }
    tenure.safeUntil = -Infinity;
    if (tenure.ending !== null) return;
    this.#deps.log.warn(
      { asterisk, holder: now?.holder },
      'another gateway has the lease of an Asterisk now',
    );
    this.#end(asterisk, 0);
  }

  #drives(): Set<string> {
    if (this.#deps.unfit() !== null) return new Set();
    const now = this.#deps.clock.now();
    for (const [name, { driven }] of this.#tenures)
      if (driven.unreachableForMs() > unreachableMs) this.#leftAloneUntil.set(name, now + leftAloneMs);
    const isEnding = (name: string): boolean => (this.#tenures.get(name)?.ending ?? null) !== null;
    const isLeftAlone = (name: string): boolean => (this.#leftAloneUntil.get(name) ?? -Infinity) > now;
    return new Set(this.#deps.asterisks.filter((name) => !isEnding(name) && !isLeftAlone(name)));
  }

  async #take(seen: Lease): Promise<void> {
    const { leases, clock, gateway, isDead, log } = this.#deps;
    const askedAt = clock.now();
    const dead = (this.#board?.leases ?? []).flatMap(({ holder }) =>
      holder !== null && isDead(holder) ? [holder] : [],
    );
    const lease = await leases.take({ gateway, lease: { ...seen }, dead });
    if (lease === null || this.#stopping) {
      if (lease !== null) await leases.giveBack(gateway, lease);
      return;
    }
    const { asterisk, epoch } = lease;
    const isSafe = (): boolean => clock.now() < tenure.safeUntil;
    const driven = this.#deps.drive({ asterisk, epoch, isSafe });
    const safeUntil = askedAt + this.#leaseMs - leaseMarginMs;
    const tenure: Tenure<Driven> = { lease, safeUntil, driven, started: Promise.resolve(), ending: null };
    this.#tenures.set(asterisk, tenure);
    log.info({ asterisk, epoch }, 'driving an Asterisk');
    tenure.started = driven.start();
  }

  /** Whoever talks over an Asterisk that cannot be reached is not heard: the sooner another gateway tries, the better. */
  #giveBack(name: string): void {
    const isReached = this.#tenures.get(name)?.driven.unreachableForMs() === 0;
    this.#end(name, isReached ? graceMs : 0);
  }

  #end(name: string, withinMs: number): void {
    const tenure = this.#tenures.get(name);
    if (tenure === undefined || tenure.ending !== null) return;
    tenure.ending = this.#leave(name, tenure, withinMs).catch((error: unknown) => {
      this.#deps.log.error({ err: error, asterisk: name }, 'an Asterisk could not be left in order');
    });
  }

  async #leave(name: string, tenure: Tenure<Driven>, withinMs: number): Promise<void> {
    try {
      await tenure.driven.end(withinMs);
    } finally {
      this.#tenures.delete(name);
    }
    await this.#deps.leases.giveBack(this.#deps.gateway, tenure.lease);
    this.#deps.log.info({ asterisk: name }, 'an Asterisk was left');
    this.#deps.onGivenBack();
  }
}
