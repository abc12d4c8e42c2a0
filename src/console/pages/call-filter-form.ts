import { callDirections, callStatuses, outcomes } from '../../domain/calls/call.ts';
import { html, type Html } from '../html.ts';
import { choice, field } from '../parts/filter-fields.ts';
import { base } from '../paths.ts';
import { outcomeText, statusWords } from '../words/call-words.ts';

/** The filters of the list of calls, as they are set. */
export function callFilterForm(query: URLSearchParams): Html {
  return html`<form class="filter" method="get" action="${base}/calls" role="search" aria-label="Calls">
    ${choice('status', { label: 'Status', options: callStatuses, words: statusWords, query })}
    ${choice('outcome', { label: 'Outcome', options: outcomes, words: outcomeText, query })}
    ${choice('direction', { label: 'Direction', options: callDirections, words: (each) => each, query })}
    ${field('reference', { label: 'Reference', type: 'text', query })}
    ${field('campaign_id', { label: 'Campaign’s id', type: 'text', query })}
    ${field('created_after', { label: 'Asked for after (UTC)', type: 'datetime-local', query })}
    <p class="actions"><button type="submit">Show</button> <a href="${base}/calls">All calls</a></p>
  </form>`;
}
