import type { StoredEvent } from '../calls/call-event.ts';
import type { EventId } from '../ids.ts';

/** That a trunk is up or down now, as it will be sent, byte for byte. It belongs to no call, so it has no sequence. */
export function renderTrunkStateChanged(
  trunk: { name: string; up: boolean; reason: string | null },
  as: { id: EventId; at: number },
): StoredEvent {
  const type = 'trunk.state_changed';
  const body = JSON.stringify({
    type,
    timestamp: new Date(as.at).toISOString(),
    id: as.id,
    sequence: null,
    data: { trunk: trunk.name, up: trunk.up, reason: trunk.reason },
  });
  return { id: as.id, type, callId: null, sequence: null, at: as.at, body };
}
