import { headStartMs, type GatewayId, type LeaseBoard, type LeaseStanding } from './lease.ts';

export type LeaseMove =
  { do: 'take'; lease: LeaseStanding } | { do: 'give_back'; asterisk: string } | { do: 'nothing' };

export interface Me {
  id: GatewayId;
  /** Asterisks that this gateway is able to drive now. */
  drives: ReadonlySet<string>;
  /** What it holds and has not begun to give back. */
  held: ReadonlySet<string>;
  /** The database was away a moment ago: who holds a lease that has expired may be about to prolong it. */
  isPatient: boolean;
  /** Whether that process is known to have ended, so that nobody need wait for the end of its lease. */
  isDead: (gateway: GatewayId) => boolean;
}

/**
 * The one thing for a gateway to do about leases, after which it looks again. A free lease goes to whoever has the fewest, and to anybody after a
 * head start. Given back is what another gateway could drive and this one cannot, and what makes it have two more than another.
 */
export function decideLeases(board: LeaseBoard, me: Me): LeaseMove {
  const others = board.gateways.filter(({ id }) => id !== me.id && !me.isDead(id));
  const held = (id: GatewayId): number =>
    id === me.id ? me.held.size : board.leases.filter((lease) => isHeldBy(lease, id)).length;
  const mine = me.held.size;

  const taken = board.leases
    .filter((lease) => me.drives.has(lease.asterisk) && !me.held.has(lease.asterisk) && isFree(lease, me))
    .toSorted((a, b) => (b.freeForMs ?? 0) - (a.freeForMs ?? 0))
    .find(
      ({ asterisk, freeForMs }) =>
        (freeForMs ?? 0) >= headStartMs ||
        !others.some((other) => other.drives.includes(asterisk) && held(other.id) < mine),
    );
  if (taken !== undefined) return { do: 'take', lease: taken };

  for (const asterisk of [...me.held].toSorted().toReversed()) {
    const able = others.filter(({ drives }) => drives.includes(asterisk));
    const isUnable = !me.drives.has(asterisk) && able.length > 0;
    // of several that have too many, one gives at a time
    const isFullest = others.every(({ id }) => held(id) < mine || (held(id) === mine && me.id < id));
    const isTooMany = isFullest && able.some(({ id }) => held(id) <= mine - 2);
    if (isUnable || (isTooMany && !isAnyFree(board))) return { do: 'give_back', asterisk };
  }
  return { do: 'nothing' };
}

function isHeldBy({ holder, freeForMs }: LeaseStanding, gateway: GatewayId): boolean {
  return holder === gateway && freeForMs === null;
}

function isFree({ holder, freeForMs }: LeaseStanding, me: Me): boolean {
  if (holder !== null && holder !== me.id && me.isDead(holder)) return true;
  return freeForMs !== null && (holder === null || holder === me.id || !me.isPatient);
}

function isAnyFree({ leases }: LeaseBoard): boolean {
  return leases.some(({ freeForMs }) => freeForMs !== null);
}
