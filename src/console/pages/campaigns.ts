import { viewCampaign } from '../../domain/campaigns/campaign-view.ts';
import { pageOf } from '../../lib/page-of.ts';
import { html } from '../html.ts';
import { cursorOf, rowsOnPage } from '../list-cursor.ts';
import type { Page } from '../page.ts';
import { dataTable } from '../parts/data-table.ts';
import { campaignLink } from '../parts/links.ts';
import { momentOf } from '../parts/moment.ts';
import { pager } from '../parts/pager.ts';
import { shareBar } from '../parts/share-bar.ts';
import { base } from '../paths.ts';
import { campaignMark } from '../words/campaign-words.ts';

export const campaignsPage: Page = {
  path: '/campaigns',
  scope: 'calls:read',
  inNavigation: 'Campaigns',
  async show({ useCases, query }) {
    const after = cursorOf('cmp', query);
    if (after === undefined) return null;
    const found = await useCases.listCampaigns({ after, limit: rowsOnPage + 1 });
    const page = pageOf(found, { limit: rowsOnPage, idOf: ({ campaign }) => campaign.id });
    const rows = page.data.map(({ campaign, counts }) => {
      const view = viewCampaign(campaign, counts);
      return [
        campaignLink(view.id, view.name),
        campaignMark(view),
        shareBar(view.counts.by_status.ended ?? 0, { whole: view.counts.total, of: 'Calls that have ended' }),
        momentOf(view.started_at),
        momentOf(view.created_at),
      ];
    });
    return {
      title: 'Campaigns',
      body: html`${dataTable({
        caption: 'Campaigns, newest first',
        columns: ['Campaign', 'State', 'Calls ended', 'Started', 'Created'],
        rows,
        empty: 'There is no campaign.',
      })}
      ${pager(page.next_cursor, { path: `${base}/campaigns`, query })}`,
    };
  },
};
