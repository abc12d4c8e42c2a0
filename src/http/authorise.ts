import { allows, type Scope } from '../domain/api-keys/scope.ts';
import { bearerTokenOf } from '../domain/api-keys/bearer-token.ts';
import type { Authenticated, Principal } from '../workflows/use-cases.ts';
import { Problem } from './problem.ts';
import type { RateLimiter } from '../lib/rate-limiter.ts';

export interface Authoriser {
  authenticate: (token: string) => Promise<Authenticated>;
  rateLimiter: RateLimiter;
}

const realm = 'Bearer realm="ivrs-gateway"';

/** Only whoever has the key hears more than that it is not valid. */
const refusals: Readonly<Record<Exclude<Authenticated['result'], 'valid'>, string>> = {
  unknown: 'This API key is not valid.',
  revoked: 'This API key was revoked.',
  replaced: 'This API key was replaced by a newer one.',
  expired: 'This API key has expired.',
};

/** Who asks, if they may: else 401, 429 or 403. `onKnown` hears whose key it is, valid or not. */
export async function authorise(
  authoriser: Authoriser,
  asked: { header: string | null; scope: Scope; onKnown: (keyId: string) => void },
): Promise<Principal> {
  const token = bearerTokenOf(asked.header);
  if (token === null) {
    throw new Problem('unauthorized', 'Send an API key in the header Authorization: Bearer <api key>.', {
      headers: { 'WWW-Authenticate': realm },
    });
  }
  const authenticated = await authoriser.authenticate(token);
  if (authenticated.result !== 'valid') {
    if (authenticated.result !== 'unknown') asked.onKnown(authenticated.keyId);
    throw new Problem('unauthorized', refusals[authenticated.result], {
      headers: { 'WWW-Authenticate': `${realm}, error="invalid_token"` },
    });
  }
  const { principal } = authenticated;
  asked.onKnown(principal.keyId);
  limitRate(authoriser.rateLimiter, principal.keyId);
  if (!may(principal, asked.scope)) throw scopeMissing(asked.scope);
  return principal;
}

export function may(principal: Principal, scope: Scope): boolean {
  return allows(principal.scopes, scope);
}

export function scopeMissing(scope: Scope): Problem {
  return new Problem('scope_missing', `This needs an API key with the scope ${scope}.`, {
    headers: { 'WWW-Authenticate': `${realm}, error="insufficient_scope", scope="${scope}"` },
  });
}

/** By key, not by owner; a key that is being rotated is one. */
function limitRate(limiter: RateLimiter, keyId: string): void {
  const waitMs = limiter.take(keyId);
  if (waitMs === 0) return;
  throw new Problem('rate_limited', 'This API key sends more requests than are allowed in a second.', {
    headers: { 'Retry-After': String(Math.ceil(waitMs / 1000)) },
  });
}
