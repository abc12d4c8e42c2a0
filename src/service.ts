import type { Config } from './config/config.ts';
import { createConsole } from './console/create-console.ts';
import { createApp } from './http/create-app.ts';
import { serve, type HttpServer } from './http/serve.ts';
import { runJobs } from './jobs/run-jobs.ts';
import type { Log } from './lib/log.ts';
import { createRateLimiter } from './lib/rate-limiter.ts';
import { within } from './lib/wait.ts';
import { openParts, type Parts } from './open-parts.ts';
import { checkReadiness } from './readiness.ts';
import { timedWork } from './timed-work.ts';
import { useCasesOver } from './use-cases-over.ts';
import { createUseCases, type UseCaseDependencies } from './workflows/create-use-cases.ts';
import type { Readiness } from './workflows/use-cases.ts';

export interface Service {
  url: string;
  readiness(): Promise<Readiness>;
  /** Ends in order: no new calls, who talks may finish, what happened is on record, then everything is closed. A second call waits for the first. */
  stop(): Promise<void>;
}

/** Talks may go on for so long after SIGTERM; with what comes after, the process is gone within 30 s. */
const drainMs = 18_000;
/** What is on its way to a receiver that answers slowly is sent again by the next process. */
const deliveryGraceMs = 6_000;
const httpGraceMs = 3_000;
/** Of each API key. */
const requestsPerSecond = 500;

/**
 * Opens all parts, then starts them: HTTP, deliveries, Asterisks, what runs on a timer. Each has its end on the stack, so they stop the other way
 * round; what fails on the way closes what was opened.
 */
export async function startService(config: Config, log: Log): Promise<Service> {
  await using opening = new AsyncDisposableStack();
  const parts = await openParts({ config, trunksFile: config.trunks, log }, opening);
  const { clock, ids, delivery, cluster, ways, jobs } = parts;
  const useCaseDeps = useCasesOver(parts);
  const ending = new AbortController();
  const readiness = (): Promise<Readiness> => readinessOf(parts, ending.signal);

  const app = appOver(parts, { useCaseDeps, readiness, ending: ending.signal });
  const http = await serve({ fetch: app.fetch, ids, clock }, config.http);
  opening.defer(() => http.stop(httpGraceMs));

  delivery.start();
  opening.defer(() => within(clock, deliveryGraceMs, delivery.stop()).then(() => undefined));

  opening.defer(() => cluster.asterisks.stop(0));
  await cluster.start();
  const endpointWatch = ways.watchEndpoints();
  opening.defer(() => endpointWatch.stop());

  runJobs({ clock, log, jobs }, timedWork(parts, { useCaseDeps, ending: ending.signal }));
  opening.defer(() => {
    ending.abort();
    return drain(parts);
  });

  const running = opening.move();
  let stopping: Promise<void> | null = null;
  return {
    url: urlOf(http),
    readiness,
    stop: () => (stopping ??= running.disposeAsync()),
  };
}

function appOver(
  parts: Parts,
  needs: { useCaseDeps: UseCaseDependencies; readiness: () => Promise<Readiness>; ending: AbortSignal },
): ReturnType<typeof createApp> {
  const { apiKeys, metrics, ids, clock, log, config, storage } = parts;
  const forBoth = {
    ...{ useCases: createUseCases(needs.useCaseDeps), readiness: needs.readiness, clock, log },
    authenticate: (token: string) => apiKeys.ring.authenticate(token),
    rateLimiter: createRateLimiter(clock, { perSecond: requestsPerSecond }),
  };
  return createApp({
    ...{ ...forBoth, ids },
    pages: config.console ? createConsole({ ...forBoth, sealing: storage.vault }) : null,
    metrics: () => metrics.render(),
    onAnswered: (request) => metrics.requestAnswered(request),
    isDraining: () => needs.ending.aborted,
  });
}

function readinessOf(parts: Parts, ending: AbortSignal): Promise<Readiness> {
  const { storage, cluster, speech, ways } = parts;
  return checkReadiness({
    ...{ database: storage.database, telephony: cluster.asterisks.health(), room: speech.room },
    trunks: ways.board.tell(),
    trunkDifference: cluster.trunkDifference(),
    isDraining: ending.aborted,
  });
}

/** Nobody is called any more, who talks may finish, and what runs on a timer runs out. */
async function drain({ jobs, cluster }: Parts): Promise<void> {
  // leases are prolonged until the last of them is given back
  const { leases, ...others } = Object.fromEntries(jobs);
  await Promise.all([cluster.asterisks.stop(drainMs), ...Object.values(others).map((job) => job.stop())]);
  await leases?.stop();
}

function urlOf({ address }: HttpServer): string {
  return `http://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}
