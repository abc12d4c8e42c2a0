import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labTrunk } from '../asterisk/lab-trunks.ts';
import type { AskApi } from './ask-api.ts';
import { openBenchGateway } from './open-bench-gateway.ts';
import { ariApp, type BenchAsterisk } from './start-bench-asterisk.ts';
import { startWebhookReceiver, type WebhookReceiver } from './start-webhook-receiver.ts';

/** The gateway as its users run it, with its own durable PostgreSQL and one endpoint for webhooks. */
export interface BenchGateway {
  pid: number;
  postgresPid: number;
  webhooks: WebhookReceiver;
  api: AskApi;
  stop: () => Promise<void>;
}

export interface BenchGatewayOptions {
  /** How long the question waits for a key, as an ISO 8601 duration. */
  firstKeyTimeout?: string;
  /** Where the profile of its CPU is to be written at its end, if one is wanted. */
  profileDir?: string | null;
}

/** Well over every load here, so that what is measured is the gateway and not the carrier's limits. */
const limits = { channels: 900, calls_per_second: 200 };

export async function startBenchGateway(
  { asterisk }: BenchAsterisk,
  { firstKeyTimeout = 'PT6S', profileDir = null }: BenchGatewayOptions = {},
): Promise<BenchGateway> {
  await using opening = new AsyncDisposableStack();
  const webhooks = await startWebhookReceiver();
  opening.defer(() => webhooks.stop());
  const trunksFile = join(asterisk.directory, 'trunks.json');
  await writeFile(trunksFile, JSON.stringify({ trunks: [labTrunk('carrier-a', limits)] }));
  await mkdir(asterisk.dataDir, { recursive: true });
  const environment = {
    IVRS_TELEPHONY: 'asterisk',
    IVRS_ARI_URL: asterisk.ariUrl,
    IVRS_ARI_USER: asterisk.ariUser,
    IVRS_ARI_PASSWORD: asterisk.ariPassword,
    IVRS_ARI_APP: ariApp,
    IVRS_DATA_DIR: asterisk.dataDir,
    IVRS_ASTERISK_DATA_DIR: asterisk.asteriskDataDir,
    IVRS_TRUNKS_FILE: trunksFile,
  };
  const { directory } = asterisk;
  const { pid, postgresPid, api } = await openBenchGateway(opening, {
    ...{ environment, directory, profileDir, firstKeyTimeout },
  });
  await sendTo(webhooks, api);
  const running = opening.move();
  return { pid, postgresPid, webhooks, api, stop: () => running.disposeAsync() };
}

/** Has all webhooks sent to the receiver. */
export async function sendTo(webhooks: WebhookReceiver, api: AskApi): Promise<void> {
  const endpoint = await api('POST', '/v1/webhook-endpoints', { body: { url: webhooks.url } });
  if (endpoint.status !== 201) throw new Error(`the endpoint was refused: ${JSON.stringify(endpoint.body)}`);
  await webhooks.trust((endpoint.body as { secret: string }).secret);
}
