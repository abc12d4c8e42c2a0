import { Agent } from 'undici';

import type { Clock } from '../lib/clock.ts';
import { within } from '../lib/wait.ts';
import type { WebhookPolicy } from './address-guard.ts';
import { AddressRefused, guardedConnector, resolverFor } from './guarded-connector.ts';
import type { ResolveHost } from './guarded-connector.ts';
import { postOnce, type PostReply } from './post-once.ts';
import { retryAfterMs } from './retry-after.ts';
import { signedHeaders, type SignedMessage } from './signed-headers.ts';
import { checkWebhookUrl } from './url-guard.ts';

export interface WebhookMessage extends SignedMessage {
  url: string;
}

/**
 * - `delivered`: the receiver took it (2xx).
 * - `retry`: it did not, or was not reached; `reason` is a sentence for the receiver's developer, without secrets.
 * - `gone`: the receiver wants no more (410).
 */
export type SendResult =
  | { result: 'delivered'; status: number }
  | { result: 'retry'; reason: string; status: number | null; retryAfterMs: number | null }
  | { result: 'gone'; status: 410 };

/** Sends events by Standard Webhooks 1.0.0. */
export interface WebhookSender {
  /** One try. Resolves within the time limit, whatever the receiver does; never rejects. */
  send(message: WebhookMessage): Promise<SendResult>;
  /** Waits a moment for what is being sent, then cuts it off: it is sent again by whoever starts next. */
  close(): Promise<void>;
}

export interface WebhookSenderOptions {
  policy: WebhookPolicy;
  clock: Clock;
  /** For everything from the look-up to the end of the reply. */
  timeLimitMs?: number;
  resolve?: ResolveHost;
}

/** At 50 ms a reply these are 640 events a second, those of 90 calls. */
const closeWithinMs = 1_000;
const connectionsPerOrigin = 32;
const keepAliveMs = 10_000;
const longestReplyBytes = 16 * 1024;

export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const { policy, clock, timeLimitMs = 15_000 } = options;
  const agent = new Agent({
    connect: guardedConnector(policy, options.resolve ?? resolverFor(policy)),
    connections: connectionsPerOrigin,
    pipelining: 1,
    keepAliveTimeout: keepAliveMs,
  });

  async function post(message: WebhookMessage): Promise<SendResult> {
    const verdict = checkWebhookUrl(message.url, policy);
    if (!verdict.allowed) return failed(`The URL ${verdict.detail}.`);
    const headers = signedHeaders(message, clock.now());
    const reply = await postOnce(
      { dispatcher: agent, clock },
      { url: verdict.url, headers, body: message.event.body, timeLimitMs, longestReplyBytes },
    );
    return resultOf(reply, clock.now());
  }

  return {
    send: (message) => post(message).catch((error: unknown) => failed(sentenceFor(error, timeLimitMs))),
    async close() {
      await within(clock, closeWithinMs, agent.close());
      await agent.destroy();
    },
  };
}

function resultOf({ statusCode: status, headers }: PostReply, now: number): SendResult {
  if (status >= 200 && status < 300) return { result: 'delivered', status };
  if (status === 410) return { result: 'gone', status };
  const reason =
    status >= 300 && status < 400
      ? `The receiver answered ${status}; redirects are not followed.`
      : `The receiver answered ${status}.`;
  return { result: 'retry', reason, status, retryAfterMs: retryAfterMs(headers['retry-after'], now) };
}

function failed(reason: string): SendResult {
  return { result: 'retry', reason, status: null, retryAfterMs: null };
}

const timeouts = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'ETIMEDOUT', 'ETIMEOUT']);
const unknownNames = new Set(['ENOTFOUND', 'ENODATA', 'EAI_AGAIN', 'ESERVFAIL']);

function sentenceFor(error: unknown, timeLimitMs: number): string {
  if (error instanceof AddressRefused)
    return 'The URL points to an address that webhooks may not be sent to.';
  const code = codeOf(error);
  if (code === 'TimeoutError') return `The receiver did not answer within ${timeLimitMs / 1000} s.`;
  if (timeouts.has(code)) return 'The receiver could not be reached in time.';
  if (unknownNames.has(code)) return `The receiver's host name could not be looked up (${code}).`;
  if (/CERT|TLS|SSL/.test(code)) return `No secure connection to the receiver was possible (${code}).`;
  return `The connection to the receiver failed (${code}).`;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
