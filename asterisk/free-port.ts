import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { once } from 'node:events';

/**
 * A port that nobody has at this moment on any of the addresses. Somebody may take it before it is used: whoever
 * binds it must be ready to try again.
 */
export async function freePort(protocol: 'tcp' | 'udp', addresses: readonly string[]): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = randomPort();
    const free = await Promise.all(
      addresses.map((address) =>
        protocol === 'tcp' ? isFreeForTcp(port, address) : isFreeForUdp(port, address),
      ),
    );
    if (free.every(Boolean)) return port;
  }
  throw new Error(`No free ${protocol} port was found on ${addresses.join(', ')}.`);
}

/** Below the range (32768 and up) that Linux gives to outgoing connections, above what services are given by habit. */
function randomPort(): number {
  return 10_100 + Math.floor(Math.random() * 9_800);
}

async function isFreeForTcp(port: number, address: string): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, address);
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}

async function isFreeForUdp(port: number, address: string): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    socket.bind(port, address);
    await once(socket, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}
