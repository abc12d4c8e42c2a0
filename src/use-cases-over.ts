import { countDeadDeliveries, listDeliveries } from './db/delivery-list.ts';
import { createEventFeed } from './db/event-feed.ts';
import { listFlowResponses } from './db/flow-responses.ts';
import { lookAtQueue } from './db/look-at-queue.ts';
import { replayEvents } from './db/replay-events.ts';
import type { Parts } from './open-parts.ts';
import type { UseCaseDependencies } from './workflows/create-use-cases.ts';
import { QueueWatch } from './workflows/queue-watch.ts';

/** What the use cases need of the parts, and whom they wake. */
export function useCasesOver(parts: Parts): UseCaseDependencies {
  const { config, trunksFile, storage, speech, outgoing, ways, incoming, cluster, jobs, clock } = parts;
  const { ledger, flows, prompts, library, endpoints, campaigns, campaignCalls, ids } = parts;
  const { database, vault } = storage;
  const { trunks } = trunksFile;
  const { asterisks } = cluster;
  return {
    ...{ ledger, flows, prompts, library, endpoints, campaigns, campaignCalls, clock, ids, trunks },
    ...{ voiceMessages: parts.voiceMessages, keptSounds: parts.keptSounds, ...incoming.stores },
    erasures: parts.erasures,
    ...{ sender: outgoing.sender, soundFetcher: outgoing.soundFetcher },
    ...{ trunkStore: ways.store, trunkBoard: ways.board, apiKeys: parts.apiKeys.store },
    ...{ words: speech.words, speaks: speech.speaks, recordings: speech.recordings, sounds: speech.sounds },
    knownDurationMs: speech.knownDurationMs,
    policy: { ...config, webhooks: outgoing.policy },
    queueWatch: new QueueWatch({ lookAtQueue: (now) => lookAtQueue(database, now), trunks, clock }),
    events: createEventFeed(database),
    listDeliveries: (page) => listDeliveries(database, page),
    countDeadDeliveries: () => countDeadDeliveries(database),
    listFlowResponses: (filter) => listFlowResponses(database, filter),
    replay: (request) => replayEvents({ database, clock }, request),
    hostSecret: (host) => vault.hostSecret(host),
    personOf: (number) => vault.personOf(number),
    liveCalls: asterisks,
    tellOfEnd: (leg) => cluster.tell({ ends: [leg] }),
    onErasure: () => jobs.get('erasures')?.wake(),
    wakeDelivery: () => parts.delivery.wake(),
    onKeysChanged() {
      parts.apiKeys.ring.forget();
      cluster.tell({ keys: true });
    },
    onLinesChanged() {
      incoming.lineBook.forget();
      jobs.get('lines')?.wake();
    },
    onAccepted() {
      asterisks.wakeDiallers();
      cluster.tell({ calls: true });
    },
    onCampaignMoved() {
      asterisks.wakeDiallers();
      jobs.get('campaigns')?.wake();
      cluster.tell({ calls: true, campaigns: true });
    },
  };
}
