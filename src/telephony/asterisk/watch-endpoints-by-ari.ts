import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { wait } from '../../lib/wait.ts';
import type { EndpointHealth, EndpointWatch, EndpointWatchOptions } from '../endpoint-health.ts';
import { ariAddress } from './ari-address.ts';
import { AriError } from './ari-error.ts';
import { createAriHttp } from './ari-http.ts';
import { ariRequests } from './ari-request.ts';

export interface AriWatchOptions extends EndpointWatchOptions {
  url: string;
  user: string;
  password: string;
  clock: Clock;
  log: Log;
  lookEveryMs?: number;
}

const usualLookEveryMs = 5_000;
const endpointList = z.array(z.looseObject({ resource: z.string(), state: z.string() }));

/**
 * The same without the manager interface: ARI tells of an endpoint `offline` where no contact of it answers OPTIONS, and says `online` as well where
 * none is qualified. So it can see a trunk go down, and nothing of registrations; a silence of ARI tells nothing.
 */
export function watchEndpointsByAri(options: AriWatchOptions): EndpointWatch {
  const { clock, lookEveryMs = usualLookEveryMs } = options;
  const { origin, basePath } = ariAddress(options.url);
  const http = createAriHttp({ ...options, origin, basePath });
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  let running: Promise<void> = Promise.resolve();

  async function run(): Promise<void> {
    while (!isStopping()) {
      const seen = await look();
      if (seen !== null && !isStopping()) options.onSeen(seen);
      await wait(clock, lookEveryMs, stopping.signal);
    }
  }

  async function look(): Promise<ReadonlyMap<string, EndpointHealth> | null> {
    try {
      const { status, body } = await http.request(ariRequests.listEndpoints());
      const listed = endpointList.safeParse(body);
      if (status !== 200 || !listed.success) return null;
      const ours = listed.data.filter(({ resource }) => options.endpoints.includes(resource));
      return new Map(
        ours.flatMap(({ resource, state }) => healthOf(state).map((health) => [resource, health])),
      );
    } catch (error) {
      if (!(error instanceof AriError))
        options.log.error({ err: error }, 'watching the health of trunks failed');
      return null;
    }
  }

  return {
    start() {
      running = run();
    },
    async stop() {
      stopping.abort();
      await Promise.all([running, http.close()]);
    },
  };
}

function healthOf(state: string): EndpointHealth[] {
  if (state === 'online') return [{ up: true, reason: null }];
  return state === 'offline' ? [{ up: false, reason: 'The carrier does not answer OPTIONS.' }] : [];
}
