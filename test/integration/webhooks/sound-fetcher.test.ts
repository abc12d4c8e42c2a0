import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { allOf } from '../../support/all-of.ts';
import { createSoundFetcher, SoundUnreachable } from '../../../src/webhooks/sound-fetcher.ts';

/** A server on loopback that answers so; its address. */
async function serving(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.mp3`;
}

function fetcher(allowPrivate: boolean, timeLimitMs = 5_000) {
  const made = createSoundFetcher({ policy: { allowPrivate }, timeLimitMs });
  onTestFinished(() => made.close());
  return made;
}

describe('a sound at an address', () => {
  it('is fetched as it is', async () => {
    const fetched = await fetcher(true).fetch(await serving((_, reply) => void reply.end('sound')));
    if (fetched.result !== 'answered') throw new Error(fetched.detail);
    expect(Buffer.concat(await allOf(fetched.chunks)).toString()).toBe('sound');
  });

  const refusals: [string, RequestListener, string][] = [
    [
      'a reply of 404',
      (_, reply) => void reply.writeHead(404).end('no'),
      'answered 404 instead of the sound',
    ],
    [
      'a redirect',
      (_, reply) => void reply.writeHead(302, { location: '/b' }).end(),
      'answered 302; redirects are not followed',
    ],
    ['no reply', () => undefined, 'did not send the sound in time'],
    [
      'a broken connection',
      (request) => void request.socket.destroy(),
      'could not be fetched (UND_ERR_SOCKET)',
    ],
  ];
  it.each(refusals)('is not had from %s', async (_, answer, detail) => {
    const fetched = await fetcher(true, 500).fetch(await serving(answer));
    expect(fetched).toEqual({ result: 'failed', detail });
  });

  it.each<[string, RequestListener, string]>([
    [
      'breaks off',
      (_, reply) => void reply.writeHead(200, { 'content-length': '9' }).write('x', () => reply.destroy()),
      'could not be fetched (UND_ERR_SOCKET)',
    ],
    ['never ends', (_, reply) => void reply.write('x'), 'did not send the sound in time'],
  ])('that %s is told so by its chunks', async (_, answer, detail) => {
    const fetched = await fetcher(true, 500).fetch(await serving(answer));
    if (fetched.result !== 'answered') throw new Error(fetched.detail);
    await expect(allOf(fetched.chunks)).rejects.toThrow(new SoundUnreachable(detail));
  });

  it('may be left half-way, of one that never ends, and its connection ends with that', async () => {
    const closed = Promise.withResolvers<undefined>();
    const flood: RequestListener = (_, reply) => {
      const more = (): void => void reply.write(Buffer.alloc(65_536), more);
      reply.once('close', () => closed.resolve(undefined));
      more();
    };
    const fetched = await fetcher(true).fetch(await serving(flood));
    if (fetched.result !== 'answered') throw new Error(fetched.detail);
    for await (const chunk of fetched.chunks) if (chunk.length > 0) break;
    await closed.promise;
  });

  it('is asked of no private address, by whatever name', async () => {
    let asked = 0;
    const url = await serving((_, reply) => void reply.end(String((asked += 1))));
    for (const each of [
      url,
      url.replace('127.0.0.1', 'localhost'),
      url.replace('http:', 'https:'),
      'https://169.254.169.254/a',
    ])
      expect((await fetcher(false).fetch(each)).result).toBe('failed');
    expect(asked).toBe(0);
  });
});
