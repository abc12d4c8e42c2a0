import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { expect, it, onTestFinished } from 'vitest';
import type { LookupRequest } from '../../../src/domain/flows/flow-session.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { createLookupClient, type LookupClient } from '../../../src/webhooks/look-up.ts';
import { hostileUrls } from '../../unit/webhooks/hostile-urls.ts';

const secret = Buffer.alloc(32, 3);

function client(allowPrivate = true): LookupClient {
  const lookups = createLookupClient({
    policy: { allowPrivate },
    clock: systemClock,
    secretOf: () => secret,
  });
  onTestFinished(() => lookups.close());
  return lookups;
}

async function serving(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ask = (request: Partial<LookupRequest> & { url: string }, more: object = {}) => ({
  request: { method: 'GET' as const, body: null, ...request },
  limitMs: 2_000,
  id: 'att_1.lookup-1',
  signal: new AbortController().signal,
  ...more,
});

it('gives what was answered, and signs what it asks so that the standardwebhooks package verifies it', async () => {
  const verified: unknown[] = [];
  const origin = await serving((request, response) => {
    const body: Buffer[] = [];
    request.on('data', (piece: Buffer) => body.push(piece));
    request.on('end', () => {
      const text = request.method === 'POST' ? Buffer.concat(body).toString() : `"${request.url ?? ''}"`;
      const signed = request.method === 'POST' ? text : (request.url ?? '');
      const webhook = new Webhook(secret, { format: 'raw' });
      const at = new Date(Number(request.headers['webhook-timestamp']) * 1000);
      const expected = webhook.sign(String(request.headers['webhook-id']), at, signed);
      verified.push(request.headers['webhook-signature'] === expected);
      response.end(text);
    });
  });
  const lookups = client();
  expect(await lookups.lookUp(ask({ url: `${origin}/x?a=1%202` }))).toEqual({
    result: 'replied',
    reply: '/x?a=1%202',
  });
  const posted = ask({ url: `${origin}/y`, method: 'POST', body: '{"who":"आशा"}' });
  expect(await lookups.lookUp(posted)).toEqual({ result: 'replied', reply: { who: 'आशा' } });
  expect(verified).toEqual([true, true]);
});

it.each<[string, RequestListener, RegExp]>([
  ['an error', (_, response) => response.writeHead(503).end('{}'), /answered 503/],
  ['a redirect', (_, response) => response.writeHead(302, { location: '/' }).end(), /answered 302/],
  ['no JSON', (_, response) => response.end('<html>'), /no JSON/],
  ['nothing', (_, response) => response.end(), /no JSON/],
  ['far too much', (_, response) => response.end(JSON.stringify('x'.repeat(70_000))), /longer than 65536/],
  ['half a reply', (_, response) => void response.writeHead(200).write('{"a":'), /in time/],
  ['no reply at all', () => undefined, /in time/],
  ['a broken connection', (request) => request.socket.destroy(), /could not be reached/],
])('is told of %s as a problem, within the limit', async (_, answer, problem) => {
  const origin = await serving(answer);
  const result = await client().lookUp(ask({ url: origin }, { limitMs: 300 }));
  expect(result).toMatchObject({ result: 'failed', problem: expect.stringMatching(problem) as string });
});

it('ends as soon as nobody wants to know any more', async () => {
  const origin = await serving(() => undefined);
  const ending = new AbortController();
  const asking = client().lookUp(ask({ url: origin }, { signal: ending.signal, limitMs: 60_000 }));
  ending.abort();
  expect(await asking).toMatchObject({ result: 'failed' });
});

it('asks none of the addresses that webhooks may not be sent to', async () => {
  const lookups = client(false);
  const urls = hostileUrls.slice(0, 40);
  const results = await Promise.all(urls.map((url) => lookups.lookUp(ask({ url }))));
  expect(results.map(({ result }) => result)).toEqual(urls.map(() => 'failed'));
});
