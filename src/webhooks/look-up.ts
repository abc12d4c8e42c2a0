import { createSecretKey } from 'node:crypto';
import { Agent, request } from 'undici';

import type { LookupRequest, LookupResult } from '../domain/flows/flow-session.ts';
import type { Clock } from '../lib/clock.ts';
import type { WebhookPolicy } from './address-guard.ts';
import { AddressRefused, guardedConnector, resolverFor } from './guarded-connector.ts';
import type { ResolveHost } from './guarded-connector.ts';
import { signatureHeaders } from './signed-headers.ts';
import { checkWebhookUrl } from './url-guard.ts';

/** Asks another system something during a call, through the same guard as webhooks. */
export interface LookupClient {
  /** Resolves within the limit, whatever the other does, or as soon as the signal aborts; never rejects. */
  lookUp(lookup: Lookup): Promise<LookupResult>;
  close(): Promise<void>;
}

export interface Lookup {
  request: LookupRequest;
  limitMs: number;
  /** Of this asking, for the other's log. */
  id: string;
  signal: AbortSignal;
}

export interface LookupClientOptions {
  policy: WebhookPolicy;
  clock: Clock;
  /** The key of a host's signatures, 32 bytes: it is told to nobody else. */
  secretOf: (host: string) => Uint8Array;
  resolve?: ResolveHost;
}

const mostReplyBytes = 64 * 1024;
const connectionsPerOrigin = 64;
const keepAliveMs = 30_000;

export function createLookupClient(options: LookupClientOptions): LookupClient {
  const { policy, clock } = options;
  const agent = new Agent({
    connect: guardedConnector(policy, options.resolve ?? resolverFor(policy)),
    connections: connectionsPerOrigin,
    pipelining: 1,
    keepAliveTimeout: keepAliveMs,
  });

  async function ask({ request: asked, limitMs, id, signal }: Lookup): Promise<LookupResult> {
    const verdict = checkWebhookUrl(asked.url, policy);
    if (!verdict.allowed) return failed(`its URL ${verdict.detail}`);
    const { url } = verdict;
    const ending = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
    const reply = await request(url, {
      dispatcher: agent,
      method: asked.method,
      headers: headersOf(asked, { url, id, at: clock.now(), secret: options.secretOf(url.host) }),
      body: asked.body,
      signal: ending,
    });
    if (reply.statusCode < 200 || reply.statusCode > 299) {
      await reply.body.dump({ limit: mostReplyBytes, signal: ending }).catch(() => undefined);
      return failed(`it answered ${reply.statusCode}`);
    }
    return replyIn(await textOf(reply.body));
  }

  return {
    lookUp: (lookup) => ask(lookup).catch((error: unknown) => failed(problemOf(error))),
    close: () => agent.destroy(),
  };
}

/**
 * Signed by Standard Webhooks 1.0.0, so that the other knows who asks. What is signed is the body; of a GET, which has none, its path with the
 * query. Each host has a secret of its own: a flow that is made to ask elsewhere gets no signature that is of use here.
 */
function headersOf(
  { method, body }: LookupRequest,
  { url, id, at, secret }: { url: URL; id: string; at: number; secret: Uint8Array },
): Record<string, string> {
  const signed = method === 'POST' ? (body ?? '') : `${url.pathname}${url.search}`;
  return {
    accept: 'application/json',
    'user-agent': 'ivrs-gateway',
    ...(body === null ? {} : { 'content-type': 'application/json' }),
    ...signatureHeaders({ id, text: signed, keys: [createSecretKey(secret)] }, at),
  };
}

async function textOf(body: AsyncIterable<unknown>): Promise<string | null> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    if (!(piece instanceof Uint8Array)) continue;
    bytes += piece.length;
    if (bytes > mostReplyBytes) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function replyIn(text: string | null): LookupResult {
  if (text === null) return failed(`its reply is longer than ${mostReplyBytes} bytes`);
  try {
    return { result: 'replied', reply: JSON.parse(text) as unknown };
  } catch {
    return failed('its reply is no JSON');
  }
}

function failed(problem: string): LookupResult {
  return { result: 'failed', problem };
}

function problemOf(error: unknown): string {
  if (error instanceof AddressRefused) return 'its URL points to an address that may not be asked';
  const code =
    error instanceof Error
      ? 'code' in error && typeof error.code === 'string'
        ? error.code
        : error.name
      : 'unknown';
  return code === 'TimeoutError' ? 'it did not answer in time' : `it could not be reached (${code})`;
}
