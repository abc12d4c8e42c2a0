import type { Clock, Timer } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { TelephonyProblem } from '../telephony.ts';
import type { AriAddress } from './ari-address.ts';
import { AriError } from './ari-error.ts';
import { createAriHttp, type AriHttp } from './ari-http.ts';
import type { AriChannelEvent, AriEvent } from './ari-message.ts';
import { problemOf, problems, type WrittenAt } from './ari-problem.ts';
import type { AriRequest, SendAriRequest } from './ari-request.ts';
import type { AriSocket, AriSocketTiming } from './ari-socket.ts';
import { openAriSocket } from './ari-socket.ts';
import type { BackOff } from './back-off.ts';
import { backOffMs } from './back-off.ts';

/**
 * A connection to ARI that is kept up for ever.
 *
 *     stopped ──► opening ──► preparing ──► ready
 *                  ▲   └──────────┴───────────┘
 *                  └──── waiting ◄─┘
 *
 * `preparing` is ours alone: whatever must be true before anybody else may use the connection. Events flow from the moment that it is
 * open. Only in `ready` do requests of others pass; in every other state they are rejected with `not_connected`.
 * `lost` is told once for each `ready`. When another client takes our application's name (`ApplicationReplaced`), we do not fight:
 * we step back and try again slowly.
 */
export interface AriClient {
  /** Resolves when the first try is decided, whatever its result. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Why there is no connection, or null when it is ready. */
  problem(): TelephonyProblem | null;
  request: SendAriRequest;
  /** A file, over HTTP. */
  download: AriHttp['download'];
}

export interface AriClientOptions {
  address: AriAddress;
  app: string;
  user: string;
  password: string;
  writtenAt: WrittenAt;
  clock: Clock;
  random: () => number;
  log: Log;
  timing?: Partial<AriTiming>;
}

export interface AriTiming extends AriSocketTiming {
  retry: BackOff;
  /** Wait after the application was taken from us. */
  replacedRetryMs: number;
  /** No request waits longer for its reply, whatever its own limit. */
  longestRequestMs: number;
}

export interface AriClientListener {
  event(event: AriChannelEvent): void;
  /** Makes a fresh connection fit for use; a problem means that it is not, and that it is to be tried again. */
  prepare(send: SendAriRequest): Promise<TelephonyProblem | null>;
  ready(): void;
  lost(reason: string): void;
}

const usualTiming: AriTiming = {
  openLimitMs: 2_500,
  pingEveryMs: 2_000,
  // several PINGs: an Asterisk under load is slow, not dead
  silenceLimitMs: 7_000,
  // with the limit of opening, less than 5 s from the return of an Asterisk to ours: somebody may be on the line
  retry: { firstMs: 100, longestMs: 2_000 },
  replacedRetryMs: 60_000,
  longestRequestMs: 30_000,
};

export function createAriClient(options: AriClientOptions, listener: AriClientListener): AriClient {
  const { address, clock, log } = options;
  const timing = { ...usualTiming, ...options.timing };
  const http = createAriHttp({ ...options, origin: address.origin, basePath: address.basePath });
  const { user, app, writtenAt } = options;
  const words = { url: address.origin, user, app, writtenAt };

  let running = false;
  let socket: AriSocket | null = null;
  let ready = false;
  let problem: TelephonyProblem | null = problems.stopped();
  let failures = 0;
  let epochs = 0;
  let replaced = false;
  let ending = new AbortController();
  let wait: Timer | null = null;
  let current: Promise<void> = Promise.resolve();

  function onEvent(event: AriEvent): void {
    if (event.type !== 'ApplicationReplaced') {
      listener.event(event);
      return;
    }
    replaced = true;
    problem = problems.lostLeadership(words);
    socket?.cut('another client took our application name');
  }

  /** While it is being made ready, `connect` itself learns of the loss by its next request. */
  function onClosed(reason: string): void {
    const wasReady = ready;
    [socket, ready] = [null, false];
    if (!running || !wasReady) return;
    if (!replaced) problem = problems.unreachable(words, reason);
    listener.lost(reason);
    retryLater();
  }

  async function connect(): Promise<void> {
    const epoch = (epochs += 1);
    replaced = false;
    try {
      socket = await openAriSocket(
        { ...options, url: address.eventsUrl(options.app), timing, signal: ending.signal },
        {
          event: onEvent,
          // the end of an earlier connection says nothing of this one
          closed: (reason) => (epoch === epochs ? onClosed(reason) : undefined),
          malformed: (reason) => log.warn({ reason }, 'Asterisk sent a message that is not understood.'),
        },
      );
      // `stop` was called at the very moment of its opening
      if (!isRunning()) {
        await socket.close();
        return;
      }
      const opened = socket;
      settle(await listener.prepare((request) => opened.request(limited(request))), opened);
    } catch (error) {
      if (!isRunning()) return;
      if (!wasReplaced()) problem = problemOf(words, error);
      socket?.cut('it could not be made ready');
      retryLater();
    }
  }

  function settle(unfit: TelephonyProblem | null, opened: AriSocket): void {
    if (socket !== opened || !running)
      throw new AriError('connection_lost', 'the connection was lost while it was made ready');
    if (unfit !== null) {
      opened.cut(unfit.detail);
      problem = unfit;
      retryLater();
      return;
    }
    [ready, problem, failures] = [true, null, 0];
    log.info({ app: options.app }, 'Connected to Asterisk.');
    listener.ready();
  }

  function retryLater(): void {
    failures += 1;
    const delayMs = replaced ? timing.replacedRetryMs : backOffMs(timing.retry, failures, options.random);
    log.warn({ code: problem?.code, delayMs }, problem?.detail ?? 'Asterisk is not connected.');
    wait?.cancel();
    wait = clock.setTimer(delayMs, () => {
      current = connect();
    });
  }

  const limited = (request: AriRequest): AriRequest => ({
    ...request,
    limitMs: Math.min(request.limitMs, timing.longestRequestMs),
  });

  // read through functions: the compiler does not know that they change while something is awaited
  const isRunning = (): boolean => running;
  const wasReplaced = (): boolean => replaced;

  return {
    async start() {
      if (running) return;
      running = true;
      ending = new AbortController();
      problem = problems.connecting(words);
      current = connect();
      await current;
    },
    async stop() {
      running = false;
      ready = false;
      problem = problems.stopped();
      wait?.cancel();
      ending.abort();
      await socket?.close();
      await current;
      await http.close();
    },
    problem: () => problem,
    download: (request) => http.download(request),
    async request(request) {
      if (request.over === 'http') return await http.request(limited(request));
      if (socket === null || !ready)
        throw new AriError('not_connected', 'there is no connection to Asterisk');
      return await socket.request(limited(request));
    },
  };
}
