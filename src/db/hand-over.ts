import type { DeliveryId, EndpointId, EventId } from '../domain/ids.ts';
import type { DeliveryPlace, HandedDelivery, HandOver, MadeDeliveries } from '../domain/webhooks/delivery.ts';
import type { StoredEvent } from '../domain/calls/call-event.ts';
import { assert } from '../lib/assert.ts';
import { isoInstant } from '../lib/iso-instant.ts';
import type { OpenSecrets } from './endpoint-secrets.ts';

/** One delivery that a statement made; it has an address where it was handed over, else none. */
export interface MadeDelivery {
  id: DeliveryId;
  endpoint_id: EndpointId;
  event_id: EventId;
  behind: DeliveryId | null;
  url: string | null;
  /** Base64, as the one before. */
  sealed_secret: string | null;
  previous_sealed_secret: string | null;
  numbers: 'masked' | 'clear' | null;
}

/** What statements that make deliveries ask for, and what they tell. */
export interface HandsOver {
  /** What may be handed over now; null for nothing. */
  offer: () => HandOver | null;
  open: OpenSecrets;
  onMade: (made: MadeDeliveries) => void;
}

/** For one statement. */
export interface HandingOver {
  /** Its last parameter. */
  parameter: string;
  /** To be told as soon as it is known to have been committed. @param deliveries what its column of that name has */
  made(deliveries: readonly MadeDelivery[] | null, events: readonly StoredEvent[]): void;
}

export function handingOver({ offer, open, onMade }: HandsOver): HandingOver {
  const offered = offer();
  return {
    parameter: JSON.stringify(
      offered === null
        ? {}
        : { now: isoInstant(offered.now), until: isoInstant(offered.until), busy: offered.except },
    ),
    made(deliveries, events) {
      if (deliveries === null) return;
      const byId = new Map(events.map((event) => [event.id, event]));
      const handed: (HandedDelivery & { sequence: number })[] = [];
      const left: DeliveryPlace[] = [];
      for (const row of deliveries) {
        const event = byId.get(row.event_id);
        assert(event, 'a delivery is of an event of its statement');
        if (row.url === null) left.push({ endpointId: row.endpoint_id, callId: event.callId });
        else handed.push({ ...handedOf(row, event, open), sequence: event.sequence ?? 0 });
      }
      handed.sort((one, other) => one.sequence - other.sequence);
      onMade({ handed, left, until: offered?.until ?? 0 });
    },
  };
}

function handedOf(row: MadeDelivery, { callId, body }: StoredEvent, open: OpenSecrets): HandedDelivery {
  const { id, endpoint_id: endpointId, event_id: eventId, url, numbers, behind } = row;
  const { sealed_secret: secret, previous_sealed_secret: previous } = row;
  assert(url !== null && secret !== null && numbers !== null, 'what is handed over has an address');
  const secrets = open(endpointId, {
    secret: Buffer.from(secret, 'base64'),
    previous: previous === null ? null : Buffer.from(previous, 'base64'),
  });
  return { delivery: { id, endpointId, eventId, callId, tries: 0, url, secrets, numbers, body }, behind };
}
