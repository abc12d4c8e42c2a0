import { Problem } from './problem.ts';

const longest = 255;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The key of a request that can ring a phone: 1 to 255 characters, so that a request sent twice rings once. */
export function readIdempotencyKey(header: string | null): string {
  if (header === null || header === '') {
    throw new Problem(
      'idempotency_key_missing',
      'This request can ring a phone: give it an Idempotency-Key of 1 to 255 characters, a UUID for example.',
    );
  }
  const key = decode(header);
  if (Array.from(key).length > longest)
    throw new Problem('idempotency_key_invalid', `An Idempotency-Key has at most ${longest} characters.`);
  if (/[\u0000-\u001f\u007f-\u009f]/.test(key))
    throw new Problem('idempotency_key_invalid', 'An Idempotency-Key has no control characters.');
  return key;
}

/** Headers come as one character a byte (RFC 9110, 5.5); what was meant as UTF-8 is counted in characters. */
function decode(header: string): string {
  try {
    return utf8.decode(Buffer.from(header, 'latin1'));
  } catch {
    return header;
  }
}
