import { allows } from '../../domain/api-keys/scope.ts';
import { html, type Html } from '../html.ts';
import type { AskedPage, Page } from '../page.ts';
import { partsTable } from '../parts/parts-table.ts';
import { base } from '../paths.ts';
import { endpointNews, linesNow, startedCampaigns, trunkStates } from './overview-parts.ts';

const refreshAfterSeconds = 20;

/** What somebody looks at first, or leaves open on a wall. Any key sees whether the gateway is ready; the rest by its scopes. */
export const overviewPage: Page = {
  path: '',
  scope: null,
  inNavigation: 'Overview',
  async show(asked) {
    const { readiness, query } = asked;
    const isStill = query.get('refresh') === 'off';
    const [state, ...parts] = await Promise.all([readiness(), ...partsFor(asked)]);
    return {
      title: 'Overview',
      body: html`${partsTable(state)}${parts}${refreshNote(isStill)}`,
      ...(isStill ? {} : { refreshAfterSeconds }),
    };
  },
};

function partsFor(asked: AskedPage): Promise<Html>[] {
  const { scopes } = asked.principal;
  return [
    ...(allows(scopes, 'calls:read') ? [linesNow(asked), trunkStates(asked), startedCampaigns(asked)] : []),
    ...(allows(scopes, 'webhooks:write') ? [endpointNews(asked)] : []),
  ];
}

/** Whoever reads slowly, or by ear, must be able to keep a page still. */
function refreshNote(isStill: boolean): Html {
  return isStill
    ? html`<p class="refresh">This page stays as it is. <a href="${base}">Refresh it by itself</a></p>`
    : html`<p class="refresh">
        This page loads itself again every ${refreshAfterSeconds} seconds.
        <a href="${base}?refresh=off">Keep it still</a>
      </p>`;
}
