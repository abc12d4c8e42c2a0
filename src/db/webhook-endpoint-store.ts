import { sql, type Kysely } from 'kysely';
import type { EndpointId, EventId } from '../domain/ids.ts';
import { renderEndpointDisabled } from '../domain/webhooks/endpoint-disabled-event.ts';
import type { Database } from './database.ts';
import { dayOfEvent } from './event-day.ts';
import { EventDays } from './partitions.ts';
import { translated } from './run-query.ts';
import type { Schema } from './schema.ts';
import type { Vault } from './vault.ts';
import { writeEvents } from './write-events.ts';

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
  /** With those that sign at this moment: its own, then the one before while that still counts. */
  withSecrets(id: EndpointId, now: number): Promise<(WebhookEndpoint & { secrets: string[] }) | null>;
  /** Newest first, after the id that the page before ended with. */
  list(page: { after: EndpointId | null; limit: number }): Promise<WebhookEndpoint[]>;
  change(id: EndpointId, change: EndpointChange): Promise<EndpointChanged>;
  /** The secret that it had signs as well until `previousUntil`; one that was still older is dropped. */
  rotateSecret(
    id: EndpointId,
    to: { secret: string; previousUntil: number | null },
  ): Promise<'rotated' | 'not_found'>;
  /** What was still to be delivered to it becomes dead, here and when it is disabled. */
  delete(id: EndpointId): Promise<'deleted' | 'not_found'>;
  /** Does nothing where it is disabled already, is gone, or has another URL by now than `url`. */
  disable(id: EndpointId, because: Disabling & { url?: string }): Promise<boolean>;
}

export interface Disabling {
  reason: string;
  at: number;
  /** Under this id it is reported to the others, together with the change. */
  event: EventId;
}

/** What is left out stays as it is. */
export interface EndpointChange {
  url?: string;
  eventTypes?: string[] | null;
  numbers?: 'masked' | 'clear';
  description?: string | null;
  /** Null enables it. */
  disabled?: Disabling | null;
  /** Whether who asks may say where numbers in clear go. */
  mayShowNumbers: boolean;
  now: number;
}

export type EndpointChanged =
  { result: 'changed'; endpoint: WebhookEndpoint } | { result: 'not_found' } | { result: 'not_allowed' };

const columns = [
  'id',
  'url',
  'event_types',
  'numbers',
  'description',
  'disabled_reason',
  'created_at',
] as const;

export function createWebhookEndpointStore({ query, hot }: Database, vault: Vault): WebhookEndpointStore {
  const days = new EventDays(hot);
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
    async withSecrets(id, now) {
      const select = query
        .selectFrom('webhook_endpoints')
        .select([...columns, 'sealed_secret', 'previous_sealed_secret', 'previous_secret_until'])
        .where('id', '=', id);
      const row = await translated(() => select.executeTakeFirst());
      if (!row) return null;
      const previous = (row.previous_secret_until ?? 0) > now ? row.previous_sealed_secret : null;
      const sealed = [row.sealed_secret, ...(previous === null ? [] : [previous])];
      return { ...endpointOf(row), secrets: sealed.map((secret) => vault.open(secret, id)) };
    },
    async list({ after, limit }) {
      let select = query.selectFrom('webhook_endpoints').select(columns).orderBy('id', 'desc').limit(limit);
      if (after !== null) select = select.where('id', '<', after);
      return (await translated(() => select.execute())).map(endpointOf);
    },
    async change(id, change) {
      if (change.disabled) await days.ensure([dayOfEvent(change.disabled.event)]);
      const changed = await translated(() =>
        query.transaction().execute((transaction) => changeOne(transaction, id, change)),
      );
      if (change.disabled) await buryDeliveries({ query }, 'The endpoint was disabled.');
      return changed;
    },
    async rotateSecret(id, { secret, previousUntil }) {
      const update = query
        .updateTable('webhook_endpoints')
        .set((columnOf) => ({
          sealed_secret: vault.seal(secret, id),
          previous_sealed_secret: previousUntil === null ? null : columnOf.ref('sealed_secret'),
          previous_secret_until: previousUntil === null ? null : new Date(previousUntil),
        }))
        .where('id', '=', id)
        .returning('id');
      return (await translated(() => update.execute())).length > 0 ? 'rotated' : 'not_found';
    },
    async delete(id) {
      const remove = query.deleteFrom('webhook_endpoints').where('id', '=', id).returning('id');
      const rows = await translated(() => remove.execute());
      await buryDeliveries({ query }, 'The endpoint was deleted.');
      return rows.length > 0 ? 'deleted' : 'not_found';
    },
    async disable(id, { url, ...disabling }) {
      await days.ensure([dayOfEvent(disabling.event)]);
      const isDisabled = await translated(() =>
        query.transaction().execute(async (transaction) => {
          let update = transaction
            .updateTable('webhook_endpoints')
            .set({ disabled_at: new Date(disabling.at), disabled_reason: disabling.reason })
            .where('id', '=', id)
            .where('disabled_at', 'is', null);
          if (url !== undefined) update = update.where('url', '=', url);
          const row = await update.returning(columns).executeTakeFirst();
          if (row) await reportDisabled(transaction, endpointOf(row), disabling);
          return row !== undefined;
        }),
      );
      if (isDisabled) await buryDeliveries({ query }, 'The endpoint was disabled.');
      return isDisabled;
    },
  };
}

async function changeOne(
  transaction: Kysely<Schema>,
  id: EndpointId,
  change: EndpointChange,
): Promise<EndpointChanged> {
  const select = transaction.selectFrom('webhook_endpoints').select(columns).where('id', '=', id);
  const before = await select.forUpdate().executeTakeFirst();
  if (!before) return { result: 'not_found' };
  if (!change.mayShowNumbers && saysWhereNumbersGo(endpointOf(before), change))
    return { result: 'not_allowed' };
  const update = transaction.updateTable('webhook_endpoints').set(rowOf(endpointOf(before), change));
  const row = await update.where('id', '=', id).returning(columns).executeTakeFirstOrThrow();
  if (change.disabled && before.disabled_reason === null)
    await reportDisabled(transaction, endpointOf(row), change.disabled);
  if (row.url !== before.url) await tryAtOnce(transaction, { id, now: change.now });
  return { result: 'changed', endpoint: endpointOf(row) };
}

/** After the change, so that the endpoint itself is not among those who are told. */
function reportDisabled(
  transaction: Kysely<Schema>,
  endpoint: WebhookEndpoint,
  { reason, at, event }: Disabling,
): Promise<void> {
  return writeEvents(transaction, [renderEndpointDisabled({ endpoint, reason }, { id: event, at })]);
}

function saysWhereNumbersGo(before: WebhookEndpoint, { numbers = before.numbers, url }: EndpointChange) {
  const isNew = numbers !== before.numbers || (url !== undefined && url !== before.url);
  return numbers === 'clear' && isNew;
}

function rowOf(before: WebhookEndpoint, change: EndpointChange) {
  const { url, eventTypes, numbers, description } = { ...before, ...change };
  const { disabled } = change;
  return {
    ...{ url, event_types: eventTypes, numbers, description },
    ...(disabled === null ? { disabled_at: null, disabled_reason: null } : {}),
    ...(disabled && before.disabledReason === null
      ? { disabled_at: new Date(disabled.at), disabled_reason: disabled.reason }
      : {}),
  };
}

/** What could not be sent to the old URL does not wait for hours to be sent to the new one. What is being settled is left alone. */
async function tryAtOnce(
  transaction: Kysely<Schema>,
  { id, now }: { id: EndpointId; now: number },
): Promise<void> {
  const at = new Date(now);
  await sql`
    with waiting as (
      select id from deliveries
      where endpoint_id = ${id} and next_try_at > ${at} and (claimed_until is null or claimed_until <= ${at})
      for update skip locked
    )
    update deliveries d set next_try_at = ${at} from waiting where d.id = waiting.id`.execute(transaction);
}

/** To be run from time to time: secrets that do not sign any more are not kept. */
export async function dropOldSecrets({ query }: Pick<Database, 'query'>, now: number): Promise<void> {
  const drop = sql`
    update webhook_endpoints set previous_sealed_secret = null, previous_secret_until = null
    where previous_secret_until <= ${new Date(now)}`;
  await translated(() => drop.execute(query));
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
