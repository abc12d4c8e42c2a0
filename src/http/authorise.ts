import { hash } from 'node:crypto';
import type { Principal } from '../workflows/use-cases.ts';
import { Problem } from './problem.ts';
import type { RateLimiter } from './rate-limiter.ts';

/** What an API key may do; `admin` may do everything. Fixed by the contract. */
export const scopes = [
  'calls:read',
  'calls:write',
  'flows:read',
  'flows:write',
  'lines:write',
  'webhooks:write',
  'numbers:read',
  'admin',
] as const;
export type Scope = (typeof scopes)[number];

export interface Authoriser {
  /** Compares in constant time; null for a key that is not valid. */
  authenticate: (token: string) => Principal | null;
  rateLimiter: RateLimiter;
}

const realm = 'Bearer realm="ivrs-gateway"';
const bearer = /^Bearer +([\w.~+/-]{1,512}=*)$/i;

/** Who asks, if they may: else 401, 429 or 403. */
export function authorise(authoriser: Authoriser, asked: { header: string | null; scope: Scope }): Principal {
  const token = bearer.exec(asked.header?.trim() ?? '')?.[1];
  if (token === undefined) {
    throw new Problem('unauthorized', 'Send an API key in the header Authorization: Bearer <api key>.', {
      headers: { 'WWW-Authenticate': realm },
    });
  }
  const principal = authoriser.authenticate(token);
  if (principal === null) {
    throw new Problem('unauthorized', 'This API key is not valid.', {
      headers: { 'WWW-Authenticate': `${realm}, error="invalid_token"` },
    });
  }
  limitRate(authoriser.rateLimiter, token);
  if (!may(principal, asked.scope)) throw scopeMissing(asked.scope);
  return principal;
}

export function may(principal: Principal, scope: Scope): boolean {
  return principal.scopes.has(scope) || principal.scopes.has('admin');
}

export function scopeMissing(scope: Scope): Problem {
  return new Problem('scope_missing', `This needs an API key with the scope ${scope}.`, {
    headers: { 'WWW-Authenticate': `${realm}, error="insufficient_scope", scope="${scope}"` },
  });
}

/** By key, not by owner; hashed, so that no table of keys in clear lies in memory. */
function limitRate(limiter: RateLimiter, token: string): void {
  const waitMs = limiter.take(hash('sha256', token, 'base64url'));
  if (waitMs === 0) return;
  throw new Problem('rate_limited', 'This API key sends more requests than are allowed in a second.', {
    headers: { 'Retry-After': String(Math.ceil(waitMs / 1000)) },
  });
}
