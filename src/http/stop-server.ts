import type { Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import type { Clock } from '../lib/clock.ts';

/**
 * Stops a server in three steps, each entered once, in this order:
 *
 * - *refusing*: no new connection is taken, and every answer says `Connection: close`. Connections that are open stay so for `lingerMs`, for
 *   a request may be on its way on each of them; closing at once would lose it (RFC 9112, 9.6).
 * - *closing*: connections that are idle are ended, the others as soon as they have their answer.
 * - *closed*: what is left after `graceMs` is cut.
 *
 * @returns stop: resolves when the last connection is gone; whoever calls it again waits for the same end
 */
export function createStop(
  server: Server,
  needs: { clock: Clock; lingerMs: number },
): (graceMs: number) => Promise<void> {
  const answering = new Set<ServerResponse>();
  const sockets = new Set<Socket>();
  let stopping: Promise<void> | null = null;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.prependListener('request', (_incoming, outgoing: ServerResponse) => {
    if (stopping) outgoing.setHeader('Connection', 'close');
    answering.add(outgoing);
    outgoing.once('close', () => answering.delete(outgoing));
  });
  return (graceMs) => (stopping ??= stopServer(server, { ...needs, answering, sockets, graceMs }));
}

interface Stopping {
  clock: Clock;
  lingerMs: number;
  graceMs: number;
  answering: ReadonlySet<ServerResponse>;
  sockets: ReadonlySet<Socket>;
}

function stopServer(
  server: Server,
  { clock, lingerMs, graceMs, answering, sockets }: Stopping,
): Promise<void> {
  for (const outgoing of answering) if (!outgoing.headersSent) outgoing.setHeader('Connection', 'close');
  return new Promise((resolve) => {
    const linger = clock.setTimer(Math.min(lingerMs, graceMs), () => {
      server.closeIdleConnections();
      // One that never sent a byte does not count as idle for Node.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    });
    const cut = clock.setTimer(graceMs, () => server.closeAllConnections());
    // http's own close() ends idle connections at once; net's only stops listening, and calls back when the last connection is gone.
    NetServer.prototype.close.call(server, () => {
      linger.cancel();
      cut.cancel();
      resolve();
    });
  });
}
