import { Client, type PoolConfig } from 'pg';
import type { AttemptId } from '../domain/ids.ts';
import type { Clock, Timer } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';

/** What one gateway tells the others. All of it is on record; word of it only spares them the time until they look. */
export interface News {
  /** Calls may be due that were not. */
  calls?: boolean;
  /** Webhooks may be waiting. */
  deliveries?: boolean;
  campaigns?: boolean;
  /** An API key was made, rotated or revoked. */
  keys?: boolean;
  /** A lease was given back. */
  leases?: boolean;
  /** Attempts whose end was requested. */
  ends?: readonly AttemptId[];
}

/**
 * Word between gateways, by NOTIFY, which nobody keeps: who listens for the first time, or again after its connection broke, is told that
 * everything may have happened. News that come together go together; a gateway does not hear itself.
 */
export interface GatewayBus {
  /** Never throws, and waits for nothing. */
  tell(news: News): void;
  stop(): Promise<void>;
}

export interface GatewayBusOptions {
  connection: PoolConfig;
  /** Who tells. */
  gateway: string;
  /** Whether anybody else could listen. */
  hasOthers: () => boolean;
  onNews: (news: News) => void;
  clock: Clock;
  log: Log;
}

const channel = 'ivrs_news';
/** What is not pressing is told so often at most: each NOTIFY takes a lock that all of them share. */
const togetherMs = 50;
/** A payload has 8,000 bytes at most; what is left out is found on record. */
const mostEnds = 200;
/** A server that went away without a word would be listened to for ever. */
const askEveryMs = 10_000;
const answerWithinMs = 5_000;
const retryMs = { first: 100, longest: 2_000 };
const everything: News = { calls: true, deliveries: true, campaigns: true, keys: true, leases: true };

export function createGatewayBus(options: GatewayBusOptions): GatewayBus {
  const { clock, log, gateway } = options;
  let listening: Client | null = null;
  let pending: News | null = null;
  let nextAt = -Infinity;
  let sending: Timer | null = null;
  let asking: Timer | null = null;
  let retrying: Timer | null = null;
  let failures = 0;
  let connecting = Promise.resolve();
  let isStopped = false;

  async function connect(): Promise<void> {
    const client = new Client({
      ...{ connectionTimeoutMillis: answerWithinMs, query_timeout: answerWithinMs, keepAlive: true },
      ...{ application_name: 'ivrs-gateway news', ...options.connection },
    });
    client.on('error', (error) => lost(client, error));
    client.on('end', () => lost(client, new Error('the server ended it')));
    client.on('notification', ({ payload }) => heard(payload ?? ''));
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
    } catch (error) {
      await close(client);
      retry(error);
      return;
    }
    if (hasStopped()) {
      await close(client);
      return;
    }
    [listening, failures] = [client, 0];
    askLater();
    options.onNews(everything);
  }

  function lost(client: Client, error: unknown): void {
    if (client !== listening) return;
    listening = null;
    asking?.cancel();
    void close(client);
    retry(error);
  }

  function retry(error: unknown): void {
    if (isStopped) return;
    failures += 1;
    const reason = error instanceof Error ? error.message : String(error);
    log[failures === 1 ? 'warn' : 'debug'](
      { reason },
      'no news from other gateways: what they do is found a little later',
    );
    const delayMs = Math.min(retryMs.longest, retryMs.first * 2 ** (failures - 1));
    retrying = clock.setTimer(delayMs, () => {
      connecting = connect();
    });
  }

  function askLater(): void {
    asking = clock.setTimer(askEveryMs, () => {
      const client = listening;
      client?.query('select 1').then(
        () => (client === listening ? askLater() : undefined),
        (error: unknown) => lost(client, error),
      );
    });
  }

  function heard(payload: string): void {
    const { from, ...news } = JSON.parse(payload) as News & { from: string };
    if (from !== gateway) options.onNews(news);
  }

  function send(): void {
    sending = null;
    if (pending === null) return;
    const payload = JSON.stringify({ from: gateway, ...pending, ends: pending.ends?.slice(0, mostEnds) });
    pending = null;
    nextAt = clock.now() + togetherMs;
    const client = listening;
    client
      ?.query('select pg_notify($1, $2)', [channel, payload])
      .catch((error: unknown) => lost(client, error));
  }

  // read through a function: the compiler does not know that it changes while something is awaited
  const hasStopped = (): boolean => isStopped;

  connecting = connect();
  return {
    tell(news) {
      if (isStopped || !options.hasOthers()) return;
      pending = { ...pending, ...news, ends: [...(pending?.ends ?? []), ...(news.ends ?? [])] };
      const isPressing = news.leases === true || news.keys === true || (news.ends?.length ?? 0) > 0;
      const waitMs = isPressing ? 0 : nextAt - clock.now();
      if (sending !== null && !isPressing) return;
      sending?.cancel();
      sending = null;
      if (waitMs <= 0) send();
      else sending = clock.setTimer(waitMs, send);
    },
    async stop() {
      isStopped = true;
      for (const timer of [sending, asking, retrying]) timer?.cancel();
      await connecting;
      const client = listening;
      listening = null;
      if (client) await close(client);
    },
  };
}

async function close(client: Client): Promise<void> {
  await client.end().catch(() => undefined);
}
