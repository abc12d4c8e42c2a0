import type { Context } from 'hono';
import type { Log } from '../lib/log.ts';
import type { Principal } from '../workflows/use-cases.ts';
import type { ConsoleEnv } from './console-env.ts';
import { layOut } from './layout.ts';
import type { AskedPage, Shown } from './page.ts';
import { pages } from './page-table.ts';
import { base, signInPath } from './paths.ts';
import { databaseAwayPage, faultPage, tooOftenPage } from './refusals.ts';
import { clearSessionCookie } from './session-cookie.ts';
import { whoAsks, type WhoAsksNeeds } from './who-asks.ts';

export interface AnswerNeeds extends WhoAsksNeeds, Pick<AskedPage, 'useCases' | 'readiness'> {
  log: Log;
}

export function answerPage(
  c: Context<ConsoleEnv>,
  shown: Shown,
  { needs, principal }: { needs: Pick<AnswerNeeds, 'clock'>; principal: Principal | null },
): Promise<Response> | Response {
  const frame = { now: needs.clock.now(), principal, pages, path: c.req.path.slice(base.length) };
  return c.html(layOut(shown, frame), shown.status ?? 200);
}

/** Everybody else is sent to sign in, and from there to where they wanted to go. */
export async function forSignedIn(
  c: Context<ConsoleEnv>,
  needs: AnswerNeeds,
  answer: (principal: Principal) => Promise<Response> | Response,
): Promise<Response> {
  const asker = await whoAsks(c, needs);
  switch (asker.result) {
    case 'signed_in':
      return answer(asker.principal);
    case 'too_often':
      c.header('Retry-After', String(Math.ceil(asker.waitMs / 1000)));
      return answerPage(c, tooOftenPage(), { needs, principal: null });
    case 'nobody':
      if (asker.hadSession) clearSessionCookie(c);
      return c.redirect(signInFor(c, asker), 303);
  }
}

function signInFor(c: Context<ConsoleEnv>, { hadSession }: { hadSession: boolean }): string {
  const { pathname, search } = new URL(c.req.url);
  const query = new URLSearchParams();
  if (pathname !== base || search !== '') query.set('to', `${pathname}${search}`);
  if (hadSession) query.set('ended', '');
  return query.size === 0 ? signInPath : `${signInPath}?${query.toString()}`;
}

/** The edge where exceptions end: what a reader can do something about is said, the rest is in the log under the request's id. */
export async function answerFault(
  c: Context<ConsoleEnv>,
  error: Error,
  needs: AnswerNeeds,
): Promise<Response> {
  const requestId = c.get('requestId');
  if ('code' in error && error.code === 'ledger_unavailable') {
    needs.log.warn({ request_id: requestId, err: error }, 'a page was answered 503');
    c.header('Retry-After', '5');
    return answerPage(c, databaseAwayPage(await needs.readiness()), { needs, principal: null });
  }
  needs.log.error({ request_id: requestId, err: error }, 'a page failed unexpectedly');
  return answerPage(c, faultPage(requestId), { needs, principal: null });
}
