import { callBackRequestStates, type CallBackRequest } from '../../domain/call-centre/call-back-request.ts';
import { isId } from '../../domain/ids.ts';
import { pageOf } from '../../lib/page-of.ts';
import { shownNumber } from '../../workflows/shown-number.ts';
import { html, outside, whole, type Html } from '../html.ts';
import { cursorOf, rowsOnPage } from '../list-cursor.ts';
import type { AskedPage, Page } from '../page.ts';
import { dataTable } from '../parts/data-table.ts';
import { callBackLink, campaignLink } from '../parts/links.ts';
import { choice, field } from '../parts/filter-fields.ts';
import { momentOf } from '../parts/moment.ts';
import { pager } from '../parts/pager.ts';
import { stateMark } from '../parts/state-mark.ts';
import { base } from '../paths.ts';

const path = '/call-back-requests';

/** Who asked in a call to be called by a person. */
export const callBackRequestsPage: Page = {
  path,
  scope: 'calls:read',
  inNavigation: 'Call-back requests',
  async show(asked) {
    const { useCases, query, principal } = asked;
    const filter = filterOf(query);
    const found = filter && (await useCases.listCallBackRequests({ ...filter, limit: rowsOnPage + 1 }));
    if (found === null) return null;
    const page = pageOf(found, { limit: rowsOnPage, idOf: ({ request }) => request.id });
    return {
      title: 'Call-back requests',
      body: html`${filterForm(query)}
      ${dataTable({
        caption: 'Who asked to be called by a person, newest first',
        columns: ['Request', 'State', 'Number', 'Question', 'Language', 'Campaign', 'Asked'],
        rows: page.data.map(({ request, number }) => [
          callBackLink(request.id, request.reference ?? request.id),
          requestMark(request),
          whole(shownNumber(number, principal)),
          html`${outside(request.question)}: ${outside(request.value)}`,
          outside(request.language),
          campaignLink(request.campaignId),
          momentOf(request.requestedAt),
        ]),
        empty: 'Nobody has asked for that.',
      })}
      ${pager(page.next_cursor, { path: `${base}${path}`, query })}`,
    };
  },
};

type Filter = Omit<Parameters<AskedPage['useCases']['listCallBackRequests']>[0], 'limit'>;

/** Null where it is none. */
function filterOf(query: URLSearchParams): Filter | null {
  const [asked, campaign] = [query.get('state') ?? '', query.get('campaign_id') ?? ''];
  const state = callBackRequestStates.find((each) => each === asked);
  const before = cursorOf('cbr', query);
  if (before === undefined || (asked !== '' && state === undefined)) return null;
  if (campaign !== '' && !isId('cmp', campaign)) return null;
  return {
    ...(state === undefined ? {} : { state }),
    ...(campaign === '' ? {} : { campaignId: campaign }),
    ...(before === null ? {} : { before }),
  };
}

function filterForm(query: URLSearchParams): Html {
  return html`<form
    class="filter"
    method="get"
    action="${base}${path}"
    role="search"
    aria-label="Call-back requests"
  >
    ${choice('state', { label: 'State', options: callBackRequestStates, words: (each) => each, query })}
    ${field('campaign_id', { label: 'Campaign’s id', type: 'text', query })}
    <p class="actions"><button type="submit">Show</button> <a href="${base}${path}">All requests</a></p>
  </form>`;
}

export function requestMark({ state }: Pick<CallBackRequest, 'state'>): Html {
  switch (state.state) {
    case 'open':
      return stateMark('watch', 'open: waits for somebody');
    case 'claimed':
      return html`${stateMark('calm', 'claimed')} by ${outside(state.agent)} until ${momentOf(state.until)}`;
    case 'done':
      return html`${stateMark('good', 'done')} by ${outside(state.agent)}`;
  }
}
