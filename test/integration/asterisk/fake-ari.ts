import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';

/** A request as it reached the fake, by whichever way. */
export interface FakeRequest {
  over: 'socket' | 'http';
  method: string;
  path: string;
  body: unknown;
}

/** `null` leaves the request without a reply; `cut` ends the connection instead. */
export type FakeReply = { status: number; body?: unknown } | null | 'cut';

/** An ARI on loopback that does what the test says, and keeps what it was asked. */
export interface FakeAri {
  url: string;
  requests: FakeRequest[];
  /** Decides replies; what it leaves undefined is answered as a healthy Asterisk would. */
  reply: (request: FakeRequest) => FakeReply | undefined;
  /** Status with which the WebSocket is refused, or null. */
  refuseWith: number | null;
  connections(): number;
  /** Sends an event, or any text at all, to whoever is connected. */
  send(message: object | string): void;
  cut(): void;
  close(): Promise<void>;
}

export async function startFakeAri(): Promise<FakeAri> {
  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer((request, response) => void answerHttp(request, response));

  const fake: FakeAri = {
    url: '',
    requests: [],
    reply: () => undefined,
    refuseWith: null,
    connections: () => sockets.clients.size,
    send: (message) =>
      sockets.clients.forEach((socket) =>
        socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
      ),
    cut: () => sockets.clients.forEach((socket) => socket.terminate()),
    async close() {
      fake.cut();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  server.on('upgrade', (request, stream, head) => {
    if (fake.refuseWith !== null) {
      stream.end(`HTTP/1.1 ${fake.refuseWith} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      socket.on('message', (data: Buffer) => answerSocket(socket, data.toString()));
    });
  });

  function answerSocket(socket: WebSocket, text: string): void {
    const message = JSON.parse(text) as {
      request_id: string;
      method: string;
      uri: string;
      message_body?: string;
    };
    const body: unknown = message.message_body === undefined ? null : JSON.parse(message.message_body);
    const reply = decide({ over: 'socket', method: message.method, path: message.uri, body });
    if (reply === null) return;
    if (reply === 'cut') {
      socket.terminate();
      return;
    }
    const message_body = reply.body === undefined ? undefined : JSON.stringify(reply.body);
    socket.send(
      JSON.stringify({
        type: 'RESTResponse',
        request_id: message.request_id,
        status_code: reply.status,
        message_body,
      }),
    );
  }

  async function answerHttp(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const body: unknown = text === '' ? null : JSON.parse(text);
    const path = (request.url ?? '').replace(/^\/ari\//, '');
    const reply = decide({ over: 'http', method: request.method ?? '', path, body });
    if (reply === null) return;
    if (reply === 'cut') {
      request.socket.destroy();
      return;
    }
    response.writeHead(reply.status, { 'content-type': 'application/json' });
    response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
  }

  function decide(request: FakeRequest): FakeReply {
    fake.requests.push(request);
    const decided = fake.reply(request);
    return decided === undefined ? healthy(request) : decided;
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return fake;
}

function healthy({ method, path }: FakeRequest): FakeReply {
  if (path.startsWith('asterisk/modules/')) return { status: 200, body: { status: 'Running' } };
  if (method === 'GET' && path === 'channels') return { status: 200, body: [] };
  if (path.startsWith('applications/')) return { status: 200, body: { channel_ids: [] } };
  return method === 'DELETE' ? { status: 204 } : { status: 200, body: {} };
}
