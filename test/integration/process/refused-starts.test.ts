import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { startEmbeddedPostgres } from '../../../src/db/embedded-postgres.ts';
import { gatewayPlace } from '../../support/gateway-place.ts';
import { runGateway, startGateway } from '../../support/gateway-process.ts';
import type { GatewayExit } from '../../support/gateway-process.ts';
import { silentLog } from '../../support/silent-log.ts';

/** EX_CONFIG of sysexits.h. */
const configInvalid = 78;

/** A sentence for whoever starts it: no stack trace, nothing of Node's own words for errors. */
function expectSentence(exit: GatewayExit, status: number, words: (string | RegExp)[]): void {
  expect(exit.status, exit.stderr).toBe(status);
  for (const word of words) expect(exit.stderr).toMatch(word);
  expect(exit.stderr).not.toContain('    at ');
  expect(exit.stderr).not.toMatch(/node:internal|\.ts:\d+/);
}

describe('a configuration with mistakes', () => {
  it('is refused with every one of them, by the name of its variable', async () => {
    const mistakes = {
      IVRS_PORT: '99999',
      IVRS_TELEPHONY: 'fax',
      IVRS_ARI_URL: 'ftp://asterisk',
      IVRS_ARI_APP: 'two words',
      IVRS_ASTERISK_DATA_DIR: 'relative/folder',
      IVRS_API_KEY: 'changeme-hunter2',
      IVRS_CALLING_HOURS: '21:00-09:00',
      IVRS_CALL_LIFETIME: 'a week',
      IVRS_EMERGENCY_CALLS: 'perhaps',
      IVRS_ALLOW_PRIVATE_WEBHOOKS: 'perhaps',
      IVRS_DATABASE_URL: 'mysql://ivrs:hunter3@127.0.0.1/ivrs',
      IVRS_ENCRYPTION_KEY: 'hunter4',
      IVRS_OTHER_ENCRYPTION_KEYS: 'hunter6,hunter7',
      IVRS_LOG_LEVEL: 'shouting',
      IVRS_CALING_HOURS: '09:00-21:00',
    };
    const exit = await runGateway(mistakes).exited;
    const missing = ['IVRS_ARI_USER', 'IVRS_ARI_PASSWORD'];
    expectSentence(exit, configInvalid, [...Object.keys(mistakes), ...missing, '18 mistakes']);
    expect(exit.stderr).not.toMatch(/hunter/);
  });

  it.for([
    { is: 'is missing', text: null, says: [/cannot be read/] },
    { is: 'is no JSON', text: '{ "trunks": [', says: [/is not JSON/] },
    {
      is: 'has mistakes',
      text: '{ "trunks": [{ "name": "A", "endpoint": "Local/1@x", "prefixes": ["91"], "channels": 0, "calls_per_second": 1, "colour": 1 }] }',
      says: [
        /\/trunks\/0\/name/,
        /\/trunks\/0\/endpoint/,
        /\/trunks\/0\/prefixes/,
        /\/trunks\/0\/channels/,
        /\/trunks\/0\/colour/,
      ],
    },
    { is: 'has no trunk', text: '{ "trunks": [] }', says: [/at least one trunk/] },
  ])('is refused when the trunks file $is', async ({ text, says }) => {
    await using place = await gatewayPlace();
    const file = join(place.dataDir, 'trunks.json');
    if (text !== null) await writeFile(file, text);
    const exit = await runGateway({ ...place.environment, IVRS_TRUNKS_FILE: file }).exited;
    expectSentence(exit, configInvalid, ['IVRS_TRUNKS_FILE', file, ...says]);
  });
});

describe('a gateway that nobody could use', () => {
  it('does not start: no key is configured, and none on record may manage keys', async () => {
    await using place = await gatewayPlace({ IVRS_API_KEY: '' });
    const exit = await runGateway(place.environment).exited;
    expectSentence(exit, configInvalid, [
      'IVRS_API_KEY is unset',
      /no valid API key with the scope admin/,
      'openssl rand -base64 32',
    ]);
  });
});

describe('a gateway that cannot start says which part is in the way and what to do', () => {
  it('when its port is taken', async () => {
    await using place = await gatewayPlace();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const exit = await runGateway({ ...place.environment, IVRS_PORT: String(port) }).exited;
    expectSentence(exit, 1, [`Port ${port}`, /taken by another process/, 'IVRS_PORT']);
    server.close();
  });

  it('when the database files are of another PostgreSQL', async () => {
    await using place = await gatewayPlace();
    await mkdir(join(place.dataDir, 'postgres'));
    await writeFile(join(place.dataDir, 'postgres/PG_VERSION'), '14\n');
    const exit = await runGateway(place.environment).exited;
    expectSentence(exit, 1, ['PostgreSQL 14', 'pg_dump', 'IVRS_DATA_DIR']);
  });

  it('when a newer gateway has changed the database, and when the key is not the one of the database', async () => {
    await using place = await gatewayPlace();
    expect(await (await startGateway(place.environment)).terminate()).toMatchObject({ status: 0 });
    const otherKey = randomBytes(32).toString('base64');
    const locked = await runGateway({ ...place.environment, IVRS_ENCRYPTION_KEY: otherKey }).exited;
    expectSentence(locked, 1, ['IVRS_ENCRYPTION_KEY']);
    await onDatabase(place.dataDir, `insert into schema_migrations (name) values ('9999-from-the-future')`);
    const newer = await runGateway(place.environment).exited;
    expectSentence(newer, 1, ['9999-from-the-future', /newer than this program/]);
  });

  it('when the database cannot be reached', async () => {
    await using place = await gatewayPlace();
    const environment = {
      ...place.environment,
      IVRS_DATABASE_URL: 'postgresql://ivrs:hunter5@127.0.0.1:1/ivrs',
      IVRS_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    };
    const exit = await runGateway(environment).exited;
    expectSentence(exit, 1, ['IVRS_DATABASE_URL', '127.0.0.1:1/ivrs', 'ECONNREFUSED']);
    expect(exit.stderr).not.toContain('hunter5');
  });

  it('when the data directory is no directory', async () => {
    await using place = await gatewayPlace();
    const file = join(place.dataDir, 'file');
    await writeFile(file, '');
    const exit = await runGateway({ ...place.environment, IVRS_DATA_DIR: file }).exited;
    expectSentence(exit, 1, [file]);
  });

  it('when another gateway lives on the same data', async () => {
    await using place = await gatewayPlace();
    const first = await startGateway(place.environment);
    const exit = await runGateway(place.environment).exited;
    expectSentence(exit, 1, [`in use by process ${first.pid}`, 'IVRS_DATA_DIR']);
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
    expect(await first.terminate()).toMatchObject({ status: 0, stderr: '' });
  });
});

async function onDatabase(dataDir: string, statement: string): Promise<void> {
  const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), log: silentLog });
  const client = new Client(postgres.connection);
  await client.connect();
  await client.query(statement);
  await client.end();
  await postgres.stop();
}
