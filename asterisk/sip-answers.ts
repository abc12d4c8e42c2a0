import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';

/**
 * Whether whoever has this address speaks SIP and calls itself `userAgent`: asks with OPTIONS, as RFC 3261 §11 has it.
 * Any reply will do; it is the name that counts, since another program may have the port.
 */
export function sipAnswers(address: string, port: number, userAgent: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const finish = (answer: boolean): void => {
      clearTimeout(limit);
      socket.close();
      resolve(answer);
    };
    const limit = setTimeout(() => finish(false), 250);
    socket.once('error', () => finish(false));
    socket.once('message', (message) => finish(message.toString().includes(`Server: ${userAgent}\r\n`)));
    socket.bind(0, '127.0.0.1', () => {
      const own = socket.address();
      socket.send(options({ address, port, ownPort: own.port }), port, address);
    });
  });
}

function options({ address, port, ownPort }: { address: string; port: number; ownPort: number }): string {
  const id = randomBytes(8).toString('hex');
  return [
    `OPTIONS sip:${address}:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${ownPort};branch=z9hG4bK${id};rport`,
    'Max-Forwards: 1',
    `From: <sip:probe@127.0.0.1:${ownPort}>;tag=${id}`,
    `To: <sip:probe@${address}:${port}>`,
    `Call-ID: ${id}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}
