import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** Of an event `voice_message.recorded`. */
export interface RecordedMessage {
  id: string;
  reference_number: string;
}

/** An event whose signature was right. */
export interface VerifiedEvent {
  type: string;
  sequence: number | null;
  data: {
    call?: { id: string; reference: string | null; outcome: string | null; flow: { id: string } };
    response?: { question: string; value: string };
    voice_message?: RecordedMessage;
    missed_call?: { line: string; from: string | null };
    /** Of `opt_in.recorded`, with `confirmed_by` and `proof`. */
    list?: string;
    confirmed_by?: string;
    proof?: { call?: string; step?: string; key?: string };
  };
}

/** What an orchestrator needs to take webhooks: some thirty lines, and the `standardwebhooks` package. */
export interface WebhookInbox {
  url: string;
  /** The endpoint's secret, as the gateway gave it. */
  trust(secret: string): void;
  /** Gives what takes the listener away again. */
  onEvent(listener: (event: VerifiedEvent) => void): () => void;
  /** Requests whose signature was wrong or missing. */
  readonly refused: number;
  stop(): Promise<void>;
}

export async function startWebhookInbox(): Promise<WebhookInbox> {
  const listeners = new Set<(event: VerifiedEvent) => void>();
  let webhook: Webhook | null = null;
  let refused = 0;

  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      try {
        if (!webhook) throw new Error('no secret yet');
        const event = webhook.verify(body, request.headers as Record<string, string>) as VerifiedEvent;
        response.writeHead(204).end();
        for (const listener of listeners) listener(event);
      } catch {
        refused += 1;
        response.writeHead(401).end();
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    trust: (secret) => (webhook = new Webhook(secret)),
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get refused() {
      return refused;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
