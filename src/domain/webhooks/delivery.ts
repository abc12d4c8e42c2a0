import type { CallId, DeliveryId, EndpointId, EventId } from '../ids.ts';

/**
 * One event on its way to one endpoint.
 *
 *     pending ──► delivered
 *        │  ▲ └─► dead        (until somebody asks for a replay)
 *        └──┘ claimed for a while, tried, and due again later
 *
 * Within one endpoint and call the next event waits until the one before is delivered or dead; calls do not wait for each other, nor
 * endpoints. A claim is a lease: what a dead process had claimed comes due again, so an event may arrive twice, never less than once.
 * What a process makes itself it may be handed at once, with a lease as if it had been claimed (`HandOver`).
 */
export interface ClaimedDelivery {
  readonly id: DeliveryId;
  readonly endpointId: EndpointId;
  readonly eventId: EventId;
  /** Null for an event that belongs to no call. */
  readonly callId: CallId | null;
  /** Tries made before this one. */
  readonly tries: number;
  readonly url: string;
  /** One, or two while a secret is being rotated. */
  readonly secrets: readonly string[];
  /** Whether this endpoint is sent phone numbers in clear. */
  readonly numbers: 'masked' | 'clear';
  /** The event's text as it was committed, with numbers masked. */
  readonly body: string;
}

/** What a statement that makes deliveries may hand to this process at once, without a claim. Instants in milliseconds since 1970. */
export interface HandOver {
  readonly now: number;
  /** The end of the lease. */
  readonly until: number;
  /** Endpoints that have enough to be sent already. */
  readonly except: readonly EndpointId[];
}

/** Deliveries that one statement made, in the order of their events. */
export interface MadeDeliveries {
  /** Leased to this process until `until`. Those that wait behind others must not be sent unless these are in its hands too. */
  readonly handed: readonly HandedDelivery[];
  readonly until: number;
  /** To be claimed. */
  readonly left: readonly DeliveryPlace[];
}

export interface HandedDelivery {
  readonly delivery: ClaimedDelivery;
  /** The last one before it of the same call and endpoint that was not settled yet. */
  readonly behind: DeliveryId | null;
}

export type DeliveryPlace = Pick<ClaimedDelivery, 'endpointId' | 'callId'>;

/** What became of one try. Instants in milliseconds since 1970; `error` is a sentence for the receiver's developer, null where nothing was tried. */
export type Settlement = {
  readonly id: DeliveryId;
  readonly tries: number;
  readonly status: number | null;
} & (
  | { readonly state: 'delivered'; readonly at: number }
  | { readonly state: 'pending'; readonly nextTryAt: number; readonly error: string | null }
  | { readonly state: 'dead'; readonly at: number; readonly error: string }
);

export interface DeliveryClaim {
  now: number;
  /** How long they are this process's own. */
  leaseMs: number;
  /** Most deliveries in all. */
  limit: number;
  /** Most deliveries for one endpoint, so that the backlog of one leaves room for the others. */
  perEndpoint: number;
  /** Endpoints that have their full share of connections in use already. */
  except: readonly EndpointId[];
  /** Results that are written down first, as by `settle`, all or none together with the claim: that saves a statement. */
  settled?: readonly Settlement[];
}

/** Where deliveries wait; implemented by the database. */
export interface DeliveryQueue {
  /** Takes what is due, oldest first within an endpoint, never two of one call and endpoint. */
  claimDeliveries(claim: DeliveryClaim): Promise<ClaimedDelivery[]>;
  /** Writes down a batch of results, all or none. One whose lease was lost in the meantime is settled all the same. */
  settle(settlements: readonly Settlement[]): Promise<void>;
  /**
   * The earliest `next_try_at` later than `now`, or null. What is overdue does not count: it waits behind another event of its call, or
   * somebody else has claimed it.
   */
  nextDeliveryAt(now: number): Promise<number | null>;
}
