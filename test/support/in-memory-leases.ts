import {
  usualLeaseTiming,
  type GatewayId,
  type Lease,
  type LeaseBoard,
  type LeaseTiming,
} from '../../src/domain/asterisks/lease.ts';
import type { LeaseStore, LookAtLeases, TakeLease } from '../../src/db/lease-store.ts';
import type { Clock } from '../../src/lib/clock.ts';

interface Kept {
  epoch: number;
  holder: GatewayId | null;
  expiresAt: number;
}

/** The twin of the leases on PostgreSQL, by any clock. */
export class InMemoryLeases implements LeaseStore {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #timing: LeaseTiming;
  readonly #leases = new Map<string, Kept>();
  readonly #gateways = new Map<GatewayId, { drives: readonly string[]; aliveUntil: number }>();
  /** When the database was started. */
  startedAt = -Infinity;

  constructor(clock: Pick<Clock, 'now'>, timing: LeaseTiming = usualLeaseTiming) {
    this.#clock = clock;
    this.#timing = timing;
  }

  /** Whether this is how the lease stands: what a claim asks. */
  isHeld({ asterisk, epoch }: Lease): boolean {
    const kept = this.#leases.get(asterisk);
    return kept?.epoch === epoch && kept.holder !== null;
  }

  look({ gateway, knows, drives, held }: LookAtLeases): Promise<LeaseBoard> {
    const now = this.#clock.now();
    const until = now + this.#timing.leaseMs;
    for (const name of knows)
      if (!this.#leases.has(name)) this.#leases.set(name, { epoch: 0, holder: null, expiresAt: now });
    this.#gateways.set(gateway, { drives, aliveUntil: until });
    for (const { asterisk, epoch } of held) {
      const kept = this.#leases.get(asterisk);
      if (kept?.epoch === epoch && kept.holder === gateway) kept.expiresAt = until;
    }
    return Promise.resolve(this.#board());
  }

  take({ gateway, lease: { asterisk, epoch }, dead }: TakeLease): Promise<Lease | null> {
    const kept = this.#leases.get(asterisk);
    const isFree = kept && (this.#isFree(kept) || (kept.holder !== null && dead.includes(kept.holder)));
    if (!isFree || kept.epoch !== epoch) return Promise.resolve(null);
    const expiresAt = this.#clock.now() + this.#timing.leaseMs;
    this.#leases.set(asterisk, { epoch: epoch + 1, holder: gateway, expiresAt });
    return Promise.resolve({ asterisk, epoch: epoch + 1 });
  }

  giveBack(gateway: GatewayId, { asterisk, epoch }: Lease): Promise<void> {
    const kept = this.#leases.get(asterisk);
    if (kept?.epoch === epoch && kept.holder === gateway)
      this.#leases.set(asterisk, { epoch, holder: null, expiresAt: this.#clock.now() });
    return Promise.resolve();
  }

  leave(gateway: GatewayId): Promise<void> {
    this.#gateways.delete(gateway);
    return Promise.resolve();
  }

  #isFree({ holder, expiresAt }: Kept): boolean {
    const now = this.#clock.now();
    return holder === null || (expiresAt <= now && now > this.startedAt + this.#timing.databaseGraceMs);
  }

  #board(): LeaseBoard {
    const now = this.#clock.now();
    const names = [...this.#leases].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const gateways = [...this.#gateways].filter(([, { aliveUntil }]) => aliveUntil > now);
    return {
      leases: names.map(([asterisk, kept]) => ({
        asterisk,
        epoch: kept.epoch,
        holder: kept.holder,
        freeForMs: this.#isFree(kept) ? now - kept.expiresAt : null,
      })),
      gateways: gateways
        .map(([id, { drives }]) => ({ id, drives }))
        .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    };
  }
}
