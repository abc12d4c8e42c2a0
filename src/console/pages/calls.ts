import { pageOf } from '../../lib/page-of.ts';
import { presentCall } from '../../workflows/present-call.ts';
import { html, outside, whole } from '../html.ts';
import { rowsOnPage } from '../list-cursor.ts';
import type { AskedPage, Page, Shown } from '../page.ts';
import { dataTable } from '../parts/data-table.ts';
import { callLink, campaignLink } from '../parts/links.ts';
import { momentOf } from '../parts/moment.ts';
import { pager } from '../parts/pager.ts';
import { base } from '../paths.ts';
import { callMark } from '../words/call-words.ts';
import { callFilterForm } from './call-filter-form.ts';
import { readCallFilter } from './read-call-filter.ts';

export const callsPage: Page = {
  path: '/calls',
  scope: 'calls:read',
  inNavigation: 'Calls',
  async show(asked) {
    const read = readCallFilter(asked.query);
    if ('faults' in read) return faulty(asked, read.faults);
    const found = await asked.useCases.listCalls({ ...read.filter, limit: rowsOnPage + 1 });
    if (found === null) return faulty(asked, ['There is no such campaign.']);
    const page = pageOf(found, { limit: rowsOnPage, idOf: ({ view }) => view.id });
    return {
      title: 'Calls',
      body: html`${callFilterForm(asked.query)}
      ${dataTable({
        caption: 'Calls, newest first',
        columns: ['Call', 'Number', 'State', 'Flow', 'Language', 'Attempts', 'Campaign', 'Asked for'],
        rows: page.data.map((call) => rowOf(asked, call)),
        empty: 'No call is like that.',
      })}
      ${pager(page.next_cursor, { path: `${base}/calls`, query: asked.query })}`,
    };
  },
};

function faulty({ query }: AskedPage, faults: readonly string[]): Shown {
  return {
    title: 'Calls',
    status: 422,
    body: html`<div class="notice bad" role="alert">${faults.map((fault) => html`<p>${fault}</p>`)}</div>
      ${callFilterForm(query)}`,
  };
}

function rowOf({ principal }: AskedPage, call: Parameters<typeof presentCall>[0]) {
  const view = presentCall(call, principal);
  return [
    callLink(view.id, view.reference ?? view.id),
    html`${view.direction === 'incoming' ? 'from ' : null}${whole(view.to ?? view.from)}`,
    callMark(view),
    outside(view.flow.id),
    outside(view.language),
    view.attempts.length,
    campaignLink(view.campaign_id),
    momentOf(view.created_at),
  ];
}
