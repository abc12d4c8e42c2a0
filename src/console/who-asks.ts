import type { Context } from 'hono';
import type { Clock } from '../lib/clock.ts';
import type { RateLimiter } from '../lib/rate-limiter.ts';
import type { Authenticated, Principal } from '../workflows/use-cases.ts';
import type { ConsoleEnv } from './console-env.ts';
import { keyOfSession, type Sealing } from './session.ts';
import { readSessionCookie } from './session-cookie.ts';

export interface WhoAsksNeeds {
  authenticate: (token: string) => Promise<Authenticated>;
  /** The same as the API's: whoever asks both ways has no more than one rate. */
  rateLimiter: RateLimiter;
  sealing: Sealing;
  clock: Clock;
}

export type WhoAsks =
  | { result: 'signed_in'; principal: Principal }
  /** `hadSession`: one that is over, or was never ours. */
  | { result: 'nobody'; hadSession: boolean }
  | { result: 'too_often'; waitMs: number };

/** Each request is let in anew: a key that was revoked ends its sessions as soon as the API refuses it. */
export async function whoAsks(c: Context<ConsoleEnv>, needs: WhoAsksNeeds): Promise<WhoAsks> {
  const sealed = readSessionCookie(c);
  if (sealed === undefined) return { result: 'nobody', hadSession: false };
  const key = keyOfSession(needs.sealing, { sealed, now: needs.clock.now() });
  if (key === null) return { result: 'nobody', hadSession: true };
  const authenticated = await needs.authenticate(key);
  if (authenticated.result !== 'unknown')
    c.set('apiKey', authenticated.result === 'valid' ? authenticated.principal.keyId : authenticated.keyId);
  if (authenticated.result !== 'valid') return { result: 'nobody', hadSession: true };
  const { principal } = authenticated;
  const waitMs = needs.rateLimiter.take(principal.keyId);
  return waitMs > 0 ? { result: 'too_often', waitMs } : { result: 'signed_in', principal };
}
