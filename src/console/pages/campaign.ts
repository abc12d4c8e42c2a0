import { viewCampaign, type CampaignView } from '../../domain/campaigns/campaign-view.ts';
import type { Estimate } from '../../domain/campaigns/estimate-end.ts';
import { isId } from '../../domain/ids.ts';
import { html, outside, type Html } from '../html.ts';
import type { Page } from '../page.ts';
import { factList } from '../parts/fact-list.ts';
import { listLink } from '../parts/links.ts';
import { momentOf } from '../parts/moment.ts';
import { nameTable } from '../parts/name-table.ts';
import { shareBar } from '../parts/share-bar.ts';
import { stateMark } from '../parts/state-mark.ts';
import { base } from '../paths.ts';
import { campaignMark } from '../words/campaign-words.ts';
import { callCounts, reportParts } from './campaign-report.ts';

/** How a campaign is, when it will be done, what it came to, and where its calls are. */
export const campaignPage: Page = {
  path: '/campaigns/{id}',
  scope: 'calls:read',
  async show({ useCases, id }) {
    if (!isId('cmp', id)) return null;
    const [found, report] = await Promise.all([
      useCases.readCampaign(id),
      useCases.readCampaignReport({ id, by: null }),
    ]);
    if (found === null || report === null) return null;
    const view = viewCampaign(found.campaign, found.counts);
    return {
      title: view.name,
      body: html`${factList([...progressFacts(view, found.estimate), ...settingFacts(view)])}
      ${filesOf(id)}${callCounts(view)}${reportParts(report)}${nameTable('Metadata', view.metadata)}`,
    };
  },
};

type Fact = readonly [string, Html | string | null];

function progressFacts(view: CampaignView, estimate: Estimate | null): Fact[] {
  const ended = view.counts.by_status.ended ?? 0;
  return [
    ['State', campaignMark(view)],
    ['Calls ended', shareBar(ended, { whole: view.counts.total, of: 'Calls that have ended' })],
    ...(view.pilot_left === null
      ? []
      : [['Left of the pilot', view.pilot_left.toLocaleString('en')] as const]),
    ['More calls', view.closed ? 'It takes no more' : 'It takes more'],
    ['Will be done', estimate === null ? 'It is over' : estimateOf(estimate)],
    ['Inside its window', windowMark(view, estimate)],
  ];
}

const bases: Readonly<Record<NonNullable<Estimate['basis']>, string>> = {
  measured: 'at the speed of the last quarter of an hour',
  configured: 'at its pace alone: the soonest that it could be',
};

function estimateOf({ finishesAt, basis }: Estimate): Html | string {
  if (finishesAt === null) return 'Nobody can tell yet';
  return basis === null ? 'No call is open' : html`${momentOf(finishesAt)}, ${bases[basis]}`;
}

function windowMark({ ends_at: endsAt }: CampaignView, estimate: Estimate | null): Html | string | null {
  if (endsAt === null) return 'It has no end of its own';
  if (estimate?.insideWindow == null) return null;
  return estimate.insideWindow
    ? stateMark('good', 'yes: done before its end')
    : stateMark('bad', 'no: calls will be left when it ends');
}

function settingFacts(view: CampaignView): Fact[] {
  const { calls_per_second: perSecond, max_concurrent: atOnce } = view.pace;
  return [
    ['Flow', html`${outside(view.flow.id)}, version ${view.flow.version}`],
    ['List', outside(view.list)],
    [
      'Pace',
      `${perSecond ?? 'as many as the trunks take'} calls a second, ${atOnce ?? 'any number'} at once`,
    ],
    ['Calling hours', hoursOf(view.calling_hours)],
    ['Priority', view.priority],
    ['Purpose', view.purpose],
    ['Caller id', outside(view.caller_id)],
    ['Answering machines', view.machine_detection === 'on' ? 'are listened for' : 'are not listened for'],
    ['Begins', momentOf(view.starts_at)],
    ['Ends', momentOf(view.ends_at)],
    ['Created', momentOf(view.created_at)],
    ['Started', momentOf(view.started_at)],
    ['Ended', momentOf(view.ended_at)],
    ['Id', html`<code>${view.id}</code>`],
  ];
}

function hoursOf({ start, end, days, time_zone: zone, holidays }: CampaignView['calling_hours']): string {
  const parts = [
    start === undefined && end === undefined
      ? 'as configured'
      : `${start ?? 'configured'} to ${end ?? 'configured'}`,
    ...(days === undefined ? [] : [days.join(' ')]),
    zone ?? 'where each person is',
    ...(holidays === undefined || holidays.length === 0 ? [] : [`not on ${holidays.join(', ')}`]),
  ];
  return parts.join('; ');
}

function filesOf(id: string): Html {
  return html`<ul class="links">
    <li>${listLink('/calls', { campaign_id: id }, 'Its calls')}</li>
    <li>${listLink('/call-back-requests', { campaign_id: id }, 'Its call-back requests')}</li>
    <li><a href="${base}/campaigns/${id}/calls.csv" download>The log of all calls, as CSV</a></li>
    <li><a href="${base}/campaigns/${id}/unreached.csv" download>Who was not reached, as CSV</a></li>
  </ul>`;
}
