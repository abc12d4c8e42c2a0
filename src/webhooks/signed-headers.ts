import { Webhook } from 'standardwebhooks';

export interface SignedMessage {
  /** `whsec_…`, one, or two while a secret is being rotated: the message is signed with each. */
  secrets: readonly string[];
  event: {
    /** The same on every try. */
    id: string;
    /** The very text that is sent and signed. */
    body: string;
  };
}

/** What a webhook is sent with, by Standard Webhooks 1.0.0. */
export function signedHeaders({ event, secrets }: SignedMessage, now: number): Record<string, string> {
  const at = new Date(now);
  return {
    'content-type': 'application/json',
    'user-agent': 'ivrs-gateway',
    'webhook-id': event.id,
    'webhook-timestamp': String(Math.floor(now / 1000)),
    'webhook-signature': secrets
      .map((secret) => new Webhook(secret).sign(event.id, at, event.body))
      .join(' '),
  };
}
