import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { ReceivedEvent, ReceiverMessage, ReceiverOrder } from './start-webhook-receiver.ts';

/**
 * The orchestrator's side, in a process of its own so that it neither waits for the benchmark nor is counted: verifies every signature,
 * notes when the whole body had come, and hands what it noted on, ten times a second.
 */
const reportEveryMs = 100;

interface EventBody {
  type: string;
  sequence: number | null;
  timestamp: string;
  data: { call?: { id: string; outcome: string | null; attempts: { id: string }[] } };
}

let webhook: Webhook | null = null;
let events: ReceivedEvent[] = [];
let refused = 0;

function tell(message: ReceiverMessage): void {
  process.send?.(message);
}

function take(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const receivedAt = Date.now();
    try {
      const body = Buffer.concat(chunks).toString('utf8');
      if (webhook === null) throw new Error('no secret yet');
      events.push(
        noted(webhook.verify(body, request.headers as Record<string, string>) as EventBody, receivedAt),
      );
      response.writeHead(204).end();
    } catch {
      refused += 1;
      response.writeHead(401).end();
    }
  });
}

function noted({ type, sequence, data }: EventBody, receivedAt: number): ReceivedEvent {
  return {
    type,
    sequence,
    receivedAt,
    call: data.call?.id ?? null,
    outcome: data.call?.outcome ?? null,
    attempt: data.call?.attempts.at(-1)?.id ?? null,
  };
}

process.on('message', ({ secret }: ReceiverOrder) => {
  webhook = new Webhook(secret);
  tell({ type: 'trusting' });
});
// without the one that started it, nobody wants to know
process.on('disconnect', () => process.exit());

setInterval(() => {
  if (events.length === 0 && refused === 0) return;
  tell({ type: 'events', events, refused });
  events = [];
  refused = 0;
}, reportEveryMs);

const server = createServer(take);
server.listen(0, '127.0.0.1', () =>
  tell({ type: 'listening', port: (server.address() as AddressInfo).port }),
);
