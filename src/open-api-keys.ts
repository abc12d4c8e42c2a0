import { ConfigError } from './config/config.ts';
import { createApiKeyStore, type ApiKeyStore } from './db/api-key-store.ts';
import type { Database } from './db/database.ts';
import { steadyClock, type Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { within } from './lib/wait.ts';
import { ApiKeyRing } from './workflows/api-key-ring.ts';

export interface ApiKeys {
  store: ApiKeyStore;
  ring: ApiKeyRing;
}

/** At the end the last uses are put on record; nobody waits for a database that is away. */
const lastNoteMs = 2_000;

/**
 * The keys on record and the one of the configuration.
 *
 * @throws ConfigError where neither could manage the others: nobody could use the API, or let anybody in
 */
export async function openApiKeys(
  needs: { configured: string | null; database: Database; clock: Clock; log: Log },
  stack: AsyncDisposableStack,
): Promise<ApiKeys> {
  const { configured, database, clock, log } = needs;
  const store = createApiKeyStore(database);
  if (configured === null && !(await store.hasAdmin(clock.now()))) throw new ConfigError([nobodyGetsIn]);
  const ring = new ApiKeyRing({ store, configured, clock, steadyClock });
  stack.defer(async () => {
    const noting = ring.noteUses().catch((error: unknown) => {
      log.warn({ err: error }, 'when API keys were last used was not put on record');
    });
    await within(clock, lastNoteMs, noting);
  });
  return { store, ring };
}

const nobodyGetsIn =
  'IVRS_API_KEY is unset, and the database has no valid API key with the scope admin: nobody could use the API. Make one with: openssl rand -base64 32';
