import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { systemClock } from '../../src/lib/clock.ts';
import { wait } from '../../src/lib/wait.ts';
import { testApiKey } from '../support/gateway-process.ts';

/** What became of one request, as its sender saw it. `dropped`: it was sent, and the connection ended without an answer. */
export type Seen =
  { result: 'answered'; status: number; id: string | null } | { result: 'dropped'; code: string };

const betweenMs = 20;

/**
 * Asks for one call after the other over one connection, which it keeps open as long as it may, until nobody listens any more.
 *
 * @param nextBody of each request
 */
export async function askUntilNobodyListens(
  url: string,
  { nextBody, onSeen }: { nextBody: () => object; onSeen: (seen: Seen) => void },
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    for (;;) {
      const seen = await post(`${url}/v1/calls`, { agent, body: JSON.stringify(nextBody()) });
      if (seen === null) return;
      onSeen(seen);
      await wait(systemClock, betweenMs);
    }
  } finally {
    agent.destroy();
  }
}

/** Null where there was nobody to take the connection: nothing was sent. */
function post(url: string, { agent, body }: { agent: Agent; body: string }): Promise<Seen | null> {
  return new Promise((resolve) => {
    const sent = request(url, {
      ...{ agent, method: 'POST' },
      headers: {
        authorization: `Bearer ${testApiKey}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'idempotency-key': randomUUID(),
      },
    });
    const broken = (error: NodeJS.ErrnoException): void =>
      resolve(
        error.code === 'ECONNREFUSED' ? null : { result: 'dropped', code: error.code ?? error.message },
      );
    sent.once('error', broken);
    sent.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.once('error', broken);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () => {
        const { id = null } = JSON.parse(Buffer.concat(chunks).toString()) as { id?: string };
        resolve({ result: 'answered', status: response.statusCode ?? 0, id });
      });
    });
    sent.end(body);
  });
}
