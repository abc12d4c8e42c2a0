import type { Priority } from '../../domain/calls/call.ts';
import { viewCampaign } from '../../domain/campaigns/campaign-view.ts';
import { html, outside, type Html } from '../html.ts';
import type { AskedPage } from '../page.ts';
import { dataTable } from '../parts/data-table.ts';
import { campaignLink, listLink } from '../parts/links.ts';
import { shareBar } from '../parts/share-bar.ts';
import { stateMark } from '../parts/state-mark.ts';
import { base } from '../paths.ts';
import { campaignMark } from '../words/campaign-words.ts';
import { trunkMark } from '../words/trunk-words.ts';
import { paceOf } from './trunks.ts';

/** Who is on the line, who waits, and for whom people are to call. */
export async function linesNow({ useCases }: AskedPage): Promise<Html> {
  const [trunks, openRequests] = await Promise.all([
    useCases.readCapacity(),
    useCases.countOpenCallBackRequests(),
  ]);
  const live = trunks.reduce((sum, trunk) => sum + trunk.live, 0);
  const waiting = (priority: Priority): number =>
    trunks.reduce((sum, { queueAhead }) => sum + queueAhead[priority], 0);
  return section(
    'Now',
    html`<ul class="figures">
        ${figure(live, listLink('/calls', { status: 'in_progress' }, 'phones on the line'))}
        ${figure(waiting('emergency'), listLink('/calls', { status: 'queued' }, 'emergency calls wait'))}
        ${figure(waiting('high'), listLink('/calls', { status: 'queued' }, 'calls of high priority wait'))}
        ${figure(waiting('normal'), listLink('/calls', { status: 'queued' }, 'calls of normal priority wait'))}
        ${figure(openRequests, listLink('/call-back-requests', { state: 'open' }, 'open call-back requests'))}
      </ul>
      <p class="hint">Of calls that wait, those are counted that are due before the calling hours end.</p>`,
  );
}

function figure(count: number, words: Html): Html {
  return html`<li><strong>${count.toLocaleString('en')}</strong> ${words}</li>`;
}

export async function trunkStates({ useCases }: AskedPage): Promise<Html> {
  const trunks = await useCases.listTrunks();
  return section(
    html`<a href="${base}/trunks">Trunks</a>`,
    dataTable({
      caption: 'State, channels and pace of each trunk',
      columns: ['Trunk', 'State', 'Channels in use', 'Calls a second'],
      rows: trunks.map((each) => [
        each.trunk.name,
        html`${trunkMark(each)} ${each.reason === null ? null : outside(each.reason)}`,
        shareBar(each.live, { whole: each.trunk.channels, of: `Channels of ${each.trunk.name} in use` }),
        paceOf(each),
      ]),
      empty: 'The trunks file has no trunk.',
    }),
  );
}

/** More would be a list, and has a page. */
const mostCampaigns = 10;

export async function startedCampaigns({ useCases }: AskedPage): Promise<Html> {
  const started = await useCases.listStartedCampaigns();
  const rows = started.slice(0, mostCampaigns).map(({ campaign, counts }) => {
    const view = viewCampaign(campaign, counts);
    const ended = view.counts.by_status.ended ?? 0;
    return [
      campaignLink(view.id, view.name),
      campaignMark(view),
      shareBar(ended, { whole: view.counts.total, of: 'Calls that have ended' }),
    ];
  });
  return section(
    html`<a href="${base}/campaigns">Campaigns</a>`,
    html`${dataTable({
      caption: 'Campaigns that are started, and how many of their calls have ended',
      columns: ['Campaign', 'State', 'Calls ended'],
      rows,
      empty: 'No campaign is started.',
    })}
    ${started.length > mostCampaigns ? html`<p>${started.length - mostCampaigns} more are started.</p>` : null}`,
  );
}

/** More endpoints than anybody has; of those beyond, nothing is said. */
const mostEndpoints = 200;

/** Only endpoints at which something is the matter. */
export async function endpointNews({ useCases }: AskedPage): Promise<Html> {
  const [endpoints, dead] = await Promise.all([
    useCases.listWebhookEndpoints({ after: null, limit: mostEndpoints }),
    useCases.countDeadDeliveries(),
  ]);
  const troubled = endpoints.filter(({ id, disabledReason }) => disabledReason !== null || dead.has(id));
  return section(
    html`<a href="${base}/webhooks">Webhooks</a>`,
    dataTable({
      caption: 'Endpoints that are disabled or have dead deliveries',
      columns: ['Endpoint', 'State', 'Dead deliveries'],
      rows: troubled.map(({ id, url, disabledReason }) => [
        outside(url),
        disabledReason === null
          ? stateMark('good', 'enabled')
          : stateMark('bad', `disabled: ${disabledReason}`),
        html`${listLink('/webhooks', { endpoint: id }, (dead.get(id) ?? 0).toLocaleString('en'))}`,
      ]),
      empty:
        endpoints.length === 0
          ? 'There is no webhook endpoint.'
          : 'Every endpoint is enabled, and nothing is dead.',
    }),
  );
}

function section(heading: Html | string, body: Html): Html {
  return html`<section>
    <h2>${heading}</h2>
    ${body}
  </section>`;
}
