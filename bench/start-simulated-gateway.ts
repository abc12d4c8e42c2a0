import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGatewayProcess } from '../demo/gateway-process.ts';
import { simulatorTrunkWritten } from '../src/domain/calls/trunk.ts';
import { askOver, type AskApi } from './ask-api.ts';
import { benchFlow } from './bench-flow.ts';
import { clearUpAtExit } from './clear-up-at-exit.ts';
import { childOf } from './process-cost.ts';
import { benchFlowId } from './start-bench-gateway.ts';

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

/** @param options.limits of its only trunk, where they are not the simulator's own */
export async function startSimulatedGateway({
  profileDir,
  limits = {},
}: {
  profileDir: string | null;
  limits?: { channels?: number; calls_per_second?: number };
}): Promise<SimulatedBenchGateway> {
  await using opening = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'ivrs-bench-'));
  opening.defer(() => rm(directory, { recursive: true, force: true }));
  const apiKey = randomBytes(32).toString('base64url');
  const trunksFile = join(directory, 'trunks.json');
  await writeFile(trunksFile, JSON.stringify({ trunks: [{ ...simulatorTrunkWritten, ...limits }] }));
  const gateway = await startGatewayProcess(
    {
      IVRS_TELEPHONY: 'simulator',
      IVRS_DATA_DIR: join(directory, 'data'),
      IVRS_PORT: '0',
      IVRS_API_KEY: apiKey,
      IVRS_TRUNKS_FILE: trunksFile,
      IVRS_ALLOW_PRIVATE_WEBHOOKS: 'true',
    },
    join(directory, 'gateway.log'),
    profileDir === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`],
  );
  // it has a process group of its own, so no signal to ours would reach it
  const forget = clearUpAtExit(() => process.kill(gateway.pid, 'SIGTERM'));
  opening.defer(async () => {
    forget();
    await gateway.stop();
  });
  const { api, close } = askOver(gateway.url, apiKey);
  opening.defer(close);
  const ask: SimulatedBenchGateway['ask'] = async (method, path, body) => {
    const reply = await fetch(`${gateway.url}${path}`, {
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
  const flow = await ask('PUT', `/v1/flows/${benchFlowId}`, { json: benchFlow('PT6S') });
  if (flow.status >= 300) throw new Error(`the flow was refused: ${JSON.stringify(flow.body)}`);
  const postgresPid = await childOf(gateway.pid, 'postgres');
  const running = opening.move();
  return { url: gateway.url, pid: gateway.pid, postgresPid, ask, api, stop: () => running.disposeAsync() };
}

function typeOf(body: AskBody): string {
  return 'json' in body ? 'application/json' : body.type;
}
