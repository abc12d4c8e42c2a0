import { Client, type PoolConfig } from 'pg';
import { openDatabase, type Database } from '../src/db/database.ts';
import { createCampaignStore } from '../src/db/campaign-store.ts';
import { createLeaseStore } from '../src/db/lease-store.ts';
import type { Ledger } from '../src/db/ledger.ts';
import { migrate } from '../src/db/migrate.ts';
import { createPostgresLedger } from '../src/db/postgres-ledger.ts';
import type { GatewayId, Lease } from '../src/domain/asterisks/lease.ts';
import type { Call } from '../src/domain/calls/call.ts';
import { assert } from '../src/lib/assert.ts';
import {
  dialTransition,
  noAnswerTransition,
  sampleAcceptance,
  sampleVault,
} from '../test/support/sample-call.ts';
import { sampleCampaign } from '../test/support/sample-campaign.ts';
import { silentLog } from '../test/support/silent-log.ts';
import { cpuOfProcessMs } from './process-cost.ts';

/** A database with so much in it, and the ledger on it. */
export interface ClaimsDatabase {
  ledger: Ledger;
  lease: Lease;
  /** Of its connections' server processes. */
  serverCpuMs: () => Promise<number>;
  /** Keeps a gateway from dialling any of the calls that wait. */
  pauseCampaigns: () => Promise<void>;
  close: () => Promise<void>;
}

export interface Contents {
  /** Calls that wait, all of them due, in campaigns that run. */
  queued: number;
  /** Calls that have ended, of the same campaigns, with an attempt each. */
  ended: number;
}

const runningCampaigns = 10;
const allDay: Call['callingHours'] = {
  ...{ start: '00:00', end: '24:00', timeZone: 'Asia/Kolkata', holidays: [] },
  days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
};
const asterisk = 'asterisk';
const trunk = 'carrier-a';

/**
 * The real schema, by the real migrations. One call is accepted by the gateway's own code, another one is dialled and ended; all other rows are copies of
 * theirs, made by SQL, each with an id, a person and a reference of its own.
 */
export async function createClaimsDatabase(
  server: PoolConfig,
  { name, contents }: { name: string; contents: Contents },
): Promise<ClaimsDatabase> {
  await withClient(server, (client) => client.query(`create database ${name}`));
  const connection = { ...server, database: name };
  const database = openDatabase({ connection, log: silentLog });
  await migrate(database);
  const ledger = createPostgresLedger({ database, vault: sampleVault });
  const lease = await takeLease(database);
  const [waiting, ended] = await storeModels(database, { ledger, lease });
  await withClient(connection, (client) => fill(client, { waiting, ended, contents }));
  return {
    ...{ ledger, lease, close: () => database.close() },
    pauseCampaigns: () =>
      withClient(connection, async (client) => {
        await client.query(`update campaigns set status = 'paused'`);
      }),
    async serverCpuMs() {
      const text = `select pid from pg_stat_activity where datname = $1 and application_name = 'ivrs-gateway'`;
      const { rows } = await withClient(server, (client) => client.query<{ pid: number }>(text, [name]));
      const each = await Promise.all(rows.map(({ pid }) => cpuOfProcessMs(pid)));
      return each.reduce((sum, ms) => sum + ms, 0);
    },
  };
}

async function takeLease(database: Database): Promise<Lease> {
  const gateway = 'bench' as GatewayId;
  const leases = createLeaseStore(database, { timing: { leaseMs: 86_400_000, databaseGraceMs: 0 } });
  const seen = { asterisk, epoch: 0 };
  await leases.look({ gateway, knows: [asterisk], drives: [], held: [] });
  const lease = await leases.take({ gateway, lease: seen, dead: [] });
  assert(lease, 'nobody else is there');
  return lease;
}

/** @returns a call that waits and one that has ended */
async function storeModels(
  database: Database,
  { ledger, lease }: { ledger: Ledger; lease: Lease },
): Promise<[Call, Call]> {
  const campaigns = createCampaignStore({ database, onDeliveries: () => undefined });
  const pace = { callsPerSecond: null, maxConcurrent: 10_000 };
  const stored = Array.from({ length: runningCampaigns }, () => sampleCampaign({ pace }));
  for (const campaign of stored) await campaigns.create(campaign);
  const models: Call[] = [];
  for (const reference of ['model-1', 'model-2']) {
    const changes = { campaignId: stored[0]?.id ?? null, reference, callingHours: allDay };
    const acceptance = sampleAcceptance({ changes });
    await ledger.accept(acceptance);
    models.push(acceptance.transition.call);
  }
  const [waiting, toEnd] = models;
  assert(waiting && toEnd, 'both were accepted');
  const now = Date.now();
  const [claimed] = await ledger.claim({
    ...{ trunk, lease, now, candidates: [toEnd.id], limit: 1, channels: 1, spacingMs: 1, reserveUntil: now },
    decide: (call, sendAt) => dialTransition(call, { trunk, sendAt, at: now, ...lease }),
  });
  assert(claimed, 'it is due');
  await ledger.commit(noAnswerTransition(claimed.call));
  return [waiting, claimed.call];
}

/**
 * In one transaction and by the order of the keys, with the other indexes made afterwards: so it takes minutes where it would take hours. Nothing else is done to
 * help those that will look things up.
 */
async function fill(
  client: Client,
  { waiting, ended, contents }: { waiting: Call; ended: Call; contents: Contents },
): Promise<void> {
  await client.query(`set maintenance_work_mem = '512MB'; set session_replication_role = replica`);
  const indexes = await secondaryIndexes(client);
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  const past = {
    id: idFrom('call_0'),
    person: personFrom('past'),
    reference: `'past-' || i`,
    campaign_id: campaignOfRow,
  };
  await copyRows(client, { table: 'calls', of: ended.id, count: contents.ended, changes: past });
  const pastAttempts = { id: idFrom('att_0'), call_id: past.id, person: past.person };
  const attempt = ended.attempts[0]?.id ?? '';
  await copyRows(client, { table: 'attempts', of: attempt, count: contents.ended, changes: pastAttempts });
  const queue = {
    id: idFrom('call_1'),
    person: personFrom('queue'),
    reference: `'queue-' || i`,
    campaign_id: campaignOfRow,
    next_attempt_at: `now() - interval '1 day' + i * interval '1 ms'`,
  };
  // these come into the queue by its trigger
  await client.query('set session_replication_role = origin');
  await copyRows(client, { table: 'calls', of: waiting.id, count: contents.queued, changes: queue });
  for (const { definition } of indexes) await client.query(definition);
  await client.query('vacuum analyze');
  await client.query('checkpoint');
}

const idFrom = (start: string): string => `'${start}' || lpad(i::text, 25, '0')`;
const personFrom = (salt: string): string => `left(encode(sha256(('${salt}' || i)::bytea), 'base64'), 22)`;
const campaignOfRow = `campaigns[1 + i % ${runningCampaigns}]`;

/** All columns as in the row with this id, but for those that are given as expressions of `i`, the number of the copy. */
async function copyRows(
  client: Client,
  copies: { table: string; of: string; count: number; changes: Record<string, string> },
): Promise<void> {
  const { table, of, count, changes } = copies;
  const { rows } = await client.query<{ column: string }>(
    `select attname as column from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
    [table],
  );
  const columns = rows.map(({ column }) => column);
  const values = columns.map((column) => changes[column] ?? `model.${column}`);
  await client.query(
    `insert into ${table} (${columns.join(', ')}) select ${values.join(', ')}
     from ${table} model, (select array_agg(id order by id) as campaigns from campaigns) c, generate_series(1, $2::int) i
     where model.id = $1`,
    [of, count],
  );
}

async function secondaryIndexes(client: Client): Promise<{ name: string; definition: string }[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index i
     where indrelid in ('calls'::regclass, 'attempts'::regclass) and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
  );
  return rows;
}

async function withClient<T>(connection: PoolConfig, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ ...connection });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
