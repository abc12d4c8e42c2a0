import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testApiKey } from './gateway-process.ts';

/** A data directory for one gateway with the simulator, and the environment that goes with it; both end with `await using`. */
export interface GatewayPlace extends AsyncDisposable {
  dataDir: string;
  environment: Record<string, string>;
}

/** @param changes variables that are different from the usual; an empty one is as good as unset */
export async function gatewayPlace(changes: Record<string, string> = {}): Promise<GatewayPlace> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ivrs-process-'));
  return {
    dataDir,
    environment: {
      IVRS_PORT: '0',
      IVRS_API_KEY: testApiKey,
      IVRS_TELEPHONY: 'simulator',
      IVRS_DATA_DIR: dataDir,
      IVRS_ALLOW_PRIVATE_WEBHOOKS: 'true',
      ...changes,
    },
    [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true }),
  };
}
