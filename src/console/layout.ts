import { allows } from '../domain/api-keys/scope.ts';
import type { Principal } from '../workflows/use-cases.ts';
import { html, outside, type Html } from './html.ts';
import type { Page, Shown } from './page.ts';
import { base, signOutPath } from './paths.ts';
import { momentOf } from './parts/moment.ts';
import { styleSheetPath } from './style-sheet.ts';

export interface Frame {
  now: number;
  /** Null before somebody is signed in. */
  principal: Principal | null;
  /** That may be in the navigation. */
  pages: readonly Pick<Page, 'path' | 'scope' | 'inNavigation'>[];
  /** Where the reader is, below `/console`. */
  path: string;
}

/** A whole page: the same head, navigation and foot around whatever it shows. */
export function layOut({ title, body, refreshAfterSeconds }: Shown, frame: Frame): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${refreshAfterSeconds === undefined ? null : html`<meta http-equiv="refresh" content="${refreshAfterSeconds}" />`}
        <title>${title} · ivrs-gateway</title>
        <link rel="stylesheet" href="${styleSheetPath}" />
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <p class="brand"><a href="${base}">ivrs-gateway</a></p>
          ${frame.principal === null ? null : navigation(frame, frame.principal)}
        </header>
        <main id="main">
          <h1>${title}</h1>
          ${body}
        </main>
        <footer>
          <p>Times are UTC. This page is of ${momentOf(frame.now)}.</p>
        </footer>
      </body>
    </html>`;
}

function navigation({ pages, path }: Frame, principal: Principal): Html {
  const offered = pages.filter(
    ({ scope, inNavigation }) =>
      inNavigation !== undefined && (scope === null || allows(principal.scopes, scope)),
  );
  return html`<nav aria-label="Pages">
      <ul>
        ${offered.map((page) => html`<li><a href="${base}${page.path}" ${currentMark(page.path, path)}>${page.inNavigation}</a></li>`)}
      </ul>
    </nav>
    <form class="sign-out" method="post" action="${signOutPath}">
      <span><span class="as">Signed in as</span> ${outside(principal.owner)}</span>
      <button type="submit">Sign out</button>
    </form>`;
}

/** A page of one thing belongs to the list that it is in. */
function currentMark(offered: string, path: string): Html | null {
  if (offered === path) return html`aria-current="page"`;
  return offered !== '' && path.startsWith(`${offered}/`) ? html`aria-current="true"` : null;
}
