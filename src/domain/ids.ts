import type { Clock } from '../lib/clock.ts';

/** What an id names, by its prefix; fixed by the API contract. */
export interface IdKinds {
  call: CallId;
  att: AttemptId;
  evt: EventId;
  dlv: DeliveryId;
  whe: EndpointId;
  req: RequestId;
}

export type CallId = string & { readonly __id: 'call' };
export type AttemptId = string & { readonly __id: 'att' };
export type EventId = string & { readonly __id: 'evt' };
export type DeliveryId = string & { readonly __id: 'dlv' };
export type EndpointId = string & { readonly __id: 'whe' };
export type RequestId = string & { readonly __id: 'req' };

/** Makes ids of the form `call_` + 26 characters that sort by the time of their making. */
export interface IdSource {
  newId<K extends keyof IdKinds>(kind: K): IdKinds[K];
}

/** Crockford's base 32: no letter that can be mistaken for a digit when read aloud to support. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * Ids like ULIDs: 48 bits of milliseconds, then 80 random bits. Within one millisecond the random part counts up, so that ids
 * of one process always sort in the order of their making.
 *
 * @param randomBytes gives that many random bytes; injected so that a simulation can be replayed.
 */
export function createIdSource(clock: Clock, randomBytes: (count: number) => Uint8Array): IdSource {
  let lastMs = -1;
  let tail = 0n;
  return {
    newId<K extends keyof IdKinds>(kind: K): IdKinds[K] {
      const nowMs = Math.max(clock.now(), lastMs);
      tail = nowMs === lastMs ? tail + 1n : bigintOf(randomBytes(10)) >> 1n;
      lastMs = nowMs;
      return `${kind}_${base32(BigInt(nowMs), 10)}${base32(tail, 16)}` as IdKinds[K];
    },
  };
}

/** Whether `text` has the form of an id of this kind. */
export function isId<K extends keyof IdKinds>(kind: K, text: string): text is IdKinds[K] {
  return text.startsWith(`${kind}_`) && /^[0-9a-hjkmnp-tv-z]{26}$/.test(text.slice(kind.length + 1));
}

function bigintOf(bytes: Uint8Array): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function base32(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest >>= 5n)
    text = (alphabet[Number(rest & 31n)] ?? '') + text;
  return text;
}
