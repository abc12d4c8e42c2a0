/**
 * Who drives an Asterisk. Each Asterisk has one lease, with an epoch that counts its takings; the gateway process that holds it connects with
 * that Asterisk's application name, dials through it and attends its calls. Time is the database's, so that gateways need not
 * agree on theirs.
 */
export interface Lease {
  readonly asterisk: string;
  readonly epoch: number;
}

/** One process of the gateway, from its start to its end. */
export type GatewayId = string & { readonly __id: 'gateway' };

export interface LeaseStanding extends Lease {
  readonly holder: GatewayId | null;
  /** For how long it could have been taken: it was given back, or has expired. Null while it is held. */
  readonly freeForMs: number | null;
}

/** How leases and gateways stood at one moment. */
export interface LeaseBoard {
  readonly leases: readonly LeaseStanding[];
  /** Those that live, with the Asterisks that each is able to drive. */
  readonly gateways: readonly { readonly id: GatewayId; readonly drives: readonly string[] }[];
}

export interface LeaseTiming {
  /** For so long a lease is held without being prolonged. */
  readonly leaseMs: number;
  /** No lease expires so soon after the database's own start: its holders could not prolong them while it was away. */
  readonly databaseGraceMs: number;
}

/**
 * With a look every two seconds and the head start below, a dead gateway's Asterisk is taken within 17 s, which leaves as much again of
 * the half minute for connecting and taking calls up.
 */
export const usualLeaseTiming: LeaseTiming = { leaseMs: 10_000, databaseGraceMs: 30_000 };
export const lookAtLeasesEveryMs = 2_000;
/** A holder believes in its lease for so much less than the database does: what it sends on the last instant has still to arrive. */
export const leaseMarginMs = 1_000;
/** For so long a free lease is left to a gateway that has fewer. */
export const headStartMs = 5_000;
