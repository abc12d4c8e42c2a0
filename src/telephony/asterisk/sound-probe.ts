import type { Clock, Timer } from '../../lib/clock.ts';
import { AriError } from './ari-error.ts';
import type { AriChannelEvent } from './ari-message.ts';
import type { SendAriRequest } from './ari-request.ts';
import { ariRequests } from './ari-request.ts';

/**
 * Proves that Asterisk can read our sounds by playing one to nobody: a Local channel whose far half runs through the same
 * dialplan as an answered phone and so enters our application, where it is played to. No phone is involved.
 *
 *     originated ──► in the application (StasisStart) ──► playing ──► finished or failed
 *
 * One probe at a time; each wait ends by its time limit.
 */
export interface SoundProbe {
  /** Shows it every event; those of other channels are none of its business. */
  onEvent(event: AriChannelEvent): void;
  /** @param path absolute, without extension. Throws AriError when Asterisk could not be asked. */
  canPlay(send: SendAriRequest, path: string): Promise<boolean>;
  /** The connection is gone: the events that a probe waits for will not come. */
  abandon(): void;
}

interface Waiting {
  channelId: string;
  type: string;
  limit: Timer;
  resolve(event: AriChannelEvent): void;
  reject(reason: AriError): void;
}

export interface SoundProbeOptions {
  clock: Clock;
  context: string;
  extension: string;
}

const waitLimitMs = 5_000;

export function createSoundProbe({ clock, context, extension }: SoundProbeOptions): SoundProbe {
  let waiting: Waiting | null = null;
  let probes = 0;
  let last: Promise<unknown> = Promise.resolve();

  /** Ends with the event, or by `stopWaiting`: on the time limit, a refusal, or the loss of the connection. */
  function next(channelId: string, type: AriChannelEvent['type']): Promise<AriChannelEvent> {
    return new Promise((resolve, reject) => {
      const limit = clock.setTimer(waitLimitMs, () => {
        stopWaiting(new AriError('timed_out', `no ${type} of the sound probe within ${waitLimitMs} ms`));
      });
      waiting = { channelId, type, limit, resolve, reject };
    });
  }

  function stopWaiting(reason: AriError): void {
    waiting?.limit.cancel();
    waiting?.reject(reason);
    waiting = null;
  }

  async function probe(send: SendAriRequest, path: string): Promise<boolean> {
    const channelId = `probe-${clock.now()}-${(probes += 1)}`;
    const far = `${channelId};2`;
    try {
      await acting(
        next(far, 'StasisStart'),
        send(ariRequests.originateLocal({ channelId, context, extension })),
      );
      const media = [`sound:${path}`];
      const play = send(ariRequests.play({ channelId: far, playbackId: `${far}-a`, media }));
      const finished = await acting(next(far, 'PlaybackFinished'), play);
      return finished.type === 'PlaybackFinished' && !finished.failed;
    } finally {
      // the answer is known already; a channel that stays ends by its own TIMEOUT(absolute)
      send(ariRequests.hangUp(far)).catch(() => undefined);
    }
  }

  /** Waits for both the reply and the event, whichever comes first. */
  async function acting(
    event: Promise<AriChannelEvent>,
    reply: Promise<{ status: number }>,
  ): Promise<AriChannelEvent> {
    // it may fail before it is awaited
    event.catch(() => undefined);
    try {
      const { status } = await reply;
      if (status > 299) throw new AriError('refused', `the sound probe was refused with status ${status}`);
    } catch (error) {
      if (error instanceof AriError) stopWaiting(error);
      throw error;
    }
    return await event;
  }

  return {
    onEvent(event) {
      if (waiting?.channelId !== event.channelId || waiting.type !== event.type) return;
      waiting.limit.cancel();
      waiting.resolve(event);
      waiting = null;
    },
    canPlay(send, path) {
      const probed = last.then(() => probe(send, path));
      last = probed.catch(() => undefined);
      return probed;
    },
    abandon: () =>
      stopWaiting(new AriError('connection_lost', 'the connection was lost during the sound probe')),
  };
}
