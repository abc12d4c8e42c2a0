import { isId } from '../../domain/ids.ts';
import { shownNumber } from '../../workflows/shown-number.ts';
import { html, outside } from '../html.ts';
import type { Page } from '../page.ts';
import { dataTable } from '../parts/data-table.ts';
import { factList } from '../parts/fact-list.ts';
import { callLink, campaignLink } from '../parts/links.ts';
import { momentOf } from '../parts/moment.ts';
import { requestMark } from './call-back-requests.ts';

/** Who asked, and all that the call centre has done about it. */
export const callBackRequestPage: Page = {
  path: '/call-back-requests/{id}',
  scope: 'calls:read',
  async show({ useCases, principal, id }) {
    const found = isId('cbr', id) ? await useCases.readCallBackRequest(id) : null;
    if (found === null) return null;
    const { request, number } = found;
    return {
      title: `Call-back request ${request.reference ?? request.id}`,
      body: html`${factList([
        ['State', requestMark(request)],
        ['Result', outside('result' in request.state ? request.state.result : null)],
        ['Number', outside(shownNumber(number, principal))],
        ['Reference', outside(request.reference)],
        ['Person', outside(request.member)],
        ['Question', outside(request.question)],
        ['Response', outside(request.value)],
        ['Language', outside(request.language)],
        ['Call', callLink(request.callId)],
        ['Campaign', campaignLink(request.campaignId)],
        ['Asked', momentOf(request.requestedAt)],
        ['Id', html`<code>${request.id}</code>`],
      ])}
      ${dataTable({
        caption: 'What was done with it, oldest first',
        columns: ['When', 'What', 'Agent', 'With the key of', 'Words'],
        rows: request.history.map(({ at, what, agent, by, text }) => [
          momentOf(at),
          what,
          outside(agent),
          outside(by),
          outside(text),
        ]),
        empty: 'Nobody has done anything with it yet.',
      })}`,
    };
  },
};
