import { sql, type Kysely } from 'kysely';
import type { StoredEvent } from '../domain/calls/call-event.ts';
import type { Campaign, CampaignState } from '../domain/campaigns/campaign.ts';
import type { CampaignCounts } from '../domain/campaigns/campaign-counts.ts';
import type { CampaignId } from '../domain/ids.ts';
import { isoInstant } from '../lib/iso-instant.ts';
import type { Database } from './database.ts';
import { dayOfEvent } from './event-day.ts';
import { mendCampaignCalls, type MendedCalls } from './mend-campaign-calls.ts';
import { EventDays } from './partitions.ts';
import { translated } from './run-query.ts';
import type { Schema } from './schema.ts';
import { writeEvents } from './write-events.ts';

export type { MendedCalls };

/** Campaigns as they are stored. Their calls are the ledger's. */
export interface CampaignStore {
  create(campaign: Campaign): Promise<void>;
  get(id: CampaignId): Promise<Campaign | null>;
  /** Newest first, after the id that the page before ended with. */
  list(page: { after: CampaignId | null; limit: number }): Promise<Campaign[]>;
  /**
   * Compare-and-set on the revision: the campaign as it is now, with the events of the move, or nothing at all where somebody moved it first.
   * `campaign.revision` is the one that the move started from. A campaign whose calls are not all ended does not end: that loses the race, too.
   */
  move(
    campaign: Campaign,
    events: readonly StoredEvent[],
    calls?: MendedCalls,
  ): Promise<'moved' | 'lost_race'>;
  counts(id: CampaignId): Promise<CampaignCounts>;
  /** The same for several at once. */
  countsOf(ids: readonly CampaignId[]): Promise<Map<CampaignId, CampaignCounts>>;
  /** Campaigns that are not over, or are cancelled and not settled. */
  open(): Promise<Campaign[]>;
  /** Whether a call of it is being dialled of which nobody knows yet whether its phone rings. */
  isDialling(id: CampaignId): Promise<boolean>;
}

export interface CampaignStoreDependencies {
  database: Database;
  /** Deliveries were left to be sent. */
  onDeliveries: () => void;
}

export function createCampaignStore({ database, onDeliveries }: CampaignStoreDependencies): CampaignStore {
  const { query, hot } = database;
  const days = new EventDays(hot);
  const select = () => query.selectFrom('campaigns').selectAll();

  async function countsOf(ids: readonly CampaignId[]): Promise<Map<CampaignId, CampaignCounts>> {
    if (ids.length === 0) return new Map();
    const rows = await translated(() => countRows(database, ids));
    return new Map(ids.map((id) => [id, countsFrom(rows.filter((row) => row.campaign_id === id))]));
  }

  return {
    async create(campaign) {
      const insert = query
        .insertInto('campaigns')
        .values({ id: campaign.id, created_at: new Date(campaign.createdAt), ...columnsOf(campaign, 1) });
      await translated(() => insert.execute());
    },
    async get(id) {
      const row = await translated(() => select().where('id', '=', id).executeTakeFirst());
      return row ? campaignOf(row as CampaignRow) : null;
    },
    async list({ after, limit }) {
      let page = select().orderBy('id', 'desc').limit(limit);
      if (after !== null) page = page.where('id', '<', after);
      return (await translated(() => page.execute())).map((row) => campaignOf(row as CampaignRow));
    },
    async move(campaign, events, calls) {
      await days.ensure(events.map((event) => dayOfEvent(event.id)));
      const moved = await translated(() =>
        query.transaction().execute(async (transaction) => {
          if (isOver(campaign) && (await hasOpenCalls(transaction, campaign.id))) return false;
          const rows = await transaction
            .updateTable('campaigns')
            .set({ ...columnsOf(campaign, campaign.revision + 1), pilot_left: restOfPilot(campaign.state) })
            .where('id', '=', campaign.id)
            .where('revision', '=', campaign.revision)
            .returning('id')
            .execute();
          if (rows.length > 0 && events.length > 0) await writeEvents(transaction, events);
          if (rows.length > 0 && calls !== undefined)
            await mendCampaignCalls(transaction, campaign.id, calls);
          return rows.length > 0;
        }),
      );
      if (moved && events.length > 0) onDeliveries();
      return moved ? 'moved' : 'lost_race';
    },
    counts: async (id) => (await countsOf([id])).get(id) ?? countsFrom([]),
    countsOf,
    async open() {
      const open = sql<boolean>`status in ('draft', 'running', 'paused')
        or (status = 'cancelled' and not (state->>'settled')::boolean)`;
      return (await translated(() => select().where(open).orderBy('id').execute())).map((row) =>
        campaignOf(row as CampaignRow),
      );
    },
    async isDialling(id) {
      const dialling = sql`
        select from attempts a join calls c on c.id = a.call_id
        where a.ended_at is null and a.ringing_at is null and a.answered_at is null and c.campaign_id = ${id} limit 1`;
      return (await translated(() => dialling.execute(query))).rows.length > 0;
    },
  };
}

function isOver({ state }: Campaign): boolean {
  return state.status === 'ended' || (state.status === 'cancelled' && state.settled);
}

/** Behind the lock that an acceptance takes on the campaign's row: so none is overlooked that commits at this moment. */
async function hasOpenCalls(query: Kysely<Schema>, id: CampaignId): Promise<boolean> {
  await query.selectFrom('campaigns').select('id').where('id', '=', id).forUpdate().execute();
  const open = query
    .selectFrom('calls')
    .select('id')
    .where('campaign_id', '=', id)
    .where('outcome', 'is', null);
  return (await open.limit(1).execute()).length > 0;
}

interface CountRow {
  campaign_id: string;
  status: string;
  outcome: string | null;
  calls: number;
}

async function countRows({ query }: Database, ids: readonly CampaignId[]): Promise<CountRow[]> {
  const counted = sql<CountRow>`
    select campaign_id, status, outcome, count(*)::int as calls from calls
    where campaign_id = any(${ids}) group by 1, 2, 3`;
  return (await counted.execute(query)).rows;
}

function countsFrom(rows: readonly CountRow[]): CampaignCounts {
  const sumBy = (key: (row: CountRow) => string | null): Record<string, number> => {
    const sums: Record<string, number> = {};
    for (const row of rows) {
      const name = key(row);
      if (name !== null) sums[name] = (sums[name] ?? 0) + row.calls;
    }
    return sums;
  };
  return {
    total: rows.reduce((sum, row) => sum + row.calls, 0),
    byStatus: sumBy((row) => row.status),
    byOutcome: sumBy((row) => row.outcome),
  };
}

/**
 * Claims count the pilot's rest down meanwhile, and give-backs up, without another revision: so it is written where a pilot begins or ends, and stays as it
 * is where the campaign runs on.
 */
function restOfPilot(state: CampaignState) {
  const rest = state.status === 'running' ? state.pilotLeft : null;
  if (rest === null) return null;
  return sql<number>`case when status = 'running' then pilot_left else ${rest}::int end`;
}

/** What a move may write. The pilot's rest has a column of its own. */
function columnsOf(campaign: Campaign, revision: number) {
  const { status, ...rest } = campaign.state;
  const { pilotLeft, ...state } = { pilotLeft: null, ...rest };
  return {
    revision,
    status,
    state: JSON.stringify(state),
    pilot_left: pilotLeft,
    name: campaign.name,
    flow_id: campaign.flow.id,
    flow_version: campaign.flow.version,
    list: campaign.list,
    priority: campaign.priority,
    purpose: campaign.purpose,
    calls_per_second: campaign.pace.callsPerSecond,
    max_concurrent: campaign.pace.maxConcurrent,
    starts_at: dateOrNull(campaign.startsAt),
    ends_at: dateOrNull(campaign.endsAt),
    caller_id: campaign.callerId,
    request: JSON.stringify({
      callingHours: campaign.callingHours,
      retry: campaign.retry,
      metadata: campaign.metadata,
      machineDetection: campaign.machineDetection,
    }),
  };
}

interface CampaignRow {
  id: string;
  revision: number;
  status: string;
  state: object;
  pilot_left: number | null;
  name: string;
  flow_id: string;
  flow_version: number;
  list: string | null;
  priority: Campaign['priority'];
  purpose: Campaign['purpose'];
  calls_per_second: number | null;
  max_concurrent: number | null;
  starts_at: number | null;
  ends_at: number | null;
  caller_id: string | null;
  request: Pick<Campaign, 'callingHours' | 'retry' | 'metadata'> &
    Partial<Pick<Campaign, 'machineDetection'>>;
  created_at: number;
}

function campaignOf(row: CampaignRow): Campaign {
  const pilot = row.status === 'running' ? { pilotLeft: row.pilot_left } : {};
  return {
    id: row.id as CampaignId,
    revision: row.revision,
    name: row.name,
    state: { status: row.status, ...row.state, ...pilot } as CampaignState,
    flow: { id: row.flow_id, version: row.flow_version },
    list: row.list,
    priority: row.priority,
    purpose: row.purpose,
    pace: { callsPerSecond: row.calls_per_second, maxConcurrent: row.max_concurrent },
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    callerId: row.caller_id,
    // campaigns of before it was built do not have it
    machineDetection: false,
    ...row.request,
    createdAt: row.created_at,
  };
}

function dateOrNull(at: number | null): Date | null {
  return at === null ? null : new Date(isoInstant(at));
}
