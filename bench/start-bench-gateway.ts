import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Pool } from 'undici';
import { labTrunk } from '../asterisk/lab-trunks.ts';
import { startGatewayProcess } from '../demo/gateway-process.ts';
import { benchFlow } from './bench-flow.ts';
import { clearUpAtExit } from './clear-up-at-exit.ts';
import { childOf } from './process-cost.ts';
import { ariApp, type BenchAsterisk } from './start-bench-asterisk.ts';
import { startWebhookReceiver, type WebhookReceiver } from './start-webhook-receiver.ts';

/** The gateway as its users run it, with its own durable PostgreSQL and one endpoint for webhooks. */
export interface BenchGateway {
  pid: number;
  postgresPid: number;
  webhooks: WebhookReceiver;
  /** One request to its API, over connections that are kept. Resolves with the status and the parsed body. */
  api: (method: 'GET' | 'POST' | 'PUT', path: string, request?: ApiRequest) => Promise<ApiReply>;
  stop: () => Promise<void>;
}

export interface ApiRequest {
  body?: object;
  idempotencyKey?: string;
}

export interface ApiReply {
  status: number;
  body: unknown;
}

export interface BenchGatewayOptions {
  /** How long the question waits for a key, as an ISO 8601 duration. */
  firstKeyTimeout?: string;
  /** Where the profile of its CPU is to be written at its end, if one is wanted. */
  profileDir?: string | null;
}

export const benchFlowId = 'bench';
const apiConnections = 32;
/** Well over every load here, so that what is measured is the gateway and not the carrier's limits. */
const limits = { channels: 900, calls_per_second: 200 };

export async function startBenchGateway(
  { asterisk }: BenchAsterisk,
  { firstKeyTimeout = 'PT6S', profileDir = null }: BenchGatewayOptions = {},
): Promise<BenchGateway> {
  await using opening = new AsyncDisposableStack();
  const webhooks = await startWebhookReceiver();
  opening.defer(() => webhooks.stop());
  const apiKey = randomBytes(32).toString('base64url');
  const trunksFile = join(asterisk.directory, 'trunks.json');
  await writeFile(trunksFile, JSON.stringify({ trunks: [labTrunk('carrier-a', limits)] }));
  await mkdir(asterisk.dataDir, { recursive: true });
  const gateway = await startGatewayProcess(
    {
      IVRS_TELEPHONY: 'asterisk',
      IVRS_ARI_URL: asterisk.ariUrl,
      IVRS_ARI_USER: asterisk.ariUser,
      IVRS_ARI_PASSWORD: asterisk.ariPassword,
      IVRS_ARI_APP: ariApp,
      IVRS_DATA_DIR: asterisk.dataDir,
      IVRS_ASTERISK_DATA_DIR: asterisk.asteriskDataDir,
      IVRS_TRUNKS_FILE: trunksFile,
      IVRS_PORT: '0',
      IVRS_API_KEY: apiKey,
      IVRS_ALLOW_PRIVATE_WEBHOOKS: 'true',
    },
    join(asterisk.directory, 'gateway.log'),
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
  await configure(api, { webhooks, firstKeyTimeout });
  const postgresPid = await childOf(gateway.pid, 'postgres');
  const running = opening.move();
  return { pid: gateway.pid, postgresPid, webhooks, api, stop: () => running.disposeAsync() };
}

async function configure(
  api: BenchGateway['api'],
  { webhooks, firstKeyTimeout }: { webhooks: WebhookReceiver; firstKeyTimeout: string },
): Promise<void> {
  const flow = await api('PUT', `/v1/flows/${benchFlowId}`, { body: benchFlow(firstKeyTimeout) });
  if (flow.status >= 300) throw new Error(`the flow was refused: ${JSON.stringify(flow.body)}`);
  const endpoint = await api('POST', '/v1/webhook-endpoints', { body: { url: webhooks.url } });
  if (endpoint.status !== 201) throw new Error(`the endpoint was refused: ${JSON.stringify(endpoint.body)}`);
  await webhooks.trust((endpoint.body as { secret: string }).secret);
}

function askOver(url: string, apiKey: string): { api: BenchGateway['api']; close: () => Promise<void> } {
  const pool = new Pool(url, { connections: apiConnections });
  return {
    close: () => pool.close(),
    async api(method, path, { body, idempotencyKey } = {}) {
      const reply = await pool.request({
        method,
        path,
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        },
        body: body ? JSON.stringify(body) : null,
      });
      return { status: reply.statusCode, body: await reply.body.json() };
    },
  };
}
