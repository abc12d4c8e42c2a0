import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** One request that came in, whether or not its signature was right. */
export interface ReceivedWebhook {
  /** The `webhook-id` header. */
  id: string;
  /** The signature was made with a secret that the receiver accepts. */
  verified: boolean;
  /** From the body; empty or null where it has no such field. */
  type: string;
  sequence: number | null;
  callId: string | null;
  /** The parsed body; null where it is not JSON. */
  event: { type: string; id: string; sequence: number | null; data: Record<string, unknown> } | null;
  text: string;
  path: string;
  headers: IncomingHttpHeaders;
}

/** What it answers: a status, or nothing at all until it is stopped. An `unending` reply begins and never ends. */
export type Answer =
  'hang' | { status: number; headers?: Record<string, string>; body?: string; unending?: boolean };

/** A small real receiver of webhooks on loopback, as an orchestrator would write it. */
export interface WebhookReceiver {
  readonly url: string;
  /** `whsec_…`; set it to what the gateway gave for the endpoint. Webhooks that came before are not looked at again. */
  secret: string;
  readonly received: readonly ReceivedWebhook[];
  /** Connections that were ever opened to it. */
  readonly connections: number;
  /** From now on; at the beginning it answers 204 to what is signed rightly and 401 to all else. */
  answerWith(answer: Answer | ((webhook: ReceivedWebhook) => Answer)): void;
  /** The first that fits, of those that came and those that will. Rejects after `limitMs`, saying what came instead. */
  waitFor(predicate: (webhook: ReceivedWebhook) => boolean, limitMs?: number): Promise<ReceivedWebhook>;
  /** Ends it with all its connections. */
  stop(): Promise<void>;
}

interface Waiter {
  predicate: (webhook: ReceivedWebhook) => boolean;
  resolve: (webhook: ReceivedWebhook) => void;
}

export async function startWebhookReceiver(
  options: { secret?: string; port?: number } = {},
): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const waiters = new Set<Waiter>();
  let connections = 0;
  let answer: (webhook: ReceivedWebhook) => Answer = ({ verified }) => ({ status: verified ? 204 : 401 });

  const server = createServer((request, response) => {
    take(request, receiver.secret).then(
      (webhook) => {
        received.push(webhook);
        reply(response, answer(webhook));
        for (const waiter of waiters) if (waiter.predicate(webhook)) waiter.resolve(webhook);
      },
      () => response.destroy(), // the sender went away
    );
  });
  server.on('connection', () => (connections += 1));
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');

  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    secret: options.secret ?? `whsec_${randomBytes(32).toString('base64')}`,
    received,
    get connections() {
      return connections;
    },
    answerWith: (next) => (answer = typeof next === 'function' ? next : () => next),
    waitFor(predicate, limitMs = 10_000) {
      const there = received.find(predicate);
      return there === undefined ? waitInVain(predicate, limitMs) : Promise.resolve(there);
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  function waitInVain(predicate: Waiter['predicate'], limitMs: number): Promise<ReceivedWebhook> {
    const { promise, resolve, reject } = Promise.withResolvers<ReceivedWebhook>();
    const waiter = { predicate, resolve };
    waiters.add(waiter);
    const came = (): string => received.map(({ type, sequence }) => `${type} ${sequence ?? ''}`).join(', ');
    const limit = setTimeout(
      () => reject(new Error(`no such webhook within ${limitMs} ms; came: ${came()}`)),
      limitMs,
    );
    return promise.finally(() => {
      clearTimeout(limit);
      waiters.delete(waiter);
    });
  }

  return receiver;
}

async function take(request: IncomingMessage, secret: string): Promise<ReceivedWebhook> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const event = parse(text);
  const call = event?.data['call'] as { id?: string } | undefined;
  return {
    id: String(request.headers['webhook-id'] ?? ''),
    verified: isSigned(text, request, secret),
    type: event?.type ?? '',
    sequence: event?.sequence ?? null,
    callId: call?.id ?? null,
    event,
    text,
    path: request.url ?? '',
    headers: request.headers,
  };
}

function parse(text: string): ReceivedWebhook['event'] {
  try {
    const event = JSON.parse(text) as ReceivedWebhook['event'];
    return typeof event?.data === 'object' ? event : null;
  } catch {
    return null;
  }
}

function isSigned(text: string, request: IncomingMessage, secret: string): boolean {
  try {
    new Webhook(secret).verify(text, request.headers as Record<string, string>, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

function reply(response: ServerResponse, answer: Answer): void {
  if (answer === 'hang') return;
  response.writeHead(answer.status, answer.headers);
  if (answer.unending === true) response.write('…');
  else response.end(answer.body);
}
