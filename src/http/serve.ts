import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { IdSource } from '../domain/ids.ts';
import type { Clock } from '../lib/clock.ts';
import { ListenError } from './listen-error.ts';
import { refuseBrokenRequests, refusalAsResponse } from './refuse-broken-requests.ts';
import { createStop } from './stop-server.ts';

export interface HttpServer {
  /** Where it listens; the port is the real one where 0 was asked for. */
  readonly address: { host: string; port: number };
  /** Resolves when every connection is closed, after `graceMs` at the latest. A second call waits for the first. */
  stop(graceMs: number): Promise<void>;
}

export interface ServeOptions {
  host: string;
  port: number;
  /** How long a silent connection is left open while stopping: long enough for a request that was on its way. Default 1 s. */
  lingerMs?: number;
}

export interface ServeNeeds {
  fetch: (request: Request) => Response | Promise<Response>;
  ids: IdSource;
  clock: Clock;
}

const limits = {
  /** For the whole request, with a long upload: 100 MB take a quarter of an hour at 1 Mbit/s. Ordinary bodies have a limit of their own. */
  requestTimeout: 20 * 60_000,
  headersTimeout: 20_000,
  /** Longer than load balancers keep idle connections (usually 60 s), so that it is they who close them. */
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
  /** Node's own answer would be no problem document; the adapter asks for the header itself. */
  requireHostHeader: false,
};

/** Starts listening. Throws ListenError, with a stable `code` and a sentence, e.g. where the port is taken. */
export async function serve(needs: ServeNeeds, options: ServeOptions): Promise<HttpServer> {
  const listener = getRequestListener(needs.fetch, { errorHandler: () => refusalAsResponse(needs.ids) });
  const server = createServer(limits, (incoming, outgoing) => void listener(incoming, outgoing));
  refuseBrokenRequests(server, needs.ids);
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  const stop = createStop(server, { clock: needs.clock, lingerMs: options.lingerMs ?? 1000 });
  return { address: { host: options.host, port }, stop };
}

function listen(server: Server, { host, port }: ServeOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException): void => reject(new ListenError({ host, port }, cause));
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      resolve();
    });
  });
}
