import type { AttemptId } from '../../domain/ids.ts';
import type { LiveLeg } from '../telephony.ts';
import type { ListedState } from './advance-leg.ts';
import type { SendAriRequest } from './ari-request.ts';
import { toldAsUnavailable } from './ask-asterisk.ts';
import type { IncomingChannels } from './incoming-channels.ts';
import type { LegRegistry } from './leg-registry.ts';
import { adoptedLeg } from './leg.ts';
import { listLiveChannels, type LiveChannels } from './live-channels.ts';
import type { RecentIds } from './recent-ids.ts';

/** The legs that are known here, against those that Asterisk lists. */
export interface LegComparison {
  /** @throws TelephonyUnavailable when they cannot be listed */
  listed: () => Promise<LiveChannels>;
  /** Those that are live, each of them known from here on. */
  live(): Promise<LiveLeg[]>;
  /**
   * After a loss of connection: legs that are gone are forgotten without a word, since nobody knows how they ended; the others go on
   * from the state in which Asterisk has them. Returns what is to be done as soon as requests pass again.
   */
  afterLoss(send: SendAriRequest): Promise<() => void>;
}

export interface LegComparisonNeeds {
  send: SendAriRequest;
  app: string;
  legs: LegRegistry;
  incoming: IncomingChannels;
  ended: RecentIds;
  /** Whether this process asked for the leg. */
  wasSent: (id: AttemptId) => boolean;
}

export function createLegComparison(needs: LegComparisonNeeds): LegComparison {
  const { app, legs, incoming, ended } = needs;

  const listed = (): Promise<LiveChannels> =>
    toldAsUnavailable("Asterisk's channels cannot be listed", () =>
      listLiveChannels(needs.send, app, incoming),
    );

  /** An event may have told of it before it was listed, and not in which state it is. */
  function adopt(id: AttemptId, state: ListedState): void {
    const known = legs.get(id);
    if (known !== null && (known.pickedUp || needs.wasSent(id))) return;
    if (known === null) legs.add(id, adoptedLeg(id), null);
    legs.apply(id, { input: 'found', state });
  }

  function settle(id: AttemptId, { live, offered }: LiveChannels): void {
    const state = live.get(id);
    if (state !== undefined) return legs.apply(id, { input: 'found', state });
    if (offered.has(id)) return;
    legs.forget(id);
    incoming.remove(id);
  }

  return {
    listed,
    async live() {
      // for a moment Asterisk still lists a channel whose end it has told (measured)
      const live = [...(await listed()).live].filter(([id]) => !ended.has(id));
      for (const [id, state] of live) adopt(id, state);
      return live.map(([leg, state]) => ({ leg, state }));
    },
    async afterLoss(send) {
      const known = legs.ids();
      const channels = await listLiveChannels(send, app, incoming);
      return () => known.forEach((id) => settle(id, channels));
    },
  };
}
