import { Agent, request } from 'undici';

import type { WebhookPolicy } from './address-guard.ts';
import { guardedConnector, resolverFor } from './guarded-connector.ts';
import type { ResolveHost } from './guarded-connector.ts';
import { checkWebhookUrl } from './url-guard.ts';

/** `detail` is a sentence's end about the address, without a full stop: «answered 404». */
export type FetchedSound =
  { result: 'answered'; chunks: AsyncIterable<Uint8Array> } | { result: 'failed'; detail: string };

/** Fetches sound files that a flow names, past the same guard as webhooks. */
export interface SoundFetcher {
  /** Redirects are not followed. What breaks later is thrown by `chunks`, as SoundUnreachable. Both end within the time limit. */
  fetch(url: string): Promise<FetchedSound>;
  close(): Promise<void>;
}

/** The sound stopped coming. The message is a sentence's end, as `detail` is. */
export class SoundUnreachable extends Error {
  override readonly name = 'SoundUnreachable';
  readonly code = 'sound_unreachable';
}

export interface SoundFetcherOptions {
  policy: WebhookPolicy;
  /** From the look-up to the last byte. */
  timeLimitMs?: number;
  resolve?: ResolveHost;
}

export function createSoundFetcher(options: SoundFetcherOptions): SoundFetcher {
  const { policy, timeLimitMs = 30_000 } = options;
  const agent = new Agent({
    connect: guardedConnector(policy, options.resolve ?? resolverFor(policy)),
    pipelining: 1,
  });
  return {
    async fetch(url) {
      const verdict = checkWebhookUrl(url, policy);
      if (!verdict.allowed) return { result: 'failed', detail: verdict.detail };
      const signal = AbortSignal.timeout(timeLimitMs);
      try {
        const headers = { accept: 'audio/*', 'user-agent': 'ivrs-gateway' };
        const reply = await request(verdict.url, { dispatcher: agent, headers, signal });
        // Whoever stops reading early, destroys the body, and that it was is then an event of its own.
        reply.body.on('error', () => undefined);
        if (reply.statusCode === 200) return { result: 'answered', chunks: told(reply.body) };
        reply.body.destroy();
        return { result: 'failed', detail: detailOfStatus(reply.statusCode) };
      } catch (error) {
        return { result: 'failed', detail: detailOf(error) };
      }
    },
    close: () => agent.destroy(),
  };
}

async function* told(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw new SoundUnreachable(detailOf(cause), { cause });
  }
}

function detailOfStatus(status: number): string {
  return status >= 300 && status < 400
    ? `answered ${status}; redirects are not followed`
    : `answered ${status} instead of the sound`;
}

function detailOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'address_refused') return 'points to an address that may not be connected to';
  if (error instanceof Error && error.name === 'TimeoutError') return 'did not send the sound in time';
  return `could not be fetched${code === '' ? '' : ` (${code})`}`;
}
