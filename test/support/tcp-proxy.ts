import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** A network between two programs that can fail on command. */
export interface TcpProxy {
  /** Where it listens, on 127.0.0.1. */
  port: number;
  /** Ends every connection at once; new ones are possible. */
  cut(): void;
  /** While true nothing passes any more, though connections stay open. */
  swallow(on: boolean): void;
  /** From now on everything takes so much longer, in its order. */
  delay(ms: number): void;
  /** While true every new connection is closed at once. */
  refuse(on: boolean): void;
  close(): Promise<void>;
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let refusing = false;
  let swallowing = false;
  let delayMs = 0;

  const server = createServer((near) => {
    if (refusing) {
      near.destroy();
      return;
    }
    const far = connect(targetPort, '127.0.0.1');
    join(near, far);
    join(far, near);
  });

  function join(from: Socket, to: Socket): void {
    sockets.add(from);
    from.setNoDelay(true);
    // a connection that was opened before the network failed stays dead after it is mended, as it would be
    let lost = false;
    let lastDueAt = 0;
    from.on('data', (data) => {
      lost ||= swallowing;
      if (lost) return;
      const now = performance.now();
      lastDueAt = Math.max(lastDueAt, now + delayMs);
      if (lastDueAt <= now) to.write(data);
      else setTimeout(() => to.write(data), lastDueAt - now);
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      if (!swallowing) to.destroy();
    });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    swallow: (on) => (swallowing = on),
    delay: (ms) => (delayMs = ms),
    refuse: (on) => (refusing = on),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
