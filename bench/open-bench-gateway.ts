import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startGatewayProcess } from '../demo/gateway-process.ts';
import { askOver, type AskApi } from './ask-api.ts';
import { benchFlow } from './bench-flow.ts';
import { clearUpAtExit } from './clear-up-at-exit.ts';
import { childOf } from './process-cost.ts';

/** The gateway's process under load, with its own durable PostgreSQL and the flow that calls are made of. */
export interface OpenBenchGateway {
  url: string;
  apiKey: string;
  pid: number;
  postgresPid: number;
  /** Its API, over connections that are kept. */
  api: AskApi;
}

export const benchFlowId = 'bench';

/**
 * @param opening what ends it
 * @param options.environment all that makes it another one than the next: telephony, directories, trunks
 * @param options.directory for its log
 * @param options.postgresPid of the server that its environment names, if it has none of its own
 * @param options.profileDir where the profile of its CPU is to be written at its end, if one is wanted
 */
export async function openBenchGateway(
  opening: AsyncDisposableStack,
  options: {
    environment: Record<string, string>;
    directory: string;
    profileDir: string | null;
    firstKeyTimeout: string;
    postgresPid?: number;
  },
): Promise<OpenBenchGateway> {
  const apiKey = randomBytes(32).toString('base64url');
  const gateway = await startGatewayProcess(
    { IVRS_PORT: '0', IVRS_API_KEY: apiKey, IVRS_ALLOW_PRIVATE_WEBHOOKS: 'true', ...options.environment },
    join(options.directory, 'gateway.log'),
    options.profileDir === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profileDir}`],
  );
  // it has a process group of its own, so no signal to ours would reach it
  const forget = clearUpAtExit(() => process.kill(gateway.pid, 'SIGTERM'));
  opening.defer(async () => {
    forget();
    await gateway.stop();
  });
  const { url, pid } = gateway;
  const { api, close } = askOver(url, apiKey);
  opening.defer(close);
  const flow = await api('PUT', `/v1/flows/${benchFlowId}`, { body: benchFlow(options.firstKeyTimeout) });
  if (flow.status >= 300) throw new Error(`the flow was refused: ${JSON.stringify(flow.body)}`);
  return { url, apiKey, pid, postgresPid: options.postgresPid ?? (await childOf(pid, 'postgres')), api };
}
