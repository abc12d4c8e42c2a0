import { sql, type SqlBool } from 'kysely';
import type { CallingHours } from '../domain/calls/calling-hours.ts';
import type { Call, Outcome, PersonHash } from '../domain/calls/call.ts';
import type { CallId, CampaignId } from '../domain/ids.ts';
import type { Database } from './database.ts';
import { loadCalls } from './load-call.ts';
import { runQuery, translated, withClient } from './run-query.ts';
import type { Vault } from './vault.ts';

/** The calls of a campaign, for its lists and its report. */
export interface CampaignCalls {
  /** Oldest first, after the id that the page before ended with; numbers are null where they were erased. */
  page(of: CampaignCallPage): Promise<{ call: Call; number: string | null }[]>;
  /** Under which keys calls of these outcomes (null: all) have metadata, in their order; no more than `mostMetadataKeys`. */
  metadataKeys(of: Pick<CampaignCallPage, 'campaign' | 'outcomes'>): Promise<string[]>;
  report(id: CampaignId, by: ReportGroup): Promise<CampaignReportRows>;
  /** Which languages, with which variables, calls wait in that were never dialled: each combination once. */
  spokenTo(id: CampaignId): Promise<{ language: string; variables: string[] }[]>;
  /** What an estimate is made from: how many calls have ended since then, and the calling hours that most of those that wait have. */
  pulse(id: CampaignId, since: number): Promise<{ ended: number; hours: CallingHours | null }>;
}

export interface CampaignCallPage {
  campaign: CampaignId;
  /** Only calls that have ended so; null for all. */
  outcomes: readonly Outcome[] | null;
  after: CallId | null;
  limit: number;
}

/** What a report is broken down by: null for nothing. */
export type ReportGroup = null | 'language' | { metadata: string };

/** Each row is of one group; '' is the only one where nothing is broken down, and who has no value of it. */
export interface CampaignReportRows {
  calls: { group: string; status: string; outcome: Outcome | null; calls: number }[];
  /** `value` null: how many were asked, whether or not they answered. */
  answers: { group: string; question: string; value: string; calls: number }[];
  /** Steps that were come to, by how many calls. */
  steps: { group: string; step: string; calls: number }[];
  /** Attempts that ended, by the hour of the day at which they began, in the call's own zone. */
  hours: { group: string; hour: number; reason: string; attempts: number }[];
  /** How many attempts calls of an outcome took. */
  attempts: { group: string; outcome: Outcome; attempts: number; calls: number }[];
}

/** More than an orchestrator tells its tasks apart by; a file that is wider is of no use to anybody. */
const mostMetadataKeys = 50;

export function createCampaignCalls({ query, hot }: Database, vault: Vault): CampaignCalls {
  return {
    async page({ campaign, outcomes, after, limit }) {
      let select = query.selectFrom('calls').select('id').where('campaign_id', '=', campaign);
      if (after !== null) select = select.where('id', '>', after);
      if (outcomes !== null) select = select.where(sql<SqlBool>`outcome = any(${outcomes})`);
      const ids = await translated(() => select.orderBy('id').limit(limit).execute());
      return withClient(hot, async (client) => {
        const calls = await loadCalls(client, 'by_ids', [ids.map(({ id }) => id)]);
        const rows = await runQuery<{ person: PersonHash; sealed_number: Buffer }>(client, {
          name: 'numbers_of_people',
          text: 'select person, sealed_number from phone_numbers where person = any($1)',
          values: [calls.map(({ person }) => person)],
        });
        const sealed = new Map(rows.map((row) => [row.person, row.sealed_number]));
        return calls.map((call) => {
          const number = sealed.get(call.person);
          return { call, number: number === undefined ? null : vault.open(number, call.person) };
        });
      });
    },
    async metadataKeys({ campaign, outcomes }) {
      const ofOutcome = outcomes === null ? sql`true` : sql`outcome = any(${outcomes})`;
      const found = sql<{ key: string }>`
        select distinct jsonb_object_keys(request->'metadata') as key from calls
        where campaign_id = ${campaign} and ${ofOutcome} order by 1 limit ${mostMetadataKeys}`;
      return (await translated(() => found.execute(query))).rows.map(({ key }) => key);
    },
    report: (id, by) => translated(() => readReport({ query }, id, by)),
    async spokenTo(id) {
      const found = sql<{ language: string; variables: string[] }>`
        select distinct language, array(select jsonb_object_keys(request->'variables') order by 1) as variables
        from calls where campaign_id = ${id} and status = 'queued'`;
      return (await translated(() => found.execute(query))).rows;
    },
    async pulse(id, since) {
      const ended = query
        .selectFrom('calls')
        .select((e) => e.fn.countAll<number>().as('calls'))
        .where('campaign_id', '=', id)
        .where('ended_at', '>', new Date(since) as never);
      const hours = sql<{ hours: CallingHours }>`
        select request->'callingHours' as hours from calls
        where campaign_id = ${id} and outcome is null group by 1 order by count(*) desc limit 1`;
      return translated(async () => ({
        ended: (await ended.executeTakeFirst())?.calls ?? 0,
        hours: (await hours.execute(query)).rows[0]?.hours ?? null,
      }));
    },
  };
}

async function readReport(
  { query }: Pick<Database, 'query'>,
  id: CampaignId,
  by: ReportGroup,
): Promise<CampaignReportRows> {
  const group = groupExpression(by);
  const ofCampaign = sql`c.campaign_id = ${id}`;
  const rows = async <Row>(statement: ReturnType<typeof sql<Row>>): Promise<Row[]> =>
    (await statement.execute(query)).rows;
  return {
    calls: await rows(sql`
      select ${group} as "group", c.status, c.outcome, count(*)::int as calls from calls c where ${ofCampaign} group by 1, 2, 3`),
    answers: await rows(sql`
      select "group", question, value, sum(calls)::int as calls from (
        select ${group} as "group", r.question, r.value, count(*) as calls
        from calls c join responses r on r.call_id = c.id where ${ofCampaign} group by 1, 2, 3
        union all
        select ${groupOfErased(by)}, question, value, calls from erased_answers where campaign_id = ${id}
      ) answers group by 1, 2, 3`),
    steps: await rows(sql`
      select ${group} as "group", e.step, count(distinct c.id)::int as calls
      from calls c join timeline_entries t on t.call_id = c.id
      cross join lateral jsonb_to_recordset(t.entries) as e(type text, step text)
      where ${ofCampaign} and e.type = 'step' and e.step is not null group by 1, 2`),
    hours: await rows(sql`
      select ${group} as "group",
        extract(hour from a.started_at at time zone (c.request->'callingHours'->>'timeZone'))::int as hour,
        a.reason, count(*)::int as attempts
      from calls c join attempts a on a.call_id = c.id where ${ofCampaign} and a.reason is not null group by 1, 2, 3`),
    attempts: await rows(sql`
      select g as "group", outcome, attempts, count(*)::int as calls from (
        select ${group} as g, c.outcome, (select count(*)::int from attempts a where a.call_id = c.id) as attempts
        from calls c where ${ofCampaign} and c.outcome is not null
      ) of_call group by 1, 2, 3`),
  };
}

/** Calls whose persons were erased have lost their metadata, and keep their language. */
function groupOfErased(by: ReportGroup) {
  return by === 'language' ? sql<string>`language` : sql<string>`''`;
}

function groupExpression(by: ReportGroup) {
  if (by === null) return sql<string>`''`;
  return by === 'language'
    ? sql<string>`c.language`
    : sql<string>`coalesce(c.request->'metadata'->>${by.metadata}::text, '')`;
}
