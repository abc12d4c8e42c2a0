import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Config } from './config/config.ts';
import type { Trunk } from './domain/calls/trunk.ts';
import { pingDatabase } from './db/database.ts';
import { createDeliveryQueue } from './db/delivery-queue.ts';
import { createEventFeed } from './db/event-feed.ts';
import { createFlowStore } from './db/flow-store.ts';
import { maintainPartitions } from './db/partitions.ts';
import { createPostgresLedger } from './db/postgres-ledger.ts';
import { createWebhookEndpointStore } from './db/webhook-endpoint-store.ts';
import { createIdSource } from './domain/ids.ts';
import { createApp } from './http/create-app.ts';
import { serve } from './http/serve.ts';
import { runEvery, type Job } from './jobs/run-every.ts';
import { systemClock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { createMetrics } from './metrics.ts';
import { openSpeech } from './open-speech.ts';
import { openStorage } from './open-storage.ts';
import { openTelephony } from './open-telephony.ts';
import { createWebhookSender } from './webhooks/webhook-sender.ts';
import { CallRunner } from './workflows/call-runner.ts';
import { createUseCases } from './workflows/create-use-cases.ts';
import { createEventDelivery } from './workflows/deliver-events.ts';
import { expireCalls } from './workflows/expire-calls.ts';
import { createFlowLoader } from './workflows/flow-loader.ts';
import type { Principal, Readiness } from './workflows/use-cases.ts';

export interface Service {
  url: string;
  readiness(): Promise<Readiness>;
  /** Ends in order: no new calls, who talks may finish, what happened is on record, then everything is closed. A second call waits for the first. */
  stop(): Promise<void>;
}

const eventRetentionDays = 30;
/** Talks may go on for so long after SIGTERM; with what comes after, the process is gone within 30 s. */
const drainMs = 20_000;
const httpGraceMs = 3_000;

/** Builds everything and starts it, in the order in which the parts need each other; what fails on the way closes what was opened. */
export async function startService(config: Config, trunks: readonly Trunk[], log: Log): Promise<Service> {
  await using opening = new AsyncDisposableStack();
  const clock = systemClock;
  const ids = createIdSource(clock, randomBytes);
  let draining = false;

  const { database, vault } = await openStorage(config, log, opening);
  await maintainPartitions(database, { now: clock.now(), retentionDays: eventRetentionDays });
  const speech = await openSpeech(config, trunks, opening);
  const flows = createFlowStore(database);
  const endpoints = createWebhookEndpointStore(database, vault);
  const webhooks = { allowPrivate: config.allowPrivateWebhooks };
  const sender = createWebhookSender({ policy: webhooks, clock });
  opening.defer(() => sender.close());

  const jobs = new Map<string, Job>();
  const ledger = createPostgresLedger({
    database,
    vault,
    onWake({ deliveries }) {
      if (deliveries) delivery.wake();
    },
  });
  const delivery = createEventDelivery({
    queue: createDeliveryQueue(database, vault),
    sender,
    numberOfCall: async (id) => {
      const call = await ledger.call(id);
      return call && ledger.numberOf(call.person);
    },
    disableEndpoint: async (id, reason) => void (await endpoints.disable(id, { reason, at: clock.now() })),
    clock,
    random: Math.random,
    log,
  });

  const { telephony, start: startTelephony } = openTelephony(config, speech, log);
  const runner = new CallRunner({
    ...{ ledger, telephony, clock, ids, log, trunks },
    words: speech.words,
    renditionsFor: speech.renditionsFor,
    flowOf: createFlowLoader({ flows, words: speech.words }),
    onAttemptEnded: (call) => metrics.attemptEnded(call),
    wakeDialler: () => jobs.get('dial')?.wake(),
    wakeTakeUp: () => jobs.get('take-up')?.wake(),
  });
  const metrics = createMetrics({ liveCalls: () => runner.liveCalls.size, isReady: () => runner.settled });

  const readiness = async (): Promise<Readiness> => {
    const databaseFault = await pingDatabase(database).then(
      () => null,
      (error: unknown) => sentenceOf(error),
    );
    const problem = telephony.problem();
    const heard = problem?.detail ?? (runner.settled ? null : 'live calls are being taken up');
    const checks: Readiness['checks'] = [
      { name: 'database', ok: databaseFault === null, detail: databaseFault },
      { name: 'telephony', ok: heard === null, detail: heard },
      { name: 'draining', ok: !draining, detail: draining ? 'the gateway is stopping' : null },
    ];
    return { ready: checks.every((check) => check.ok), checks };
  };

  const useCases = createUseCases({
    ...{ ledger, flows, endpoints, sender, clock, ids, trunks },
    events: createEventFeed(database),
    words: speech.words,
    liveCalls: runner.liveCalls,
    personOf: (number) => vault.personOf(number),
    policy: { ...config, webhooks },
    onAccepted: () => jobs.get('dial')?.wake(),
  });
  const app = createApp({
    ...{ useCases, readiness, ids, clock, log },
    metrics: () => metrics.render(),
    authenticate: authenticator(config.apiKey),
    isDraining: () => draining,
  });
  const http = await serve({ fetch: app.fetch, ids, clock }, config.http);
  opening.defer(() => http.stop(httpGraceMs));

  delivery.start();
  opening.defer(() => delivery.stop());
  await startTelephony();
  opening.defer(() => telephony.stop());
  const every = (name: string, everyMs: () => number, work: () => Promise<unknown>): void => {
    jobs.set(name, runEvery({ clock, log }, { name, everyMs, work }));
  };
  every(
    'dial',
    () => dialEveryMs,
    () => runner.dial(),
  );
  every(
    'take-up',
    () => (runner.settled ? 60_000 : 1_000),
    () => runner.takeUp(),
  );
  every(
    'expire',
    () => 5_000,
    () => expireCalls({ ledger, clock, ids }),
  );
  every(
    'partitions',
    () => 3_600_000,
    () => maintainPartitions(database, { now: clock.now(), retentionDays: eventRetentionDays }),
  );
  opening.defer(async () => {
    draining = true;
    await Promise.all(jobs.values().map((job) => job.stop()));
    await runner.drain(drainMs);
  });

  const running = opening.move();
  let stopping: Promise<void> | null = null;
  return {
    url: `http://${http.address.host.includes(':') ? `[${http.address.host}]` : http.address.host}:${http.address.port}`,
    readiness,
    stop: () => (stopping ??= running.disposeAsync()),
  };
}

/** How soon a due call is seen that nothing woke the dialler for: one that another gateway accepted, or whose time has come. */
const dialEveryMs = 500;

/** The one admin key of the configuration; compared by hash, so that neither its length nor its content shows in the time it takes. */
function authenticator(apiKey: string): (token: string) => Principal | null {
  const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
  const known = hashOf(apiKey);
  const principal: Principal = { owner: 'admin', scopes: new Set(['admin']) };
  return (token) => (timingSafeEqual(hashOf(token), known) ? principal : null);
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
