import type { Scope } from '../domain/api-keys/scope.ts';
import type { Principal, Readiness } from '../workflows/use-cases.ts';
import { html, outside } from './html.ts';
import type { Shown } from './page.ts';
import { partsTable } from './parts/parts-table.ts';
import { base } from './paths.ts';

/** Pages in place of one that cannot be shown: what is the matter, and what to do. */
export function notFoundPage(): Shown {
  return {
    title: 'There is nothing here',
    status: 404,
    body: html`<p>
      There is no such page, or what it was about is not on record. <a href="${base}">Go to the overview</a>.
    </p>`,
  };
}

export function methodPage(): Shown {
  return {
    title: 'This page is only for reading',
    status: 405,
    body: html`<p>Nothing can be sent to it. <a href="${base}">Go to the overview</a>.</p>`,
  };
}

export function scopePage(scope: Scope, { owner, scopes }: Principal): Shown {
  return {
    title: 'This API key may not see that',
    status: 403,
    body: html`<p>
      The page needs an API key with the scope <code>${scope}</code>. You are signed in as ${outside(owner)},
      with ${[...scopes].join(', ') || 'no scope'}. Sign out, and sign in with another key.
    </p>`,
  };
}

export function tooOftenPage(): Shown {
  return {
    title: 'Too many requests',
    status: 429,
    body: html`<p>
      This API key sends more requests than are allowed in a second. Load the page again in a moment.
    </p>`,
  };
}

/** @param readiness what `/readyz` tells, which needs no key */
export function databaseAwayPage(readiness: Readiness): Shown {
  return {
    title: 'The database cannot be reached',
    status: 503,
    refreshAfterSeconds: 10,
    body: html`<p>
        Nothing can be shown, and nothing new is dialled, until it is back. Then everything goes on by itself,
        this page too: it asks again every ten seconds.
      </p>
      <p>
        Look at the PostgreSQL server: whether it runs, takes connections, has room on its disk, and whether a
        lock holds everybody up. What else can be done is in <code>docs/operations/database-away.md</code>.
      </p>
      ${partsTable(readiness)}`,
  };
}

export function faultPage(requestId: string): Shown {
  return {
    title: 'Something went wrong here',
    status: 500,
    body: html`<p>
      The page could not be made. Please report this with the request’s id, under which the log has the
      reason:
      <code>${requestId}</code>. <a href="${base}">Go to the overview</a>.
    </p>`,
  };
}
