import type { Hono, MiddlewareHandler } from 'hono';
import { allows } from '../domain/api-keys/scope.ts';
import { isId } from '../domain/ids.ts';
import { answerPage, forSignedIn, type AnswerNeeds } from './answer-page.ts';
import type { ConsoleEnv } from './console-env.ts';
import type { Page } from './page.ts';
import { base } from './paths.ts';
import { methodPage, notFoundPage, scopePage } from './refusals.ts';

/** Shown to whoever is signed in with its scope; nothing else than reading is there. */
export function addPage(app: Hono<ConsoleEnv>, page: Page, needs: AnswerNeeds): void {
  const path = page.path === '' ? '/' : page.path.replaceAll(/\{(\w+)\}/g, ':$1');
  const note: MiddlewareHandler<ConsoleEnv> = (c, next) => {
    c.set('route', `${base}${page.path}`);
    const id = c.req.param('id') ?? '';
    if (isId('call', id) || isId('cmp', id) || isId('cbr', id)) c.set('subject', id);
    return next();
  };
  app.get(path, note, (c) =>
    forSignedIn(c, needs, async (principal) => {
      if (page.scope !== null && !allows(principal.scopes, page.scope))
        return answerPage(c, scopePage(page.scope, principal), { needs, principal });
      const { searchParams: query } = new URL(c.req.url);
      const { useCases, readiness } = needs;
      const shown = await page.show({ useCases, readiness, principal, query, id: c.req.param('id') ?? '' });
      if (shown !== null && 'csv' in shown) return c.body(shown.csv, 200, shown.headers);
      return answerPage(c, shown ?? notFoundPage(), { needs, principal });
    }),
  );
  app.all(path, note, (c) =>
    forSignedIn(c, needs, (principal) => {
      c.header('Allow', 'GET, HEAD');
      return answerPage(c, methodPage(), { needs, principal });
    }),
  );
}
