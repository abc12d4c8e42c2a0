import type { Clock } from '../lib/clock.ts';

/** What an id names, by its prefix; fixed by the API contract. */
export interface IdKinds {
  call: CallId;
  att: AttemptId;
  cmp: CampaignId;
  evt: EventId;
  dlv: DeliveryId;
  whe: EndpointId;
  req: RequestId;
  vm: VoiceMessageId;
  mc: MissedCallId;
  opi: OptInId;
  opo: OptOutId;
  cbr: CallBackRequestId;
  key: ApiKeyId;
  era: ErasureId;
}

export type CallId = string & { readonly __id: 'call' };
export type AttemptId = string & { readonly __id: 'att' };
export type CampaignId = string & { readonly __id: 'cmp' };
export type EventId = string & { readonly __id: 'evt' };
export type DeliveryId = string & { readonly __id: 'dlv' };
export type EndpointId = string & { readonly __id: 'whe' };
export type VoiceMessageId = string & { readonly __id: 'vm' };
export type MissedCallId = string & { readonly __id: 'mc' };
export type OptInId = string & { readonly __id: 'opi' };
export type OptOutId = string & { readonly __id: 'opo' };
export type CallBackRequestId = string & { readonly __id: 'cbr' };
export type ApiKeyId = string & { readonly __id: 'key' };
export type ErasureId = string & { readonly __id: 'era' };
export type RequestId = string & { readonly __id: 'req' };

/** Makes ids of the form `call_` + 26 characters that sort by the time of their making. */
export interface IdSource {
  newId<K extends keyof IdKinds>(kind: K): IdKinds[K];
}

/** Crockford's base 32: no letter that can be mistaken for a digit when read aloud to support. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const timeLength = 10;
const tailLength = 16;
/** Of 5 bits, most significant first. */
type Digits = Uint8Array;
/** Ids whose randomness is drawn at once: drawing costs the same for one and for many. */
const idsPerDraw = 64;

/**
 * Ids like ULIDs: 48 bits of milliseconds, then 80 bits, the first of them 0, the others random. Within one millisecond the random part
 * counts up, so that ids of one process always sort in the order of their making.
 *
 * @param randomBytes gives that many random bytes; injected so that a simulation can be replayed.
 */
export function createIdSource(clock: Clock, randomBytes: (count: number) => Uint8Array): IdSource {
  let lastMs = -1;
  let time = '';
  let drawn: Uint8Array = new Uint8Array(0);
  let used = 0;
  let tail: Digits = new Uint8Array(tailLength);

  function drawTail(): Digits {
    if (used === drawn.length) [drawn, used] = [randomBytes(tailLength * idsPerDraw), 0];
    const digits = digitsOf(drawn.subarray(used, used + tailLength));
    used += tailLength;
    // room to count up
    digits[0] = (digits[0] ?? 0) & 15;
    return digits;
  }

  return {
    newId<K extends keyof IdKinds>(kind: K): IdKinds[K] {
      const nowMs = Math.max(clock.now(), lastMs);
      if (nowMs === lastMs) countUp(tail);
      else [lastMs, time, tail] = [nowMs, base32(nowMs), drawTail()];
      return `${kind}_${time}${lettersOf(tail)}` as IdKinds[K];
    },
  };
}

/**
 * The id of something that is known by a name elsewhere: always the same for the same name.
 *
 * @param of.at milliseconds since 1970, by which it sorts
 * @param of.digest at least 16 bytes that follow from the name
 */
export function derivedId<K extends keyof IdKinds>(
  kind: K,
  { at, digest }: { at: number; digest: Uint8Array },
): IdKinds[K] {
  return `${kind}_${base32(at)}${lettersOf(digitsOf(digest.subarray(0, tailLength)))}` as IdKinds[K];
}

function digitsOf(bytes: Uint8Array): Digits {
  return bytes.map((byte) => byte & 31);
}

/**
 * Digits of 5 bits as letters. A call has a dozen ids: letter by letter costs less than half of mapping and joining (measured).
 */
export function lettersOf(digits: Digits): string {
  let text = '';
  for (const digit of digits) text += alphabet[digit] ?? '';
  return text;
}

function countUp(digits: Digits): void {
  for (let place = digits.length - 1; place >= 0; place -= 1) {
    const digit = ((digits[place] ?? 0) + 1) & 31;
    digits[place] = digit;
    if (digit !== 0) return;
  }
}

/** Whether `text` has the form of an id of this kind. */
export function isId<K extends keyof IdKinds>(kind: K, text: string): text is IdKinds[K] {
  return text.startsWith(`${kind}_`) && /^[0-9a-hjkmnp-tv-z]{26}$/.test(text.slice(kind.length + 1));
}

/** Sorts before every id of this kind that was made at this instant or later, and after those made before. */
export function firstIdAt(kind: keyof IdKinds, at: number): string {
  return `${kind}_${base32(Math.max(0, at))}`;
}

/** Of an instant, which has more bits than JavaScript's bit operators take. */
function base32(ms: number): string {
  let text = '';
  for (let rest = ms; text.length < timeLength; rest = Math.floor(rest / 32))
    text = (alphabet[rest % 32] ?? '') + text;
  return text;
}
