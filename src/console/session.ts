/** Seals texts with the gateway's encryption key, and opens them; every gateway of a cluster has the same. */
export interface Sealing {
  seal(text: string, context: string): Uint8Array;
  /** @throws an error with the code `vault_sealed` where it was sealed with another key, for another context, or changed */
  open(sealed: Uint8Array, context: string): string;
}

/** Who signed in in the morning does so again the next day. */
export const longestSessionMs = 12 * 3_600_000;
/** Sealed values are bound to what they are for: no other one opens as a session. */
const context = 'console session';
const longestSealedLetters = 2_048;

/** A session is in the cookie alone: the API key, and until when the cookie is good, sealed. */
export function sealSession(sealing: Sealing, session: { key: string; until: number }): string {
  return Buffer.from(sealing.seal(JSON.stringify(session), context)).toString('base64url');
}

/** The API key of a session; null where the text is none of ours, or its time is over. */
export function keyOfSession(
  sealing: Sealing,
  { sealed, now }: { sealed: string; now: number },
): string | null {
  if (sealed.length > longestSealedLetters) return null;
  try {
    const opened = sealing.open(Buffer.from(sealed, 'base64url'), context);
    const { key, until } = JSON.parse(opened) as { key: string; until: number };
    return now < until ? key : null;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'vault_sealed') return null;
    throw error;
  }
}
