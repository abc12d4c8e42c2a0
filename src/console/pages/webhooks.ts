import { isId, type EndpointId } from '../../domain/ids.ts';
import { pageOf } from '../../lib/page-of.ts';
import type { ListedDelivery, WebhookEndpoint } from '../../workflows/webhook-use-cases.ts';
import { html, none, outside, type Html } from '../html.ts';
import { cursorOf, rowsOnPage } from '../list-cursor.ts';
import type { Page } from '../page.ts';
import { dataTable } from '../parts/data-table.ts';
import { callLink, listLink } from '../parts/links.ts';
import { momentOf } from '../parts/moment.ts';
import { pager } from '../parts/pager.ts';
import { stateMark } from '../parts/state-mark.ts';
import { base } from '../paths.ts';

/** More than anybody has. */
const mostEndpoints = 200;

/** Where events go, and what could not be delivered. */
export const webhooksPage: Page = {
  path: '/webhooks',
  scope: 'webhooks:write',
  inNavigation: 'Webhooks',
  async show({ useCases, query }) {
    const endpoint = query.get('endpoint');
    const before = cursorOf('dlv', query);
    if (before === undefined || (endpoint !== null && !isId('whe', endpoint))) return null;
    const [endpoints, dead, found] = await Promise.all([
      useCases.listWebhookEndpoints({ after: null, limit: mostEndpoints }),
      useCases.countDeadDeliveries(),
      useCases.listDeliveries({
        ...{ state: 'dead', limit: rowsOnPage + 1 },
        ...(endpoint === null ? {} : { endpointId: endpoint }),
        ...(before === null ? {} : { before }),
      }),
    ]);
    const page = pageOf(found, { limit: rowsOnPage, idOf: ({ id }) => id });
    return {
      title: 'Webhooks',
      body: html`${endpointsTable(endpoints, dead)}
        <h2 id="dead">Dead deliveries</h2>
        ${endpoint === null ? null : html`<p>Of one endpoint alone. <a href="${base}/webhooks">Those of all</a></p>`}
        ${deadTable(page.data, endpoints)}${pager(page.next_cursor, { path: `${base}/webhooks`, query })}`,
    };
  },
};

function endpointsTable(endpoints: readonly WebhookEndpoint[], dead: ReadonlyMap<EndpointId, number>): Html {
  return dataTable({
    caption: 'Endpoints, newest first',
    columns: ['Endpoint', 'State', 'Dead deliveries', 'Events', 'Numbers', 'Description', 'Created', 'Id'],
    rows: endpoints.map((endpoint) => [
      outside(endpoint.url),
      endpoint.disabledReason === null
        ? stateMark('good', 'enabled')
        : stateMark('bad', `disabled: ${endpoint.disabledReason}`),
      deadLink(endpoint.id, dead.get(endpoint.id) ?? 0),
      endpoint.eventTypes?.join(', ') ?? 'all',
      endpoint.numbers === 'clear' ? 'in clear' : 'masked',
      outside(endpoint.description),
      momentOf(endpoint.createdAt),
      html`<code>${endpoint.id}</code>`,
    ]),
    empty: 'There is no webhook endpoint.',
  });
}

function deadLink(id: EndpointId, count: number): Html {
  if (count === 0) return html`none`;
  return html`${stateMark('bad', 'dead:')}
  ${listLink('/webhooks', { endpoint: id }, count.toLocaleString('en'))}`;
}

function deadTable(deliveries: readonly ListedDelivery[], endpoints: readonly WebhookEndpoint[]): Html {
  const urlOf = (id: EndpointId): string => endpoints.find((each) => each.id === id)?.url ?? id;
  return dataTable({
    caption: 'Events that were given up, newest first',
    columns: ['Event', 'Why', 'Tries', 'Endpoint', 'Call', 'Given up'],
    rows: deliveries.map((delivery) => [
      html`${delivery.eventType} <code>${delivery.eventId}</code>`,
      outside(delivery.lastError),
      delivery.tries,
      outside(urlOf(delivery.endpointId)),
      delivery.callId === null ? none : callLink(delivery.callId),
      momentOf(delivery.settledAt),
    ]),
    empty: 'Nothing is dead.',
  });
}
