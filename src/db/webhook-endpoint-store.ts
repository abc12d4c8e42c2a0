import { sql } from 'kysely';
import type { EndpointId } from '../domain/ids.ts';
import type { Database } from './database.ts';
import { translated } from './run-query.ts';
import type { Vault } from './vault.ts';

/** Where events are sent to. Its secret is sealed, and told to nobody but whoever signs. */
export interface WebhookEndpoint {
  id: EndpointId;
  url: string;
  /** Null for all. */
  eventTypes: string[] | null;
  numbers: 'masked' | 'clear';
  description: string | null;
  /** Null while it is enabled. */
  disabledReason: string | null;
  createdAt: number;
}

export interface WebhookEndpointStore {
  create(endpoint: WebhookEndpoint & { secret: string }): Promise<void>;
  get(id: EndpointId): Promise<WebhookEndpoint | null>;
  withSecrets(id: EndpointId): Promise<(WebhookEndpoint & { secrets: string[] }) | null>;
  /** Newest first, after the id that the page before ended with. */
  list(page: { after: EndpointId | null; limit: number }): Promise<WebhookEndpoint[]>;
  /** What was still to be delivered to it becomes dead, here and when it is disabled. */
  delete(id: EndpointId): Promise<'deleted' | 'not_found'>;
  disable(id: EndpointId, because: { reason: string; at: number }): Promise<'disabled' | 'not_found'>;
}

const columns = [
  'id',
  'url',
  'event_types',
  'numbers',
  'description',
  'disabled_reason',
  'created_at',
] as const;

export function createWebhookEndpointStore({ query }: Database, vault: Vault): WebhookEndpointStore {
  return {
    async create({ id, url, eventTypes, numbers, description, createdAt, secret }) {
      const given = {
        id,
        url,
        event_types: eventTypes,
        numbers,
        description,
        created_at: new Date(createdAt),
      };
      const insert = query
        .insertInto('webhook_endpoints')
        .values({ ...given, sealed_secret: vault.seal(secret, id) });
      await translated(() => insert.execute());
    },
    async get(id) {
      const select = query.selectFrom('webhook_endpoints').select(columns).where('id', '=', id);
      const row = await translated(() => select.executeTakeFirst());
      return row ? endpointOf(row) : null;
    },
    async withSecrets(id) {
      const select = query
        .selectFrom('webhook_endpoints')
        .select([...columns, 'sealed_secret'])
        .where('id', '=', id);
      const row = await translated(() => select.executeTakeFirst());
      return row ? { ...endpointOf(row), secrets: [vault.open(row.sealed_secret, id)] } : null;
    },
    async list({ after, limit }) {
      let select = query.selectFrom('webhook_endpoints').select(columns).orderBy('id', 'desc').limit(limit);
      if (after !== null) select = select.where('id', '<', after);
      return (await translated(() => select.execute())).map(endpointOf);
    },
    async delete(id) {
      const remove = query.deleteFrom('webhook_endpoints').where('id', '=', id).returning('id');
      const rows = await translated(() => remove.execute());
      await buryDeliveries({ query }, 'The endpoint was deleted.');
      return rows.length > 0 ? 'deleted' : 'not_found';
    },
    async disable(id, { reason, at }) {
      const change = { disabled_at: new Date(at), disabled_reason: reason };
      const update = query.updateTable('webhook_endpoints').set(change).where('id', '=', id).returning('id');
      const rows = await translated(() => update.execute());
      await buryDeliveries({ query }, 'The endpoint was disabled.');
      return rows.length > 0 ? 'disabled' : 'not_found';
    },
  };
}

/**
 * Makes dead what nobody will send: deliveries whose endpoint is deleted or disabled. Run from time to time as well, since a move that was
 * committing meanwhile may have left one more.
 */
export async function buryDeliveries({ query }: Pick<Database, 'query'>, reason: string): Promise<void> {
  const bury = sql`
    with orphans as (
      delete from deliveries d
      where not exists (select from webhook_endpoints w where w.id = d.endpoint_id and w.disabled_at is null)
      returning d.*
    )
    insert into settled_deliveries (id, endpoint_id, event_id, day, event_type, call_id, state, tries, last_status, last_error,
      created_at, settled_at)
    select id, endpoint_id, event_id, day, event_type, call_id, 'dead', tries, last_status, coalesce(last_error, ${reason}), created_at, now()
    from orphans`;
  await translated(() => bury.execute(query));
}

interface EndpointRow {
  id: string;
  url: string;
  event_types: string[] | null;
  numbers: 'masked' | 'clear';
  description: string | null;
  disabled_reason: string | null;
  created_at: number;
}

function endpointOf(row: EndpointRow): WebhookEndpoint {
  return {
    id: row.id as EndpointId,
    url: row.url,
    eventTypes: row.event_types,
    numbers: row.numbers,
    description: row.description,
    disabledReason: row.disabled_reason,
    createdAt: row.created_at,
  };
}
