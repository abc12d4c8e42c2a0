import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulatorTrunkWritten } from '../src/domain/calls/trunk.ts';
import type { AskApi } from './ask-api.ts';
import { openBenchGateway } from './open-bench-gateway.ts';

/** The gateway as its users run it, with its own durable PostgreSQL and simulated phones: for loads that never reach a phone. */
export interface SimulatedBenchGateway {
  url: string;
  pid: number;
  postgresPid: number;
  /** One request to its API; its body is JSON unless `type` says otherwise. */
  ask: (method: string, path: string, body?: AskBody) => Promise<{ status: number; body: unknown }>;
  /** The same for calls, over connections that are kept. */
  api: AskApi;
  stop: () => Promise<void>;
}

export type AskBody = { json: object } | { stream: ReadableStream<Uint8Array>; type: string };

export interface SimulatedGatewayOptions {
  profileDir: string | null;
  /** Of its only trunk, where they are not the simulator's own. */
  limits?: { channels?: number; calls_per_second?: number };
  /** That it is to work on; by default one of its own. */
  database?: BenchDatabase;
}

/** A database that is there before the gateway. */
export interface BenchDatabase {
  url: string;
  /** In base64. */
  encryptionKey: string;
  postgresPid: number;
}

export async function startSimulatedGateway({
  profileDir,
  limits = {},
  database,
}: SimulatedGatewayOptions): Promise<SimulatedBenchGateway> {
  await using opening = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'ivrs-bench-'));
  opening.defer(() => rm(directory, { recursive: true, force: true }));
  const trunksFile = join(directory, 'trunks.json');
  await writeFile(trunksFile, JSON.stringify({ trunks: [{ ...simulatorTrunkWritten, ...limits }] }));
  const environment = {
    IVRS_TELEPHONY: 'simulator',
    IVRS_DATA_DIR: join(directory, 'data'),
    IVRS_TRUNKS_FILE: trunksFile,
    ...(database === undefined
      ? {}
      : { IVRS_DATABASE_URL: database.url, IVRS_ENCRYPTION_KEY: database.encryptionKey }),
  };
  const { url, apiKey, pid, postgresPid, api } = await openBenchGateway(opening, {
    ...{ environment, directory, profileDir, firstKeyTimeout: 'PT6S' },
    ...(database === undefined ? {} : { postgresPid: database.postgresPid }),
  });
  const ask: SimulatedBenchGateway['ask'] = async (method, path, body) => {
    const reply = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { 'content-type': typeOf(body) }),
      },
      ...(body === undefined
        ? {}
        : 'json' in body
          ? { body: JSON.stringify(body.json) }
          : { body: body.stream, duplex: 'half' }),
    });
    return { status: reply.status, body: await reply.json() };
  };
  const running = opening.move();
  return { url, pid, postgresPid, ask, api, stop: () => running.disposeAsync() };
}

function typeOf(body: AskBody): string {
  return 'json' in body ? 'application/json' : body.type;
}
