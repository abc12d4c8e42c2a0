import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { ListenError } from '../../../src/http/listen-error.ts';
import { serve, type HttpServer } from '../../../src/http/serve.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type { UseCases } from '../../../src/workflows/use-cases.ts';
import { adminKey, callId, fakeGateway, readCall, someIds } from '../../unit/http/fake-gateway.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function started(overrides: Partial<UseCases> = {}, lingerMs = 50): Promise<HttpServer> {
  const { app } = fakeGateway(overrides);
  const server = await serve(
    { fetch: app.fetch, ids: someIds(), clock: systemClock },
    { host: '127.0.0.1', port: 0, lingerMs },
  );
  closing.push(() => server.stop(0));
  return server;
}

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

interface Sending {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  /** Sent in as many pieces; no length is announced unless a header says so. */
  chunks?: (string | Buffer)[];
  agent?: Agent;
}

function send(server: HttpServer, sending: Sending): Promise<Answer> {
  const { method = 'POST', path = '/v1/calls', headers = {}, chunks = [], agent } = sending;
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      ...server.address,
      method,
      path,
      agent: agent ?? false,
      headers: {
        Authorization: `Bearer ${adminKey}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': 'k',
        ...headers,
      },
    });
    outgoing.on('response', (incoming) => {
      let body = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (text: string) => (body += text));
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body }),
      );
    });
    outgoing.on('error', reject);
    for (const chunk of chunks) outgoing.write(chunk);
    outgoing.end();
  });
}

/** Sends bytes as they are, and gives everything that came back until the connection closed. */
function exchange(server: HttpServer, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.address.port, server.address.host, () => socket.write(bytes));
    let received = '';
    socket.on('data', (data) => (received += data.toString('latin1')));
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
    closing.push(() => void socket.destroy());
  });
}

function problemIn(raw: string): Record<string, unknown> {
  const [head = '', body = ''] = raw.split('\r\n\r\n');
  expect(head).toContain('Content-Type: application/problem+json');
  expect(head).toMatch(/X-Request-Id: req_/);
  return JSON.parse(body) as Record<string, unknown>;
}

const good = JSON.stringify({ to: '+919876543210', flow: 'teacher-quiz' });
const longestBodyBytes = 1024 * 1024;

/** A good body of exactly so many bytes. */
function goodBodyOf(byteLength: number): string {
  return good + ' '.repeat(byteLength - good.length);
}

describe('bodies over a real connection', () => {
  test.each([
    ['with a length', { 'Content-Length': String(good.length) }],
    ['in chunks', { 'Transfer-Encoding': 'chunked' }],
  ])('a good one is taken: %s', async (_name, headers) => {
    const answer = await send(await started(), { headers, chunks: [good.slice(0, 5), good.slice(5)] });
    expect(answer.status).toBe(202);
    expect(JSON.parse(answer.body)).toMatchObject({ id: callId });
  });

  test.each([
    [longestBodyBytes, 202],
    [longestBodyBytes + 1, 413],
  ])('%i bytes in chunks, whose length nobody announced, are %i', async (byteLength, status) => {
    const body = goodBodyOf(byteLength);
    const answer = await send(await started(), {
      headers: { 'Transfer-Encoding': 'chunked' },
      chunks: [body.slice(0, 70_000), body.slice(70_000)],
    });
    expect(answer.status).toBe(status);
  });

  test.each([
    [longestBodyBytes, 202],
    [longestBodyBytes + 1, 413],
  ])('%i bytes with a length are %i', async (byteLength, status) => {
    const answer = await send(await started(), {
      headers: { 'Content-Length': String(byteLength) },
      chunks: [goodBodyOf(byteLength)],
    });
    expect(answer.status).toBe(status);
  });

  test('a length of terabytes is refused without reading', async () => {
    const head = `POST /v1/calls HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${adminKey}\r\nIdempotency-Key: k\r\nContent-Type: application/json\r\nContent-Length: 1000000000000\r\nConnection: close\r\n\r\n`;
    const raw = await exchange(await started(), head);
    expect(raw).toMatch(/^HTTP\/1\.1 413 /);
    expect(raw).toContain('"code":"body_too_large"');
  });

  test('a body that breaks off asks no use case', async () => {
    const gateway = fakeGateway();
    const server = await serve(
      { fetch: gateway.app.fetch, ids: someIds(), clock: systemClock },
      { host: '127.0.0.1', port: 0 },
    );
    closing.push(() => server.stop(0));
    const socket = await rawConnection(server);
    socket.write(
      `POST /v1/calls HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${adminKey}\r\nIdempotency-Key: k\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"to":`,
    );
    socket.end();
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
    await server.stop(1000);
    expect(gateway.asked).toEqual([]);
    expect(gateway.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('what is not proper HTTP is answered with a problem document', () => {
  test.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'bad_request'],
    [
      'a header with a space in its name',
      'GET /healthz HTTP/1.1\r\nHost: x\r\nBad Name: 1\r\n\r\n',
      400,
      'bad_request',
    ],
    [
      'a length and chunks at once',
      'POST /v1/calls HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'bad_request',
    ],
    [
      'headers of 20 KiB',
      `GET /healthz HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    [
      'an expectation that nobody can meet',
      'GET /healthz HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nConnection: close\r\n\r\n',
      417,
      'expectation_failed',
    ],
  ])('%s', async (_name, bytes, status, code) => {
    const raw = await exchange(await started(), bytes);
    expect(raw.startsWith(`HTTP/1.1 ${status} `), raw).toBe(true);
    expect(problemIn(raw)).toMatchObject({ status, code });
  });

  test.each([
    ['no Host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['a Host that is none', 'GET /healthz HTTP/1.1\r\nHost: a b/c\r\nConnection: close\r\n\r\n'],
    ['a target that is none', 'GET http://[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['a target with a backslash', 'GET /v1\\calls HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
  ])('%s', async (_name, bytes) => {
    const raw = await exchange(await started(), bytes);
    expect(raw.startsWith('HTTP/1.1 400 '), raw).toBe(true);
    expect(raw.toLowerCase()).toContain('content-type: application/problem+json');
    expect(raw).toContain('"code":"bad_request"');
  });
});

function rawConnection(server: HttpServer): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.address.port, server.address.host, () => resolve(socket));
    socket.once('error', reject);
    closing.push(() => void socket.destroy());
  });
}

/** A use case that begins, tells so, and ends when it is told to. */
function slowUseCase() {
  const begun = Promise.withResolvers<undefined>();
  const mayEnd = Promise.withResolvers<undefined>();
  const overrides: Partial<UseCases> = {
    readCall: async () => {
      begun.resolve(undefined);
      await mayEnd.promise;
      return readCall;
    },
  };
  return { overrides, begun: begun.promise, end: () => mayEnd.resolve(undefined) };
}

describe('stopping', () => {
  const readPath = `/v1/calls/${callId}`;

  test('answers what is in flight, and closes its connection', async () => {
    const slow = slowUseCase();
    const server = await started(slow.overrides);
    const agent = new Agent({ keepAlive: true });
    const answer = send(server, { method: 'GET', path: readPath, agent });
    await slow.begun;
    const stopped = server.stop(10_000);
    slow.end();
    expect(await answer).toMatchObject({ status: 200, headers: { connection: 'close' } });
    await stopped;
    agent.destroy();
  });

  test('takes no new connection', async () => {
    const slow = slowUseCase();
    const server = await started(slow.overrides);
    const answer = send(server, { method: 'GET', path: readPath });
    await slow.begun;
    const stopped = server.stop(10_000);
    await expect(send(server, { method: 'GET', path: '/healthz' })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    slow.end();
    await Promise.all([answer, stopped]);
  });

  test('answers a request that comes on an open connection meanwhile, and asks to close it', async () => {
    const server = await started({}, 5000);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect((await send(server, { method: 'GET', path: '/healthz', agent })).headers.connection).toBe(
      'keep-alive',
    );
    const stopped = server.stop(10_000);
    expect(await send(server, { method: 'GET', path: '/healthz', agent })).toMatchObject({
      status: 200,
      headers: { connection: 'close' },
    });
    await stopped;
    agent.destroy();
  });

  test('closes connections that are silent, also those that never said a word', async () => {
    const server = await started();
    const silent = await rawConnection(server);
    const closed = new Promise((resolve) => silent.once('close', resolve));
    silent.resume();
    const agent = new Agent({ keepAlive: true });
    await send(server, { method: 'GET', path: '/healthz', agent });
    await server.stop(60_000);
    await closed;
    agent.destroy();
  });

  test('cuts off what is not done in time', async () => {
    const slow = slowUseCase();
    const server = await started(slow.overrides);
    const answer = send(server, { method: 'GET', path: readPath }).catch((error: unknown) => error);
    await slow.begun;
    await server.stop(20);
    expect(await answer).toMatchObject({ code: 'ECONNRESET' });
    slow.end();
  });

  test('twice is stopping once', async () => {
    const server = await started();
    const first = server.stop(1000);
    expect(server.stop(1)).toBe(first);
    await first;
  });

  test('under load loses no request', async () => {
    const server = await started({}, 1000);
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const warm = await Promise.all(Array.from({ length: 8 }, () => send(server, { chunks: [good], agent })));
    expect(warm.map(({ status }) => status)).toEqual(warm.map(() => 202));
    const answers = Array.from({ length: 8 }, () => send(server, { chunks: [good], agent }));
    const stopped = server.stop(10_000);
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(answers.map(() => 202));
    await stopped;
    agent.destroy();
  });
});

describe('listening', () => {
  test('on a port that is taken fails with a sentence that says what to do', async () => {
    const { address } = await started();
    const failed: unknown = await listenOn(address.port).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ListenError);
    expect(failed).toMatchObject({
      code: 'EADDRINUSE',
      message: expect.stringContaining(`Port ${address.port} of 127.0.0.1 is taken`) as string,
    });
  });

  test('on an address of another machine fails with a sentence', async () => {
    const failed: unknown = await serve(
      { fetch: () => new Response(), ids: someIds(), clock: systemClock },
      { host: '192.0.2.1', port: 0 },
    ).catch((error: unknown) => error);
    expect(failed).toMatchObject({
      code: 'EADDRNOTAVAIL',
      message: expect.stringContaining('IVRS_HOST') as string,
    });
  });
});

function listenOn(port: number): Promise<HttpServer> {
  return serve(
    { fetch: () => new Response(), ids: someIds(), clock: systemClock },
    { host: '127.0.0.1', port },
  );
}
