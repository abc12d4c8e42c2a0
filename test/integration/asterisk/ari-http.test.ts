import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AriHttp } from '../../../src/telephony/asterisk/ari-http.ts';
import { createAriHttp } from '../../../src/telephony/asterisk/ari-http.ts';
import { ariRequests } from '../../../src/telephony/asterisk/ari-request.ts';
import type { CountingClock } from '../../support/counting-clock.ts';
import { countingClock } from '../../support/counting-clock.ts';
import type { FakeAri } from './fake-ari.ts';
import { startFakeAri } from './fake-ari.ts';

let ari: FakeAri;
let clock: CountingClock;
let http: AriHttp;

beforeEach(async () => {
  ari = await startFakeAri();
  clock = countingClock();
  http = createAriHttp({ origin: ari.url, basePath: '/ari/', user: 'ivrs', password: 'secret', clock });
});

afterEach(async () => {
  await http.close();
  await ari.close();
  expect(clock.timersSet()).toBe(0);
});

it('sends what blocks over HTTP, with its parameters in the body', async () => {
  const reply = await http.request(
    ariRequests.setVariable({ channelId: 'c;2', variable: 'X', value: 'a&b' }),
  );
  expect(reply).toEqual({ status: 200, body: {} });
  expect(ari.requests).toEqual([
    { over: 'http', method: 'POST', path: 'channels/c%3B2/variable', body: { variable: 'X', value: 'a&b' } },
  ]);
});

it('gives back the status of a refusal', async () => {
  ari.reply = () => ({ status: 404, body: { message: 'Channel not found' } });
  expect(await http.request(ariRequests.answer('c'))).toMatchObject({ status: 404 });
});

it('gives up after the time limit of the request, not knowing whether it was carried out', async () => {
  ari.reply = () => null;
  const request = http.request({ ...ariRequests.answer('c'), limitMs: 50 });
  await expect(request).rejects.toMatchObject({ code: 'timed_out', perhapsCarriedOut: true });
});

it('does not know whether a request was carried out that was cut off', async () => {
  ari.reply = () => 'cut';
  const request = http.request(ariRequests.answer('c'));
  await expect(request).rejects.toMatchObject({ code: 'connection_lost', perhapsCarriedOut: true });
});

it('knows that a request was not carried out when nobody listens', async () => {
  await ari.close();
  const request = http.request(ariRequests.answer('c'));
  await expect(request).rejects.toMatchObject({ code: 'unreachable', perhapsCarriedOut: false });
});

it('has at most sixteen requests in Asterisk at a time', async () => {
  let held = 0;
  let settled = 0;
  // once the first has given up, its place is free for another
  ari.reply = () => ((held += settled === 0 ? 1 : 0), null);
  const requests = Array.from({ length: 40 }, () =>
    http.request({ ...ariRequests.answer('c'), limitMs: 150 }).finally(() => (settled += 1)),
  );
  const results = await Promise.allSettled(requests);
  expect(results.every(({ status }) => status === 'rejected')).toBe(true);
  expect(held).toBe(16);
});
