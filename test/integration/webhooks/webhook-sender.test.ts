import type { LookupAddress } from 'node:dns';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { systemClock } from '../../../src/lib/clock.ts';
import { createWebhookSender } from '../../../src/webhooks/webhook-sender.ts';
import type { WebhookSender, WebhookSenderOptions } from '../../../src/webhooks/webhook-sender.ts';
import { startWebhookReceiver } from '../../support/webhook-receiver.ts';
import type { WebhookReceiver } from '../../support/webhook-receiver.ts';
import { hostileUrls } from '../../unit/webhooks/hostile-urls.ts';

const event = {
  id: 'evt_01',
  body: JSON.stringify({
    type: 'call.ended',
    id: 'evt_01',
    sequence: 7,
    data: { call: { id: 'call_1', name: 'आशा' } },
  }),
};

let receiver: WebhookReceiver;

beforeEach(async () => {
  receiver = await startWebhookReceiver();
});

afterEach(async () => {
  await receiver.stop();
});

function senderWith(options: Partial<WebhookSenderOptions> = {}): WebhookSender {
  const sender = createWebhookSender({ policy: { allowPrivate: true }, clock: systemClock, ...options });
  onTestFinished(() => sender.close());
  return sender;
}

function message(overrides: { url?: string; secrets?: string[] } = {}) {
  return { url: receiver.url, secrets: [receiver.secret], event, ...overrides };
}

describe('sending a webhook', () => {
  test('delivers the very bytes, signed so that the standardwebhooks package verifies them', async () => {
    expect(await senderWith().send(message())).toEqual({ result: 'delivered', status: 204 });
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]).toMatchObject({
      verified: true,
      id: 'evt_01',
      text: event.body,
      type: 'call.ended',
      sequence: 7,
      callId: 'call_1',
      path: '/webhooks',
      headers: { 'content-type': 'application/json', 'user-agent': 'ivrs-gateway' },
    });
  });

  test('signs with both secrets while one is being rotated', async () => {
    const next = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
    const sender = senderWith();
    expect(await sender.send(message({ secrets: [next, receiver.secret] }))).toMatchObject({
      result: 'delivered',
    });
    expect(receiver.received[0]?.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
    receiver.secret = next;
    expect(await sender.send(message({ secrets: [next, receiver.secret] }))).toMatchObject({
      result: 'delivered',
    });
  });

  test('with another secret does not verify', async () => {
    const secrets = [`whsec_${Buffer.alloc(32, 1).toString('base64')}`];
    expect(await senderWith().send(message({ secrets }))).toMatchObject({ result: 'retry', status: 401 });
  });

  test.each([
    { status: 200, result: { result: 'delivered', status: 200 } },
    { status: 299, result: { result: 'delivered', status: 299 } },
    {
      status: 302,
      result: { result: 'retry', status: 302, reason: expect.stringContaining('redirects') as string },
    },
    { status: 404, result: { result: 'retry', status: 404, retryAfterMs: null } },
    { status: 410, result: { result: 'gone', status: 410 } },
    { status: 500, result: { result: 'retry', status: 500, reason: 'The receiver answered 500.' } },
  ])('takes an answer of $status for what it is', async ({ status, result }) => {
    receiver.answerWith({ status, headers: { location: `${receiver.url}/elsewhere` } });
    expect(await senderWith().send(message())).toMatchObject(result);
    expect(receiver.received.map(({ path }) => path)).toEqual(['/webhooks']);
  });

  test.each([
    { header: '120', retryAfterMs: 120_000 },
    { header: 'Mon, 05 Jan 2026 09:01:00 GMT', retryAfterMs: 60_000 },
    { header: 'soon', retryAfterMs: null },
  ])('honours Retry-After: $header', async ({ header, retryAfterMs }) => {
    receiver.answerWith({ status: 503, headers: { 'retry-after': header } });
    const clock = { ...systemClock, now: () => Date.UTC(2026, 0, 5, 9) };
    expect(await senderWith({ clock }).send(message())).toMatchObject({
      result: 'retry',
      status: 503,
      retryAfterMs,
    });
  });

  test('ends at its time limit when the receiver hangs', async () => {
    receiver.answerWith('hang');
    expect(await senderWith({ timeLimitMs: 400 }).send(message())).toEqual({
      result: 'retry',
      status: null,
      retryAfterMs: null,
      reason: 'The receiver did not answer within 0.4 s.',
    });
  });

  test('counts what was answered, though the rest of the reply never comes', async () => {
    receiver.answerWith({ status: 200, unending: true });
    expect(await senderWith({ timeLimitMs: 400 }).send(message())).toEqual({
      result: 'delivered',
      status: 200,
    });
  });

  test('does not read a reply that is too long', async () => {
    receiver.answerWith({ status: 200, body: 'x'.repeat(20_000_000) });
    expect(await senderWith().send(message())).toEqual({ result: 'delivered', status: 200 });
  });

  test('uses its connections again', async () => {
    const sender = senderWith();
    for (let round = 0; round < 20; round += 1) await sender.send(message());
    expect(receiver.received).toHaveLength(20);
    expect(receiver.connections).toBeLessThanOrEqual(2);
  });

  test('opens a bounded number of connections to a receiver', async () => {
    const sender = senderWith();
    const results = await Promise.all(Array.from({ length: 200 }, () => sender.send(message())));
    expect(results.every(({ result }) => result === 'delivered')).toBe(true);
    expect(receiver.connections).toBeLessThanOrEqual(32);
  });

  test('says what is wrong when nobody listens, the name is unknown, or the connection breaks', async () => {
    const sender = senderWith();
    const breaking = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => breaking.listen(0, '127.0.0.1', resolve));
    const breakingPort = (breaking.address() as AddressInfo).port;
    expect(await sender.send(message({ url: `http://127.0.0.1:${breakingPort}/` }))).toMatchObject({
      result: 'retry',
      reason: expect.stringContaining('The connection to the receiver failed') as string,
    });
    await new Promise((resolve) => breaking.close(resolve));
    expect(await sender.send(message({ url: `http://127.0.0.1:${breakingPort}/` }))).toMatchObject({
      reason: expect.stringContaining('ECONNREFUSED') as string,
    });
    const lost = senderWith({
      resolve: () => Promise.reject(Object.assign(new Error('planted'), { code: 'ENOTFOUND' })),
    });
    expect(await lost.send(message({ url: 'http://nowhere.example/' }))).toMatchObject({
      reason: "The receiver's host name could not be looked up (ENOTFOUND).",
    });
  });

  test('does not accept a receiver without a proper certificate', async () => {
    const url = receiver.url.replace('http:', 'https:');
    expect(await senderWith().send(message({ url }))).toMatchObject({
      result: 'retry',
      reason: expect.stringContaining('secure connection') as string,
    });
    expect(receiver.received).toEqual([]);
  });
});

describe('the guard at each connection', () => {
  /** Name servers that somebody hostile runs. */
  function hostileNames(answers: string[][]): {
    resolve: (host: string) => Promise<LookupAddress[]>;
    asked: number;
  } {
    const names = {
      asked: 0,
      resolve: () => {
        const addresses = answers[Math.min(names.asked, answers.length - 1)] ?? [];
        names.asked += 1;
        return Promise.resolve(
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        );
      },
    };
    return names;
  }

  test('opens no connection for any hostile form', async () => {
    const port = new URL(receiver.url).port;
    const names = hostileNames([['127.0.0.1']]);
    const sender = senderWith({ policy: { allowPrivate: false }, resolve: names.resolve });
    const withPort = hostileUrls.flatMap((url) => [
      url,
      url.replace(/^(https:\/\/[^/:]+)\/$/, `$1:${port}/`),
    ]);
    const results = await Promise.all(withPort.map((url) => sender.send(message({ url }))));
    expect(results.every(({ result }) => result === 'retry')).toBe(true);
    expect(receiver.connections).toBe(0);
    expect(names.asked).toBe(0);
  });

  test.each([
    ['127.0.0.1'],
    ['10.0.0.1'],
    ['169.254.169.254'],
    ['::1'],
    ['::ffff:127.0.0.1'],
    ['64:ff9b::7f00:1'],
    ['fe80::1'],
    ['0.0.0.0'],
  ])('refuses a public name that points to %s', async (address) => {
    const names = hostileNames([[address]]);
    const sender = senderWith({ policy: { allowPrivate: false }, resolve: names.resolve });
    const url = `https://hooks.example.org:${new URL(receiver.url).port}/`;
    expect(await sender.send(message({ url }))).toMatchObject({
      result: 'retry',
      reason: 'The URL points to an address that webhooks may not be sent to.',
    });
    expect(names.asked).toBe(1);
    expect(receiver.connections).toBe(0);
  });

  test.each([
    { what: 'one forbidden address among public ones', addresses: ['8.8.8.8', '127.0.0.1'] },
    { what: 'no address at all', addresses: [] },
  ])('refuses a name with $what', async ({ addresses }) => {
    const sender = senderWith({
      policy: { allowPrivate: false },
      resolve: hostileNames([addresses]).resolve,
    });
    expect(await sender.send(message({ url: 'https://hooks.example.org/' }))).toMatchObject({
      reason: expect.stringContaining('may not be sent to') as string,
    });
  });

  test('connects to the very address that was checked, so a name that changes its mind gains nothing', async () => {
    const names = hostileNames([['127.0.0.1'], ['169.254.169.254']]);
    const sender = senderWith({ resolve: names.resolve });
    const url = receiver.url.replace('127.0.0.1', 'rebinding.example');
    expect(await sender.send(message({ url }))).toMatchObject({ result: 'delivered' });
    expect(names.asked).toBe(1);
    await receiver.stop();
    receiver = await startWebhookReceiver({ port: Number(new URL(url).port) });
    expect(await sender.send(message({ url }))).toMatchObject({
      reason: 'The URL points to an address that webhooks may not be sent to.',
    });
    expect(receiver.connections).toBe(0);
  });
});
