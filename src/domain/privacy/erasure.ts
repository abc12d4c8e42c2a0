import { isoInstant } from '../../lib/iso-instant.ts';
import type { PersonHash } from '../calls/call.ts';
import type { ErasureId } from '../ids.ts';

/**
 * Somebody is to be forgotten. It stays on record, with who asked and when; of the person it has the keyed hash alone.
 *
 *     pending ──► done
 *        ▲          │
 *        └──────────┘  something of theirs came late, such as a missed call that an Asterisk had written down while nobody could read it
 */
export interface Erasure {
  readonly id: ErasureId;
  readonly person: PersonHash;
  readonly requestedAt: number;
  /** The owner of the API key. */
  readonly requestedBy: string;
  /** What is of this instant or before goes. What comes later is a new beginning. */
  readonly reachesUntil: number;
  /** Null while it is pending. */
  readonly doneAt: number | null;
}

export interface ErasureView {
  id: string;
  state: 'pending' | 'done';
  requested_at: string;
  requested_by: string;
  done_at: string | null;
}

export function viewErasure({ id, requestedAt, requestedBy, doneAt }: Erasure): ErasureView {
  return {
    id,
    state: doneAt === null ? 'pending' : 'done',
    requested_at: isoInstant(requestedAt),
    requested_by: requestedBy,
    done_at: doneAt === null ? null : isoInstant(doneAt),
  };
}
