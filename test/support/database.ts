import { randomBytes } from 'node:crypto';
import { Client, type PoolConfig } from 'pg';
import { inject } from 'vitest';
import { openDatabase, type Database } from '../../src/db/database.ts';
import type { Vault } from '../../src/db/vault.ts';
import { sampleVault } from './sample-call.ts';
import { silentLog } from './silent-log.ts';

export interface TestDatabase {
  connection: PoolConfig;
  database: Database;
  vault: Vault;
  /** Empties every table. */
  clear(): Promise<void>;
  /** Closes all connections and drops it. */
  drop(): Promise<void>;
}

/** A database of its own for a test file: a copy of the migrated template, in some 50 ms. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { host, user, template } = inject('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(`create database ${name} template ${template}`);
  const connection = { host, user, database: name };
  const database = openDatabase({ connection, log: silentLog });
  return {
    connection,
    database,
    vault: sampleVault,
    async clear() {
      await database.hot.query(`truncate ${tables}`);
    },
    async drop() {
      await database.close();
      await onServer(`drop database ${name} with (force)`);
    },
  };
}

const tables = `transfers, lines, missed_calls, line_callers, opt_ins, lifted_opt_outs, vault_keys, phone_numbers, flows, prompts, campaigns, calls, queue, attempts, responses, timeline_entries, opt_outs, idempotency_keys, trunks,
  asterisks, gateways, trunk_definitions, events, webhook_endpoints, deliveries, settled_deliveries, voice_messages, call_back_requests, api_keys, erasures, erased_answers`;

async function onServer(statement: string): Promise<void> {
  const { host, user } = inject('postgres');
  // Not the template: nobody may be connected to a database while it is copied.
  const client = new Client({ host, user, database: 'template1' });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
