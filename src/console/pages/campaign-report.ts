import type { CampaignReport, ReportOfGroup } from '../../domain/campaigns/campaign-report.ts';
import type { CampaignView } from '../../domain/campaigns/campaign-view.ts';
import { html, outside, type Html } from '../html.ts';
import { dataTable } from '../parts/data-table.ts';
import { listLink } from '../parts/links.ts';
import { shareBar } from '../parts/share-bar.ts';
import { outcomeText, reasonText, statusWords } from '../words/call-words.ts';

/** Where its calls are, and how those ended that have: each number leads to them. */
export function callCounts({ id, counts }: CampaignView): Html {
  const { total, by_status: byStatus, by_outcome: byOutcome } = counts;
  const counted = (query: 'status' | 'outcome', all: Readonly<Record<string, number>>) =>
    Object.entries(all).map(([name, count]) => [
      listLink(
        '/calls',
        { campaign_id: id, [query]: name },
        query === 'status' ? statusWords(name) : outcomeText(name),
      ),
      shareBar(count, { whole: total, of: 'Of all its calls' }),
    ]);
  return html`<h2>Calls</h2>
    <div class="beside">
      ${dataTable({
        caption: 'By status',
        columns: ['Status', 'Calls'],
        rows: counted('status', byStatus),
        empty: 'It has no calls yet.',
      })}
      ${dataTable({
        caption: 'By outcome, of those that have ended',
        columns: ['Outcome', 'Calls'],
        rows: counted('outcome', byOutcome),
        empty: 'No call has ended yet.',
      })}
    </div>`;
}

/** What the calls came to; nothing where there are none. */
export function reportParts({ groups: [all] }: CampaignReport): Html | null {
  if (all === undefined) return null;
  return html`<h2>Report</h2>
    ${answers(all)}
    <div class="beside">${funnel(all)}${attempts(all)}</div>
    ${hours(all)}`;
}

function answers({ questions }: ReportOfGroup): Html {
  const tables = questions.map(({ question, answers: given }) => {
    const whole = Object.values(given).reduce((sum, count) => sum + count, 0);
    return dataTable({
      caption: html`Responses to ${outside(question)}`,
      columns: ['Response', 'Calls'],
      rows: Object.entries(given)
        .toSorted(([, one], [, other]) => other - one)
        .map(([value, count]) => [outside(value), shareBar(count, { whole, of: 'Of all responses to it' })]),
      empty: 'Nobody has responded yet.',
    });
  });
  if (tables.length === 0) return html`<p class="empty">Nobody has responded to a question yet.</p>`;
  return html`<div class="beside">${tables}</div>`;
}

function funnel({ funnel: steps, calls }: ReportOfGroup): Html {
  return dataTable({
    caption: 'How many calls came to each step',
    columns: ['Step', 'Calls'],
    rows: steps.map(({ step, calls: count }) => [
      outside(step),
      shareBar(count, { whole: calls, of: 'Of all calls' }),
    ]),
    empty: 'No call has come to a step yet.',
  });
}

function attempts({ attempts: taken }: ReportOfGroup): Html {
  return dataTable({
    caption: 'How many attempts calls took that have ended',
    columns: ['Attempts', 'Calls', 'Outcomes'],
    rows: taken.map((row) => [String(row.attempts), row.calls, listOf(row.by_outcome, outcomeText)]),
    empty: 'No call has ended yet.',
  });
}

function hours({ hours: ofDay }: ReportOfGroup): Html {
  return dataTable({
    caption: 'How attempts ended, by the hour of the day where the person is',
    columns: ['Hour', 'Attempts', 'How they ended'],
    rows: ofDay.map((row) => [
      `${String(row.hour).padStart(2, '0')}:00`,
      row.attempts,
      listOf(row.by_reason, reasonText),
    ]),
    empty: 'No attempt has ended yet.',
  });
}

function listOf(counts: Readonly<Record<string, number>>, words: (name: string) => string): string {
  return Object.entries(counts)
    .map(([name, count]) => `${words(name)}: ${count.toLocaleString('en')}`)
    .join('; ');
}
