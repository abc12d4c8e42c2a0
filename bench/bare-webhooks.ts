import { createSecretKey } from 'node:crypto';
import { Agent } from 'undici';
import { systemClock } from '../src/lib/clock.ts';
import { postOnce } from '../src/webhooks/post-once.ts';
import { signatureHeaders } from '../src/webhooks/signed-headers.ts';
import type { BareCall, BareRecordedEvent } from './bare-record.ts';

export interface BareWebhooks {
  /** In order within a call. */
  send(call: BareCall, events: readonly BareRecordedEvent[]): void;
}

const timeLimitMs = 15_000;
const longestReplyBytes = 65_536;

/** Signed and posted as the gateway does it; what is not taken is an error that ends the process. */
export function createBareWebhooks(options: {
  webhookUrl: string;
  secret: string;
  onDelivered: (eventId: string) => void;
}): BareWebhooks {
  const dispatcher = new Agent({ connections: 64, pipelining: 1 });
  const url = new URL(options.webhookUrl);
  const keys = [createSecretKey(options.secret.replace(/^whsec_/, ''), 'base64')];

  async function post({ id, body }: BareRecordedEvent): Promise<void> {
    const headers = {
      'content-type': 'application/json',
      ...signatureHeaders({ id, text: body, keys }, Date.now()),
    };
    const request = { url, headers, body, timeLimitMs, longestReplyBytes };
    const { statusCode } = await postOnce({ dispatcher, clock: systemClock }, request);
    if (statusCode >= 300) throw new Error(`the receiver answered ${statusCode}`);
    options.onDelivered(id);
  }

  return {
    send(call, events) {
      call.told = (async () => {
        await call.told;
        for (const event of events) await post(event);
      })();
    },
  };
}
