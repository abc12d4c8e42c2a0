import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

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

const secretPrefix = 'whsec_';

/** What a webhook is sent with, by Standard Webhooks 1.0.0. */
export function signedHeaders({ event, secrets }: SignedMessage, now: number): Record<string, string> {
  const keys = secrets.map((secret) => createSecretKey(secret.slice(secretPrefix.length), 'base64'));
  return {
    'content-type': 'application/json',
    'user-agent': 'ivrs-gateway',
    ...signatureHeaders({ id: event.id, text: event.body, keys }, now),
  };
}

/**
 * By Node's own hash, with a key object: 6 µs. The package `standardwebhooks`, by which those who receive them verify, hashes in JavaScript: 20 µs, seven
 * times a call. (Node takes 14 with the key as bytes.)
 */
export function signatureHeaders(
  { id, text, keys }: { id: string; text: string; keys: readonly KeyObject[] },
  now: number,
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const signed = `${id}.${timestamp}.${text}`;
  const signatures = keys.map((key) => createHmac('sha256', key).update(signed).digest('base64'));
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.map((signature) => `v1,${signature}`).join(' '),
  };
}
