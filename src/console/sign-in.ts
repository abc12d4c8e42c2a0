import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { canBeSent } from '../domain/api-keys/bearer-token.ts';
import { createRateLimiter, type RateLimiter } from '../lib/rate-limiter.ts';
import { comesFromHere } from './comes-from-here.ts';
import type { ConsoleEnv } from './console-env.ts';
import { base, returnPath, signInPath, signOutPath } from './paths.ts';
import type { Shown } from './page.ts';
import { longestSessionMs, sealSession } from './session.ts';
import { clearSessionCookie, setSessionCookie } from './session-cookie.ts';
import { faultyForm, signInForm, type SignInFault } from './sign-in-form.ts';
import type { WhoAsksNeeds } from './who-asks.ts';

export interface SignInNeeds extends WhoAsksNeeds {
  answer: (c: Context<ConsoleEnv>, shown: Shown) => Promise<Response> | Response;
}

/** A key has up to 520 letters, a place to return to a thousand. */
const longestBodyBytes = 4_096;
/** Ten tries at once, and ten a minute after that, of each address. Nobody guesses a key; this keeps who tries from being a load. */
const triesRate = { perSecond: 1 / 6, atOnce: 10 };

/** The form takes an API key and gives a cookie for it; nothing is kept here. Who signs out has none any more. */
export function addSignIn(app: Hono<ConsoleEnv>, needs: SignInNeeds): void {
  const tries = createRateLimiter(needs.clock, triesRate);
  const bounded = bodyLimit({
    maxSize: longestBodyBytes,
    onError: (c: Context<ConsoleEnv>) => needs.answer(c, faultyForm('no_form', base)),
  });
  app.get('/sign-in', (c) => {
    c.set('route', signInPath);
    const { searchParams } = new URL(c.req.url);
    const isOver = searchParams.has('ended');
    return needs.answer(c, signInForm({ to: returnPath(searchParams.get('to')), isOver }));
  });
  app.post('/sign-in', bounded, async (c) => {
    c.set('route', signInPath);
    const form = await readForm(c);
    const to = returnPath(form?.get('to') ?? null);
    const key = form?.get('key')?.trim() ?? '';
    const refuse = (fault: SignInFault) => needs.answer(c, faultyForm(fault, to));
    if (!comesFromHere(c.req.raw.headers)) return refuse('from_elsewhere');
    if (form === null) return refuse('no_form');
    const waitMs = takeTry(tries, c);
    if (waitMs > 0) {
      c.header('Retry-After', String(Math.ceil(waitMs / 1000)));
      return refuse('too_many_tries');
    }
    const authenticated = canBeSent(key) ? await needs.authenticate(key) : null;
    if (authenticated?.result !== 'valid') return refuse('wrong_key');
    c.set('apiKey', authenticated.principal.keyId);
    const until = needs.clock.now() + longestSessionMs;
    setSessionCookie(c, sealSession(needs.sealing, { key, until }));
    return c.redirect(to, 303);
  });
  app.post('/sign-out', bounded, (c) => {
    c.set('route', signOutPath);
    if (!comesFromHere(c.req.raw.headers)) return needs.answer(c, faultyForm('from_elsewhere', base));
    clearSessionCookie(c);
    return c.redirect(signInPath, 303);
  });
}

async function readForm(c: Context<ConsoleEnv>): Promise<URLSearchParams | null> {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(c.req.header('Content-Type') ?? '');
  return isForm ? new URLSearchParams(await c.req.text()) : null;
}

/**
 * By the address of the connection. What a proxy says of the asker's own anybody could write; behind one all share its tries, who is signed in goes on, and the proxy is
 * the place to keep one asker from taking them all.
 */
function takeTry(tries: RateLimiter, c: Context<ConsoleEnv>): number {
  const { incoming } = (c.env ?? {}) as { incoming?: { socket: { remoteAddress?: string } } };
  return tries.take(incoming?.socket.remoteAddress ?? 'unknown');
}
