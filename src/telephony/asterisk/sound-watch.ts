import { z } from 'zod';
import type { AttemptId } from '../../domain/ids.ts';
import type { Clock, Timer } from '../../lib/clock.ts';
import { talkPauseMs } from '../telephony.ts';
import type { SendAriRequest } from './ari-request.ts';
import { ariRequests } from './ari-request.ts';

/** Sees when a leg from which sound was coming sends nothing any more. */
export interface SoundWatch {
  watch(id: AttemptId): void;
  unwatch(id: AttemptId): void;
}

/** RTP has 50 packets a second; comfort noise, which is silence too, a few. */
const fewestPackets = (talkPauseMs / 20) * 0.25;
/** Nobody waits longer to know whether it was a greeting. */
const mostLooks = 60;
const statistics = z.object({ rxcount: z.number() });

/**
 * Asterisk counts silence in what arrives. A far end that suppresses silence sends nothing then, and for Asterisk it goes on talking for ever
 * (measured); so while somebody talks, what arrives is counted as well.
 *
 * @param onSilent sound came until about this instant
 */
export function createSoundWatch(
  { clock, send }: { clock: Clock; send: SendAriRequest },
  onSilent: (id: AttemptId, until: number) => void,
): SoundWatch {
  const timers = new Map<AttemptId, Timer>();

  function lookAgain(id: AttemptId, before: { packets: number | null; looks: number }): void {
    if (before.looks >= mostLooks) {
      unwatch(id);
      return;
    }
    const timer = clock.setTimer(talkPauseMs, () => void look(id, { timer, ...before }));
    timers.set(id, timer);
  }

  async function look(
    id: AttemptId,
    { timer, packets, looks }: { timer: Timer; packets: number | null; looks: number },
  ): Promise<void> {
    const now = await packetsOf(id);
    if (timers.get(id) !== timer) return;
    const isSilent = now !== null && packets !== null && now - packets < fewestPackets;
    if (!isSilent) {
      lookAgain(id, { packets: now, looks: looks + 1 });
      return;
    }
    unwatch(id);
    onSilent(id, clock.now() - talkPauseMs);
  }

  /** Null where that cannot be known: the leg or the connection is gone, which is told in other ways. */
  async function packetsOf(id: AttemptId): Promise<number | null> {
    const reply = await send(ariRequests.rtpStatistics(id)).catch(() => null);
    const parsed = statistics.safeParse(reply?.body);
    return reply?.status === 200 && parsed.success ? parsed.data.rxcount : null;
  }

  function unwatch(id: AttemptId): void {
    timers.get(id)?.cancel();
    timers.delete(id);
  }

  return {
    watch(id) {
      unwatch(id);
      lookAgain(id, { packets: null, looks: 0 });
    },
    unwatch,
  };
}
