import type { PoolClient } from 'pg';
import type { TimelineEntry } from '../domain/calls/call-event.ts';
import type { Call, PersonHash } from '../domain/calls/call.ts';
import type { AttemptId, CallId } from '../domain/ids.ts';
import type { HandOver, MadeDeliveries } from '../domain/webhooks/delivery.ts';
import { steadyClock, systemClock, type Clock } from '../lib/clock.ts';
import { inOrder } from '../lib/in-order.ts';
import { isoInstant } from '../lib/iso-instant.ts';
import { findAccepted, storeAcceptance, storeAcceptances } from './call-acceptor.ts';
import { storeAdmission, whoCalls } from './call-admitter.ts';
import { claimCalls } from './call-claimer.ts';
import { dueCalls } from './due-calls.ts';
import { isUnsent, noteStaying, notingLeaving } from './leaving-attempts.ts';
import { lookUpTogether } from './look-up-together.ts';
import type { Database } from './database.ts';
import { openerOfSecrets } from './endpoint-secrets.ts';
import type { CallFilter, Ledger } from './ledger.ts';
import { loadCalls } from './load-call.ts';
import { StoredParts } from './move-rows.ts';
import { MoveWriter } from './move-writer.ts';
import { EventDays } from './partitions.ts';
import { reserveInstant } from './reserve-instant.ts';
import { rangAtOf } from './rings.ts';
import { runQuery, translated, withClient } from './run-query.ts';
import { transferStore } from './transfer-store.ts';
import { shareClient } from './shared-client.ts';
import type { Vault } from './vault.ts';

export interface PostgresLedgerDependencies {
  database: Database;
  vault: Vault;
  /** What may be handed over of the deliveries that a move makes; by default nothing. */
  handOver?: () => HandOver | null;
  /** Deliveries were committed, and these were handed over. The seam for NOTIFY, too. */
  onDeliveries?: (made: MadeDeliveries) => void;
  /** A call was committed by this process, as it is here. */
  onKept?: (call: Call) => void;
  /** By which groups of moves are kept apart; one that never goes back. */
  groupClock?: Clock;
}

/** The ledger on PostgreSQL: one prepared statement for a move, moves in groups; see `move-writer.ts`. */
export function createPostgresLedger({
  database,
  vault,
  handOver,
  onDeliveries,
  onKept,
  groupClock = { ...systemClock, ...steadyClock },
}: PostgresLedgerDependencies): Ledger {
  const pool = database.hot;
  const stored = new StoredParts();
  const deps = {
    pool,
    vault,
    days: new EventDays(pool),
    stored,
    handsOver: {
      offer: () => handOver?.() ?? null,
      open: openerOfSecrets(vault),
      onMade: (made: MadeDeliveries) => onDeliveries?.(made),
    },
    onLeft: () => onDeliveries?.(unnamedDeliveries),
    onBulk: shareClient(database.bulk),
    inOrder: inOrder(),
    onKept(call: Call) {
      stored.add(call);
      onKept?.(call);
    },
  };
  const writer = new MoveWriter({ ...deps, groupClock });
  const read = <T>(work: (client: PoolClient) => Promise<T>) => withClient(pool, work);
  const load = (...query: [Parameters<typeof loadCalls>[1], unknown[]]) =>
    read((client) => loadCalls(client, ...query));
  return {
    accept: (acceptance) => storeAcceptance(deps, acceptance),
    admit: (admission) => storeAdmission(deps, admission),
    whoCalls: (caller) => whoCalls(pool, caller),
    acceptAll: (acceptances) => storeAcceptances(deps, acceptances),
    acceptedBefore: (request) => read((client) => findAccepted(client, request)),
    commit: (transition) => writer.commit(transition),
    claim: (request) => claimCalls(deps, request),
    reserveInstant: (request) => reserveInstant(pool, request),
    noteLeaving: notingLeaving(database),
    noteStaying: (attempt) => noteStaying(database, attempt),
    isUnsent: (attempt) => read((client) => isUnsent(client, attempt)),
    ...transferStore(pool),
    dueCalls: (until, limit, after) => read((client) => dueCalls(client, { until, limit, after })),
    call: async (id) => (await load('by_ids', [[id]]))[0] ?? null,
    liveCalls: (asterisk) => load('live', [asterisk ?? null]),
    overdueCalls: (now, limit) => load('overdue', [isoInstant(now), limit]),
    requestedEnds: (asterisk) => read((client) => requestedEnds(client, asterisk)),
    expiredCalls: (now, limit) => load('expired', [isoInstant(now), limit]),
    calls: (filter) => listCalls(database, filter),
    timeline: (id) => timelineOf(database, id),
    optOuts: optOutsOf(database),
    rangAt: rangAtOf(database),
    numberOf: numberOf(database, vault),
  };
}

/** Of many calls at once: they are to be claimed like those of another process. */
const unnamedDeliveries: MadeDeliveries = { handed: [], left: [], until: 0 };
async function requestedEnds(client: PoolClient, asterisk: string): Promise<AttemptId[]> {
  const text = `select id from attempts where asterisk = $1 and ended_at is null and end_requested is not null order by id`;
  const rows = await runQuery<{ id: AttemptId }>(client, {
    name: 'requested_ends',
    text,
    values: [asterisk],
  });
  return rows.map(({ id }) => id);
}

/** Ids first, then the calls: the filter is anybody's guess, the loading is prepared. */
async function listCalls(database: Database, filter: CallFilter): Promise<Call[]> {
  const ids = await translated(() => filteredIds(database, filter));
  return withClient(database.hot, (client) => loadCalls(client, 'by_ids', [ids]));
}

/** No index of `calls` says what is open: what waits is looked up where it waits, and what is on the line by the live attempts, which are few. */
async function filteredIds({ query }: Database, filter: CallFilter): Promise<string[]> {
  const { status } = filter;
  let select = query.selectFrom('calls').select('id').orderBy('id', 'desc').limit(filter.limit);
  if (status === 'queued' || status === 'waiting_retry')
    select = select.where('id', 'in', (from) => {
      const waiting = from.selectFrom('queue').select('call_id').where('queue.status', '=', status);
      // said of both tables: the planner concludes from an equality to equalities alone, and would begin at the newest for each page
      return filter.before === undefined ? waiting : waiting.where('call_id', '<', filter.before);
    });
  // A word that no call can have is compared as text, and finds nothing.
  else if (status !== undefined) select = select.where('status', '=', status as Call['state']['status']);
  if (status === 'dialing' || status === 'in_progress')
    select = select.where('id', 'in', (from) =>
      from.selectFrom('attempts').select('call_id').where('ended_at', 'is', null),
    );
  if (filter.outcome !== undefined)
    select = select.where((e) => e('outcome', '=', e.val(filter.outcome as never)));
  if (filter.direction !== undefined)
    select = select.where((e) => e('direction', '=', e.val(filter.direction as never)));
  if (filter.campaignId !== undefined) select = select.where('campaign_id', '=', filter.campaignId);
  if (filter.reference !== undefined) select = select.where('reference', '=', filter.reference);
  if (filter.createdAfter !== undefined)
    select = select.where('created_at', '>', new Date(filter.createdAfter) as never);
  if (filter.before !== undefined) select = select.where('id', '<', filter.before);
  return (await select.execute()).map((row) => row.id);
}

async function timelineOf({ query }: Database, id: CallId): Promise<TimelineEntry[]> {
  const rows = await translated(() =>
    query
      .selectFrom('timeline_entries')
      .select('entries')
      .where('call_id', '=', id)
      .orderBy('revision')
      .execute(),
  );
  return rows.flatMap((row) => row.entries as TimelineEntry[]);
}

/** These two are asked for every call, so they are prepared like its moves, and asked for together. */
function optOutsOf({ hot }: Database): (person: PersonHash) => Promise<string[]> {
  const text = `select person, json_agg(scope order by scope) as scopes from opt_outs where person = any($1) group by person`;
  const find = lookUpTogether(async (persons: PersonHash[]) => {
    const query = { name: 'opt_outs_of_persons', text, values: [persons] };
    type Row = { person: PersonHash; scopes: string[] };
    const rows = await withClient(hot, (client) => runQuery<Row>(client, query));
    return new Map(rows.map(({ person, scopes }) => [person, scopes]));
  });
  return async (person) => (await find(person)) ?? [];
}

function numberOf({ hot }: Database, vault: Vault): (person: PersonHash) => Promise<string | null> {
  const text = 'select person, sealed_number from phone_numbers where person = any($1)';
  const find = lookUpTogether(async (persons: PersonHash[]) => {
    const query = { name: 'numbers_of_persons', text, values: [persons] };
    type Row = { person: PersonHash; sealed_number: Buffer };
    const rows = await withClient(hot, (client) => runQuery<Row>(client, query));
    return new Map(rows.map((row) => [row.person, row.sealed_number]));
  });
  return async (person) => {
    const sealed = await find(person);
    return sealed === undefined ? null : vault.open(sealed, person);
  };
}
