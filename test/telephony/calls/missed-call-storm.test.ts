import { afterAll, beforeAll, expect, it } from 'vitest';
import { useCallLab } from '../../support/running-gateway.ts';
import { startSipCaller, type SipCall, type SipCaller } from '../../support/sip-caller.ts';

const lab = useCallLab({ environment: () => ({ IVRS_CALLING_HOURS: '00:00-24:00' }) });
const line = '+911412345601';
const callers = 1_000;
const perSecond = 100;

let carrier: SipCaller;
beforeAll(async () => {
  const { api } = lab().gateway;
  const put = await api.ask('PUT', `/v1/lines/${line}`, { body: { mode: 'missed_call', list: 'weather' } });
  expect(put.status).toBe(201);
  carrier = await startSipCaller({
    address: '127.0.0.2',
    target: { address: '127.0.0.1', port: lab().lab.gateway.sipPort },
  });
}, 30_000);
afterAll(() => carrier.close());

async function recorded(): Promise<string[]> {
  const numbers: string[] = [];
  for (let cursor = ''; ;) {
    const page = await lab().gateway.api.ask<{ data: { from: string }[]; next_cursor: string | null }>(
      'GET',
      `/v1/missed-calls?limit=200${cursor}`,
    );
    numbers.push(...page.body.data.map(({ from }) => from));
    if (page.body.next_cursor === null) return numbers;
    cursor = `&cursor=${page.body.next_cursor}`;
  }
}

/** A new caller every 10 ms, by the clock: what is late is made up for at once. */
async function storm(): Promise<SipCall[]> {
  const calls: SipCall[] = [];
  const began = performance.now();
  while (calls.length < callers) {
    const due = Math.min(callers, Math.floor(((performance.now() - began) * perSecond) / 1000) + 1);
    while (calls.length < due)
      calls.push(carrier.call({ dialled: line, from: `<sip:+91900${String(1_000_000 + calls.length)}` }));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return calls;
}

it('refuses 1,000 callers at 100 a second, answers none of them, and records each once', async () => {
  const calls = await storm();
  const ends = await Promise.all(calls.map((call) => call.ended));
  expect(new Set(ends)).toEqual(new Set([486]));
  expect(calls.filter((call) => call.statuses.some((status) => status > 180 && status < 300))).toEqual([]);
  await expect.poll(async () => (await recorded()).length, { timeout: 30_000, interval: 500 }).toBe(callers);
  const numbers = await recorded();
  expect(new Set(numbers).size).toBe(callers);
  const { webhooks } = lab().gateway;
  await expect
    .poll(
      () =>
        new Set(webhooks.received.filter(({ type }) => type === 'opt_in.recorded').map(({ id }) => id)).size,
      {
        timeout: 30_000,
      },
    )
    .toBe(callers);
}, 120_000);

/** One caller every 10 ms, the same each time, until told to stop; resolves with the calls that it made. */
async function floodUntil(isOver: () => boolean): Promise<SipCall[]> {
  const calls: SipCall[] = [];
  const began = performance.now();
  while (!isOver()) {
    const due = Math.floor(((performance.now() - began) * perSecond) / 1000) + 1;
    while (calls.length < due) calls.push(carrier.call({ dialled: line, from: '<sip:+919002009999' }));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return calls;
}

/** These callers one after the other, each as soon as the one before was reported; resolves with how long each report took. */
async function reportedAfter(numbers: readonly string[]): Promise<number[]> {
  const took: number[] = [];
  for (const number of numbers) {
    const began = performance.now();
    const call = carrier.call({ dialled: line, from: `<sip:${number}` });
    const masked = `******${number.slice(-4)}`;
    await lab().gateway.webhooks.waitFor(
      ({ type, event }) => type === 'missed_call.received' && JSON.stringify(event?.data).includes(masked),
      60_000,
    );
    took.push(performance.now() - began);
    expect(await call.ended).toBe(486);
    expect(call.statuses).toEqual([100, 180, 486]);
  }
  return took;
}

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[values.length >> 1] ?? NaN;

it('refuses and reports every other caller while one number calls 100 times a second, and tells of that one four times', async () => {
  const callersAt = (from: number) => Array.from({ length: 12 }, (_, index) => `+91900300${from + index}`);
  const quietMs = await reportedAfter(callersAt(3_000));
  let isOver = false;
  const flood = floodUntil(() => isOver);
  const floodedMs = await reportedAfter(callersAt(4_000)).finally(() => (isOver = true));
  const flooding = await flood;
  expect(new Set(await Promise.all(flooding.map((call) => call.ended)))).toEqual(new Set([486]));
  await expect
    .poll(async () => (await recorded()).filter((number) => number === '+919002009999').length, {
      timeout: 60_000,
      interval: 500,
    })
    .toBe(flooding.length);
  const told = new Set(
    lab()
      .gateway.webhooks.received.filter(
        ({ type, event }) =>
          type === 'missed_call.received' && JSON.stringify(event?.data).includes('******9999'),
      )
      .map(({ id }) => id),
  );
  expect(told.size).toBe(4);
  console.info(
    `a missed call is reported after ${Math.round(median(quietMs))} ms, amid ${flooding.length} of one number after ${Math.round(median(floodedMs))} ms`,
  );
}, 180_000);
