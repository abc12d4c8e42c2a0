import type { Clock } from '../../lib/clock.ts';
import type { AriChannelEvent } from './ari-message.ts';

/**
 * Waits for snoop channels to come into our application. Asterisk replies to the request for one before it is there, and refuses (409) what
 * is asked of it in between (measured: 15 of 6,080 recordings).
 */
export interface SnoopArrivals {
  /** To be called before the channel is asked for: it may be there before the reply is. */
  expect(channelId: string): SnoopArrival;
  /** Shows it every event; those of other channels are none of its business. */
  onEvent(event: AriChannelEvent): void;
  /** The connection is gone: nobody will tell of the arrivals that are waited for. */
  abandon(): void;
}

export interface SnoopArrival {
  /** Ends also where the channel is gone already, and at the latest after two seconds: what is asked of the channel then tells the truth. */
  over: Promise<unknown>;
  /** It will not come. */
  cancel(): void;
}

const waitLimitMs = 2_000;

export function createSnoopArrivals(clock: Clock): SnoopArrivals {
  const awaited = new Map<string, () => void>();
  return {
    expect(channelId) {
      const { promise, resolve } = Promise.withResolvers<null>();
      const end = (): void => {
        limit.cancel();
        if (awaited.get(channelId) === end) awaited.delete(channelId);
        resolve(null);
      };
      const limit = clock.setTimer(waitLimitMs, end);
      awaited.set(channelId, end);
      return { over: promise, cancel: end };
    },
    onEvent({ type, channelId }) {
      if (type === 'StasisStart' || type === 'StasisEnd' || type === 'ChannelDestroyed')
        awaited.get(channelId)?.();
    },
    abandon() {
      for (const end of [...awaited.values()]) end();
    },
  };
}
