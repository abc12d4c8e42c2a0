import { randomBytes, randomInt } from 'node:crypto';
import { callWords } from './call-words.ts';
import type { Config, TrunksFile } from './config/config.ts';
import { eventRetentionDays, maintainPartitions } from './db/partitions.ts';
import { queueDepths } from './db/queue-depths.ts';
import { createIdSource, type IdSource } from './domain/ids.ts';
import type { Job } from './jobs/run-every.ts';
import { systemClock, type Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { makeDataDir } from './make-data-dir.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { openApiKeys, type ApiKeys } from './open-api-keys.ts';
import { openCluster, type Cluster } from './open-cluster.ts';
import { openIncoming, type Incoming } from './open-incoming.ts';
import { openOutgoing, type Outgoing } from './open-outgoing.ts';
import { openRecords, type Records } from './open-records.ts';
import { openSpeech, type Speech } from './open-speech.ts';
import { openStorage, type Storage } from './open-storage.ts';
import { openStores, type Stores } from './open-stores.ts';
import { openTelephony } from './open-telephony.ts';
import { openTrunks, type OpenTrunks } from './open-trunks.ts';
import { RenditionProgress } from './speech/rendition-progress.ts';

export interface PartsGiven {
  config: Config;
  trunksFile: TrunksFile;
  log: Log;
}

/** All parts of the gateway, open and at rest: nobody is called, answered or told anything yet. */
export interface Parts extends PartsGiven, Stores, Records {
  clock: Clock;
  ids: IdSource;
  storage: Storage;
  apiKeys: ApiKeys;
  speech: Speech;
  /** Of the sounds that are being made. */
  progress: RenditionProgress;
  outgoing: Outgoing;
  ways: OpenTrunks;
  incoming: Incoming;
  spoken: ReturnType<typeof callWords>;
  cluster: Cluster;
  metrics: Metrics;
  /** What runs on a timer, by name: parts wake each other through it. Empty until it runs. */
  jobs: Map<string, Job>;
}

/**
 * Opens them in the order in which they need each other; those that call each other do so from the first event on, when all are there.
 * What is opened is closed with `stack`, in order.
 */
export async function openParts(given: PartsGiven, stack: AsyncDisposableStack): Promise<Parts> {
  const { config, trunksFile, log } = given;
  const { trunks } = trunksFile;
  const clock = systemClock;
  const ids = createIdSource(clock, randomBytes);
  const jobs: Parts['jobs'] = new Map();
  await makeDataDir(config.dataDir);
  const storage = await openStorage(config, log, stack);
  const { database, vault } = storage;
  const apiKeys = await openApiKeys({ configured: config.apiKey, database, clock, log }, stack);
  await maintainPartitions(database, { now: clock.now(), retentionDays: eventRetentionDays });
  const progress = new RenditionProgress(log);
  const onMade = (voice: string): void => {
    progress.made();
    metrics.renditionMade(voice);
  };
  const speech = await openSpeech({ config, trunks, log, onMade }, stack);
  const outgoing = openOutgoing({ config, vault, clock }, stack);
  const onDeliveries = (): void => records.delivery.wake();
  const records = openRecords({
    ...{ storage, clock, ids, log, sender: outgoing.sender },
    onLeft: () => cluster.tell({ deliveries: true }),
    onKept(call) {
      metrics.callKept(call);
      ways.watch.kept(call);
    },
    onTried: (state) => metrics.deliveryTried(state),
  });
  const stores = openStores({ storage, dataDir: config.dataDir, clock, onDeliveries });
  const ways = openTrunks({
    ...{ config, trunks, database, clock, ids, log, onDeliveries },
    onChanged: () => cluster.asterisks.wakeDiallers(),
    wake: () => jobs.get('trunks')?.wake(),
  });
  const incoming = openIncoming({
    ...{ database, vault, trunks, clock, ids, log, onDeliveries },
    onCallBacks: () => jobs.get('call-backs')?.wake(),
    onMissedCall: (call) => metrics.missedCall(call),
    onNoLine: () => metrics.noLine(),
  });
  const spoken = callWords({ speech, ...stores });
  const cluster = openCluster(
    {
      ...{ config, storage, trunksFile, clock, ids, log, ledger: records.ledger, waysOf: ways.board.waysOf },
      ...{ ...spoken, strangerOf: (leg) => vault.personOf(leg), sounds: stores.keptSounds },
      ...{ announceRecordings: config.announceRecordings, frequencyCap: config.frequencyCap },
      openTelephony: (asterisk) => openTelephony(asterisk, config, speech, log),
      incomingOver: (telephony) => incoming.over(telephony),
      holdBack: () => speech.room.problem(),
      randomDigits: (count) => Array.from({ length: count }, () => randomInt(10)).join(''),
      lookUp: (lookup) => outgoing.lookups.lookUp(lookup),
      onNews(news) {
        if (news.deliveries) onDeliveries();
        if (news.campaigns) jobs.get('campaigns')?.wake();
        if (news.keys) apiKeys.ring.forget();
      },
      onLeasesFree: () => jobs.get('leases')?.wake(),
      onAttemptEnded(call) {
        metrics.attemptEnded(call);
        ways.watch.attemptEnded(call);
      },
      onPromptSaid: () => jobs.get('recorded-prompts')?.wake(),
    },
    stack,
  );
  // the first call is to know which trunks are drained
  await ways.keep();
  const metrics = createMetrics({
    liveCalls: () => cluster.asterisks.liveCalls,
    isReady: () => cluster.asterisks.health().ok && speech.room.problem() === null,
    renditionsWaiting: () => speech.waiting(),
    queueDepths: () => queueDepths(database, clock.now()).catch(() => null),
    trunks: () => ways.board.tell(),
  });
  return {
    ...{ ...given, ...stores, ...records, clock, ids, jobs, storage, apiKeys, progress, speech, outgoing },
    ...{ ways, incoming, spoken, cluster, metrics },
  };
}
