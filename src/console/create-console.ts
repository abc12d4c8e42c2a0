import { Hono } from 'hono';
import type { ConsoleEnv } from './console-env.ts';
import { addPage } from './add-page.ts';
import { answerFault, answerPage, forSignedIn, type AnswerNeeds } from './answer-page.ts';
import { guardPages } from './guard-pages.ts';
import { pages } from './page-table.ts';
import { notFoundPage } from './refusals.ts';
import { addSignIn } from './sign-in.ts';
import { addStyleSheet } from './style-sheet.ts';

export type ConsoleNeeds = AnswerNeeds;

/**
 * The operators' pages. They only show; all that changes is whether a browser is signed in. Who has no session hears the same of every path: sign in. So
 * nobody learns from outside what there is, nor what there could be.
 */
export function createConsole(needs: ConsoleNeeds): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.use(guardPages);
  app.onError((error, c) => answerFault(c, error, needs));
  addStyleSheet(app);
  addSignIn(app, { ...needs, answer: (c, shown) => answerPage(c, shown, { needs, principal: null }) });
  for (const page of pages) addPage(app, page, needs);
  app.all('*', (c) => {
    const { path } = c.req;
    if (path.endsWith('/')) return c.redirect(path.replace(/\/+$/, ''), 302);
    return forSignedIn(c, needs, (principal) => answerPage(c, notFoundPage(), { needs, principal }));
  });
  return app;
}
