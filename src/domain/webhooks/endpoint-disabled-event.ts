import type { StoredEvent } from '../calls/call-event.ts';
import type { EndpointId, EventId } from '../ids.ts';

/** What is told of an endpoint, which never is its URL: that may hold a secret, and other receivers read this. */
interface DisabledEndpoint {
  id: EndpointId;
  description: string | null;
}

/** «Nothing is sent there any more», for the other endpoints and the feed. It belongs to no call, so it has no sequence. */
export function renderEndpointDisabled(
  { endpoint, reason }: { endpoint: DisabledEndpoint; reason: string },
  as: { id: EventId; at: number },
): StoredEvent {
  const type = 'webhook_endpoint.disabled';
  const { id, description } = endpoint;
  const body = JSON.stringify({
    type,
    timestamp: new Date(as.at).toISOString(),
    id: as.id,
    sequence: null,
    data: { endpoint: { id, description }, reason },
  });
  return { id: as.id, type, callId: null, sequence: null, at: as.at, body };
}
