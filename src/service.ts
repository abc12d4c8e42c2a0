import { randomBytes, randomInt } from 'node:crypto';
import { authenticator } from './authenticator.ts';
import { callWords } from './call-words.ts';
import type { Config } from './config/config.ts';
import type { TrunksFile } from './config/read-trunks.ts';
import { makeDataDir } from './make-data-dir.ts';
import { createCampaignCalls } from './db/campaign-calls.ts';
import { createCampaignStore } from './db/campaign-store.ts';
import { listDeliveries } from './db/delivery-list.ts';
import { listFlowResponses } from './db/flow-responses.ts';
import { createDeliveryQueue } from './db/delivery-queue.ts';
import { createEventFeed } from './db/event-feed.ts';
import { createFlowStore } from './db/flow-store.ts';
import { purge } from './db/purge.ts';
import { maintainPartitions } from './db/partitions.ts';
import { createPromptStore } from './db/prompt-store.ts';
import { numberOfSubject } from './db/number-of-subject.ts';
import { createPostgresLedger } from './db/postgres-ledger.ts';
import { lookAtQueue } from './db/look-at-queue.ts';
import { queueDepths } from './db/queue-depths.ts';
import { replayEvents } from './db/replay-events.ts';
import { createVoiceMessageStore } from './db/voice-message-store.ts';
import { createWebhookEndpointStore } from './db/webhook-endpoint-store.ts';
import { lookAtLeasesEveryMs } from './domain/asterisks/lease.ts';
import { createIdSource, type AttemptId } from './domain/ids.ts';
import { createApp } from './http/create-app.ts';
import { serve } from './http/serve.ts';
import type { Job } from './jobs/run-every.ts';
import { runJobs } from './jobs/run-jobs.ts';
import { systemClock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { within } from './lib/wait.ts';
import { createMetrics } from './metrics.ts';
import { checkReadiness } from './readiness.ts';
import { openIncoming } from './open-incoming.ts';
import { openSpeech } from './open-speech.ts';
import { openStorage } from './open-storage.ts';
import { openCluster } from './open-cluster.ts';
import { openTelephony } from './open-telephony.ts';
import { openTrunks } from './open-trunks.ts';
import { soundJobs } from './sound-jobs.ts';
import { RenditionProgress } from './speech/rendition-progress.ts';
import { createSoundFetcher } from './webhooks/sound-fetcher.ts';
import { createSoundStore } from './recordings/sound-store.ts';
import { createLookupClient } from './webhooks/look-up.ts';
import { createWebhookSender } from './webhooks/webhook-sender.ts';
import { PromptLibrary } from './workflows/prompt-library.ts';
import { QueueWatch } from './workflows/queue-watch.ts';
import { createUseCases, draftingOf, type UseCaseDependencies } from './workflows/create-use-cases.ts';
import { createEventDelivery } from './workflows/deliver-events.ts';
import { endOverdueAttempts } from './workflows/end-overdue-attempts.ts';
import { expireCalls } from './workflows/expire-calls.ts';
import { disableWebhookEndpoint } from './workflows/manage-webhook-endpoints.ts';
import { keepLinesReady } from './workflows/keep-lines-ready.ts';
import { placeCallBacks } from './workflows/place-call-backs.ts';
import { settleCampaigns } from './workflows/settle-campaigns.ts';
import type { Readiness } from './workflows/use-cases.ts';

export interface Service {
  url: string;
  readiness(): Promise<Readiness>;
  /** Ends in order: no new calls, who talks may finish, what happened is on record, then everything is closed. A second call waits for the first. */
  stop(): Promise<void>;
}

const eventRetentionDays = 30;
/** Talks may go on for so long after SIGTERM; with what comes after, the process is gone within 30 s. */
const drainMs = 18_000;
/** What is on its way to a receiver that answers slowly is sent again by the next process. */
const deliveryGraceMs = 6_000;
const httpGraceMs = 3_000;

/** Builds everything and starts it, in the order in which the parts need each other; what fails on the way closes what was opened. */
export async function startService(config: Config, trunksFile: TrunksFile, log: Log): Promise<Service> {
  await using opening = new AsyncDisposableStack();
  const clock = systemClock;
  const ids = createIdSource(clock, randomBytes);
  const { trunks } = trunksFile;
  const ending = new AbortController();
  await makeDataDir(config.dataDir);
  const storage = await openStorage(config, log, opening);
  const { database, vault } = storage;
  const keepPartitions = () =>
    maintainPartitions(database, { now: clock.now(), retentionDays: eventRetentionDays });
  await keepPartitions();
  const progress = new RenditionProgress(log);
  const onMade = (voice: string): void => {
    progress.made();
    metrics.renditionMade(voice);
  };
  const speech = await openSpeech({ config, trunks, log, onMade }, opening);
  const flows = createFlowStore(database);
  const prompts = createPromptStore(database);
  const library = new PromptLibrary({ prompts, clock });
  const endpoints = createWebhookEndpointStore(database, vault);
  const webhooks = { allowPrivate: config.allowPrivateWebhooks };
  const sender = createWebhookSender({ policy: webhooks, clock });
  opening.defer(() => sender.close());
  const lookups = createLookupClient({ policy: webhooks, clock, secretOf: (host) => vault.hostSecret(host) });
  opening.defer(() => lookups.close());
  const sounds = createSoundStore({ dataDir: config.dataDir, keys: vault });
  const voiceMessages = createVoiceMessageStore(database);

  const soundFetcher = createSoundFetcher({ policy: webhooks });
  opening.defer(() => soundFetcher.close());

  const jobs = new Map<string, Job>();
  const ledger = createPostgresLedger({
    database,
    vault,
    handOver: () => delivery.handOver(),
    onDeliveries(made) {
      delivery.take(made);
      if (made.handed.length === 0) cluster.tell({ deliveries: true });
    },
    onKept(call) {
      metrics.callKept(call);
      ways.watch.kept(call);
    },
  });
  const delivery = createEventDelivery({
    queue: createDeliveryQueue(database, vault),
    sender,
    numberOf: (subject) => numberOfSubject({ database, vault }, subject),
    disableEndpoint: (endpoint, reason) =>
      disableWebhookEndpoint(
        { endpoints, clock, ids, wakeDelivery: () => delivery.wake() },
        { ...endpoint, reason },
      ),
    onTried: (state) => metrics.deliveryTried(state),
    clock,
    random: Math.random,
    log,
  });

  const campaigns = createCampaignStore({ database, onDeliveries: () => delivery.wake() });
  const campaignCalls = createCampaignCalls(database, vault);
  const ways = openTrunks({
    ...{ config, trunks, database, clock, ids, log },
    onDeliveries: () => delivery.wake(),
    onChanged: () => asterisks.wakeDiallers(),
    wake: () => jobs.get('trunks')?.wake(),
  });
  const incoming = openIncoming({
    ...{ database, vault, trunks, clock, ids, log },
    onCallBacks: () => jobs.get('call-backs')?.wake(),
    onDeliveries: () => delivery.wake(),
    onMissedCall: (call) => metrics.missedCall(call),
    onNoLine: () => metrics.noLine(),
  });
  const spoken = callWords({ speech, flows, library });
  const cluster = openCluster(
    {
      ...{ config, storage, trunksFile, ledger, clock, ids, log, waysOf: ways.board.waysOf },
      onNews(news) {
        if (news.deliveries) delivery.wake();
        if (news.campaigns) jobs.get('campaigns')?.wake();
      },
      onLeasesFree: () => jobs.get('leases')?.wake(),
      incomingOver: (telephony) => incoming.over(telephony),
      openTelephony: (asterisk) => openTelephony(asterisk, config, speech, log),
      ...{ ...spoken, strangerOf: (leg) => vault.personOf(leg) },
      holdBack: () => speech.room.problem(),
      ...{ sounds, announceRecordings: config.announceRecordings, frequencyCap: config.frequencyCap },
      randomDigits: (count) => Array.from({ length: count }, () => randomInt(10)).join(''),
      lookUp: (lookup) => lookups.lookUp(lookup),
      onAttemptEnded(call) {
        metrics.attemptEnded(call);
        ways.watch.attemptEnded(call);
      },
      onPromptSaid: () => jobs.get('recorded-prompts')?.wake(),
    },
    opening,
  );
  const { asterisks } = cluster;
  const tellOfEnd = (leg: AttemptId): void => cluster.tell({ ends: [leg] });
  // the first call is to know which trunks are drained
  await ways.keep();
  const metrics = createMetrics({
    liveCalls: () => asterisks.liveCalls,
    isReady: () => asterisks.health().ok && speech.room.problem() === null,
    renditionsWaiting: () => speech.waiting(),
    queueDepths: () => queueDepths(database, clock.now()).catch(() => null),
    trunks: () => ways.board.tell(),
  });

  const readiness = (): Promise<Readiness> =>
    checkReadiness({
      ...{ database, telephony: asterisks.health(), room: speech.room },
      trunks: ways.board.tell(),
      trunkDifference: cluster.trunkDifference(),
      isDraining: ending.signal.aborted,
    });

  const useCaseDeps: UseCaseDependencies = {
    ...{ ledger, flows, prompts, library, endpoints, campaigns, campaignCalls },
    ...{ sender, soundFetcher, clock, ids, trunks },
    ...{ trunkStore: ways.store, trunkBoard: ways.board },
    queueWatch: new QueueWatch({ lookAtQueue: (now) => lookAtQueue(database, now), trunks, clock }),
    ...{ voiceMessages, keptSounds: sounds, hostSecret: (host: string) => vault.hostSecret(host) },
    events: createEventFeed(database),
    listDeliveries: (page) => listDeliveries(database, page),
    ...{ words: speech.words, speaks: speech.speaks, recordings: speech.recordings, sounds: speech.sounds },
    replay: (request) => replayEvents({ database, clock }, request),
    wakeDelivery: () => delivery.wake(),
    listFlowResponses: (filter) => listFlowResponses(database, filter),
    knownDurationMs: speech.knownDurationMs,
    ...incoming.stores,
    onLinesChanged() {
      incoming.lineBook.forget();
      jobs.get('lines')?.wake();
    },
    liveCalls: asterisks,
    tellOfEnd,
    personOf: (number) => vault.personOf(number),
    policy: { ...config, webhooks },
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
  const useCases = createUseCases(useCaseDeps);
  const app = createApp({
    ...{ useCases, readiness, ids, clock, log },
    metrics: () => metrics.render(),
    onAnswered: (request) => metrics.requestAnswered(request),
    authenticate: authenticator(config.apiKey),
    isDraining: () => ending.signal.aborted,
  });
  const http = await serve({ fetch: app.fetch, ids, clock }, config.http);
  opening.defer(() => http.stop(httpGraceMs));

  delivery.start();
  opening.defer(() => within(clock, deliveryGraceMs, delivery.stop()).then(() => undefined));
  opening.defer(() => asterisks.stop(0));
  await cluster.start();
  const endpointWatch = ways.watchEndpoints();
  opening.defer(() => endpointWatch.stop());
  const tellProgress = (): Promise<void> => {
    progress.tell(speech.waiting());
    return Promise.resolve();
  };
  const lineDeps = { ...spoken, lines: incoming.lineBook, trunks, clock, log };
  const callBackDeps = { ...useCaseDeps, ...draftingOf(useCaseDeps), log, ...incoming.forCallBacks };
  runJobs(
    { clock, log, jobs },
    {
      leases: [() => lookAtLeasesEveryMs, () => cluster.look()],
      overdue: [
        () => 10_000,
        () => endOverdueAttempts({ ledger, clock, ids, loseOverdue: (leg) => asterisks.loseOverdue(leg) }),
      ],
      expire: [() => 5_000, () => expireCalls({ ledger, clock, ids })],
      trunks: [() => ways.keepEveryMs(asterisks.hasOtherGateways), () => ways.keep(), trunksLeastMs],
      progress: [() => progressMs, tellProgress],
      sweep: [() => sweepEveryMs, async () => metrics.renditionsKept((await speech.sweep()).bytes)],
      campaigns: [
        () => 1_000,
        () => settleCampaigns({ ledger, campaigns, liveCalls: asterisks, tellOfEnd, clock, ids }),
      ],
      lines: [() => linesMs, () => keepLinesReady(lineDeps, ending.signal)],
      'call-backs': [() => 1_000, () => placeCallBacks(callBackDeps)],
      partitions: [() => hourMs, keepPartitions],
      ...soundJobs({
        ...{ config, database, speech, sounds, voiceMessages, prompts, clock, log },
        telephonies: () => asterisks.telephonies,
      }),
      purge: [() => 24 * hourMs, () => purge(database, { now: clock.now() })],
    },
  );
  opening.defer(async () => {
    ending.abort();
    // Leases are prolonged until the last of them is given back.
    const { leases, ...others } = Object.fromEntries(jobs);
    await Promise.all([asterisks.stop(drainMs), ...Object.values(others).map((job) => job.stop())]);
    await leases?.stop();
  });

  const running = opening.move();
  let stopping: Promise<void> | null = null;
  return {
    url: `http://${http.address.host.includes(':') ? `[${http.address.host}]` : http.address.host}:${http.address.port}`,
    readiness,
    stop: () => (stopping ??= running.disposeAsync()),
  };
}

const hourMs = 3_600_000;
const trunksLeastMs = 100;
const progressMs = 10_000;
/** Much sooner than what nobody used is swept. */
const linesMs = 10 * 60_000;
const sweepEveryMs = 600_000;
