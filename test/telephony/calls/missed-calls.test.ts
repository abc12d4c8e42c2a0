import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bannedBy } from '../../support/fail2ban-filter.ts';
import { useCallLab } from '../../support/running-gateway.ts';
import { startSipCaller, type SipCaller } from '../../support/sip-caller.ts';
import type { ReceivedWebhook } from '../../support/webhook-receiver.ts';

const lab = useCallLab({ environment: () => ({ IVRS_CALLING_HOURS: '00:00-24:00' }) });

const welcome = {
  title: 'Welcome',
  languages: ['hi', 'en'],
  steps: [
    {
      id: 'join',
      type: 'consent',
      say: {
        text: { hi: 'स्कूल की खबरें फ़ोन पर पाने के लिए हाँ कहें।', en: 'To get school news by phone, say yes.' },
      },
      next: 'bye',
    },
    { id: 'bye', type: 'message', say: { text: { hi: 'धन्यवाद।', en: 'Thank you.' } } },
  ],
};
const confirmed = '+911412345601';
const plain = '+911412345602';
const leaving = '+911412345603';

let carrier: SipCaller;
/** For what is no SIP, to which Asterisk says nothing. */
let impatient: SipCaller;
let stranger: SipCaller;
const target = () => ({ address: '127.0.0.1', port: lab().lab.gateway.sipPort });

beforeAll(async () => {
  const { api } = lab().gateway;
  expect((await api.ask('PUT', '/v1/flows/welcome', { body: welcome })).status).toBe(201);
  const lines = {
    [confirmed]: {
      ...{ mode: 'missed_call', list: 'school-updates', confirm: true },
      call_back: { flow: 'welcome', language: 'hi', delay: 'PT1S' },
    },
    [plain]: { mode: 'missed_call', list: 'weather' },
    [leaving]: { mode: 'missed_call', list: 'school-updates', opt_out: true },
  };
  for (const [number, body] of Object.entries(lines)) {
    const put = await api.ask('PUT', `/v1/lines/${number}`, { body });
    expect(put, JSON.stringify(put.body)).toMatchObject({ status: 201 });
  }
  carrier = await startSipCaller({ address: '127.0.0.2', target: target() });
  impatient = await startSipCaller({ address: '127.0.0.2', target: target(), patienceMs: 8_000 });
  stranger = await startSipCaller({ address: '127.0.0.9', target: target(), patienceMs: 4_000 });
}, 30_000);

afterAll(async () => {
  await carrier.close();
  await impatient.close();
  await stranger.close();
});

interface MissedCallView {
  id: string;
  from: string | null;
  caller: string;
  duplicate_of: string | null;
  blocked_by: string | null;
  call_back: { state: string; call: string | null };
}

async function listed(path: string): Promise<Record<string, unknown>[]> {
  const reply = await lab().gateway.api.ask<{ data: Record<string, unknown>[] }>('GET', path);
  expect(reply.status).toBe(200);
  return reply.body.data;
}

const missedCalls = async (line: string) =>
  (await listed(
    `/v1/missed-calls?limit=200&line=${encodeURIComponent(line)}`,
  )) as unknown as MissedCallView[];

function webhook(type: string, fits: (data: Record<string, unknown>) => boolean): Promise<ReceivedWebhook> {
  return lab().gateway.webhooks.waitFor((each) => each.type === type && fits(each.event?.data ?? {}), 45_000);
}

const from = (number: string) => `<sip:${number}`;
/** Nothing that could cost the caller anything: no 200, and no 183. */
const refusedAfterOneRing = [100, 180, 486];

describe('a missed call', () => {
  it.concurrent(
    'rings once, is refused before it is answered, and is called back in Hindi, where a key opts in',
    async () => {
      const call = carrier.call({ dialled: confirmed, from: from('+919000001999') });
      const began = Date.now();
      expect(await call.ended).toBe(486);
      expect(call.statuses).toEqual(refusedAfterOneRing);
      expect(Date.now() - began).toBeLessThan(5_000);
      const told = await webhook('missed_call.received', (data) => JSON.stringify(data).includes(confirmed));
      expect(told).toMatchObject({ verified: true, sequence: null });
      const optedIn = await webhook('opt_in.recorded', (data) => data['list'] === 'school-updates');
      const { call: back, proof } = optedIn.event?.data as {
        call: { id: string; language: string };
        proof: object;
      };
      expect(back.language).toBe('hi');
      expect(proof).toEqual({
        ...{ call: back.id, step: 'join', key: '1', language: 'hi', flow: { id: 'welcome', version: 1 } },
      });
      expect((await lab().gateway.ended(back.id)).outcome).toBe('completed');
      expect((await missedCalls(confirmed)).filter((each) => each.from === '+919000001999')).toMatchObject([
        {
          caller: 'person',
          duplicate_of: null,
          call_back: { state: 'placed', call: back.id },
        },
      ]);
      expect(await listed('/v1/opt-ins?list=school-updates')).toMatchObject([
        { from: '+919000001999', source: 'call', confirmed_by: 'key', opted_out_at: null },
      ]);
      expect(lab().invites.count('9000001999')).toBe(1);
    },
  );

  it.concurrent('is no opt-in where the call-back is not confirmed', async () => {
    await carrier.call({ dialled: confirmed, from: from('+919000002999') }).ended;
    const told = await webhook('missed_call.received', (data) => JSON.stringify(data).includes('******2999'));
    const { id } = (told.event?.data as { missed_call: MissedCallView }).missed_call;
    await expect
      .poll(async () => (await missedCalls(confirmed)).find((each) => each.id === id)?.call_back.state)
      .toBe('placed');
    const call = (await missedCalls(confirmed)).find((each) => each.id === id)?.call_back.call ?? '';
    await lab().gateway.ended(call);
    expect((await listed('/v1/opt-ins?list=school-updates')).map((each) => each['from'])).not.toContain(
      '+919000002999',
    );
  });

  it('is an opt-in at once on a line without confirmation, and its repeats are none', async () => {
    const three = [1, 2, 3].map(() => carrier.call({ dialled: plain, from: from('09000003999') }));
    for (const call of three) expect(await call.ended).toBe(486);
    await expect.poll(async () => (await missedCalls(plain)).length).toBe(3);
    const calls = (await missedCalls(plain)).reverse();
    expect(calls.map((each) => each.duplicate_of)).toEqual([null, calls[0]?.id, calls[0]?.id]);
    expect(await listed('/v1/opt-ins?list=weather')).toMatchObject([
      { from: '+919000003999', source: 'missed_call' },
    ]);
  });

  it('to a line for it opts out, and whoever did is neither called back nor opted in', async () => {
    await carrier.call({ dialled: leaving, from: from('+919000004999') }).ended;
    await webhook('opt_out.recorded', (data) => data['scope'] === 'list:school-updates');
    await carrier.call({ dialled: confirmed, from: from('+919000004999') }).ended;
    await expect
      .poll(async () => (await missedCalls(confirmed)).find((each) => each.from === '+919000004999'))
      .toMatchObject({ blocked_by: 'list:school-updates', call_back: { state: 'none' } });
    expect(lab().invites.count('9000004999')).toBe(0);
  });

  it('is refused at once where the number is no line, and nothing of it is kept', async () => {
    const call = carrier.call({ dialled: '+911412345699' });
    expect(await call.ended).toBe(486);
    expect(call.statuses).not.toContain(180);
  });

  it.each([
    ['anonymous', 'withheld', '"Anonymous" <sip:anonymous', []],
    [
      'with its number withheld',
      'withheld',
      '"Anonymous" <sip:anonymous',
      ['P-Asserted-Identity: <sip:+919000005999@127.0.0.2>', 'Privacy: id'],
    ],
    ['one of our own numbers', 'own_number', `<sip:${plain}`, []],
    ['a number of no country', 'unreadable', '<sip:+999999999999', []],
    ['a toll-free number', 'not_callable', '<sip:1800123456', []],
  ])('from %s is kept as %s, and nobody is called', async (_what, caller, shown, headers) => {
    const before = (await missedCalls(confirmed)).length;
    const call = carrier.call({ dialled: confirmed, from: shown, headers });
    expect(await call.ended).toBe(486);
    expect(call.statuses).toEqual(refusedAfterOneRing);
    await expect.poll(async () => (await missedCalls(confirmed)).length).toBe(before + 1);
    expect((await missedCalls(confirmed))[0]).toMatchObject({
      caller,
      from: null,
      call_back: { state: 'none' },
    });
  });
});

describe('what a caller sends', () => {
  const hostile = [
    '${SHELL(touch /tmp/pwned)}',
    '%24%7BSHELL%28touch%20%2Ftmp%2Fpwned%29%7D',
    '+91900000%0Asame%20=%3E%20n,System(touch)',
    '1%27;drop%20table%20missed_calls;--',
    '%22%3E%3C%2F$%5B1+1%5D',
    '+91)${EXTEN}:1:2',
    '9'.repeat(1_000),
    'a,b|c&d',
    '%00%01%02',
    '+91%2C%2C%2Ca%29=x',
  ];

  let keptBefore = 0;
  /** Calls with such a number that were refused as calls to the line are: each is to be kept. */
  let refusedOnLine = 0;

  beforeAll(async () => {
    keptBefore = (await missedCalls(plain)).length;
  });

  it.concurrent.each(hostile.map((text) => [text.slice(0, 40), text]))(
    '%s, as a number, is data and no code',
    async (_name, text) => {
      const call = impatient.call({ dialled: plain, from: `"\${SHELL(reboot)};\\"x" <sip:${text}` });
      const status = await call.ended;
      expect([null, 400, 403, 404, 486, 500]).toContain(status);
      expect(call.statuses.filter((each) => each >= 181 && each < 300)).toEqual([]);
      if (status === 486) refusedOnLine += 1;
    },
  );

  it.concurrent.each(hostile.map((text) => [text.slice(0, 40), text]))(
    '%s, as a line, is answered no',
    async (_name, text) => {
      const call = impatient.call({ dialled: text });
      expect([null, 400, 403, 404, 416, 484, 486]).toContain(await call.ended);
      expect(call.statuses.filter((each) => each >= 180 && each < 300)).toEqual([]);
    },
  );

  it('is kept once where it was a number, as that of nobody who could be called back', async () => {
    await expect.poll(async () => (await missedCalls(plain)).length).toBe(keptBefore + refusedOnLine);
    const kept = (await missedCalls(plain)).slice(0, refusedOnLine);
    const nobody = { from: null, call_back: { state: 'none' } };
    expect(kept).toMatchObject(kept.map(() => nobody));
  });

  it('left Asterisk running, and nothing on the disk', async () => {
    expect(await carrier.call({ dialled: plain, from: from('+919000006999') }).ended).toBe(486);
    await expect.poll(() => readdir(join(lab().lab.gateway.dataDir, 'incoming-calls'))).toEqual([]);
  });
});

describe('a call from an address of no trunk', () => {
  it('gets nothing but no, and is in the log that fail2ban reads', async () => {
    const before = (await missedCalls(plain)).length;
    const call = stranger.call({ dialled: plain, from: from('+919000007999') });
    expect([null, 401, 403]).toContain(await call.ended);
    expect(call.statuses.filter((each) => each >= 180 && each < 300)).toEqual([]);
    const log = () => readFile(join(lab().lab.gateway.directory, 'log', 'security'), 'utf8').catch(() => '');
    await expect.poll(async () => bannedBy(await log()), { timeout: 20_000 }).toContain('127.0.0.9');
    expect((await missedCalls(plain)).length).toBe(before);
  });
});

describe('while the gateway is away', () => {
  it('calls are refused all the same, written down, and recorded once when it is back', async () => {
    const { gateway } = lab();
    await gateway.process.kill9();
    const calls = Array.from({ length: 20 }, (_, index) =>
      carrier.call({ dialled: plain, from: from(`+9190000080${String(index).padStart(2, '0')}`) }),
    );
    for (const call of calls) {
      expect(await call.ended).toBe(486);
      expect(call.statuses).toEqual(refusedAfterOneRing);
    }
    expect(await readdir(join(lab().lab.gateway.dataDir, 'incoming-calls'))).toHaveLength(20);
    await gateway.startAgain();
    const heard = async () =>
      (await missedCalls(plain))
        .map(({ from: number }) => number ?? '')
        .filter((number) => number.startsWith('+9190000080'));
    await expect.poll(async () => (await heard()).length, { timeout: 20_000 }).toBe(20);
    expect(new Set(await heard()).size).toBe(20);
    await expect.poll(() => readdir(join(lab().lab.gateway.dataDir, 'incoming-calls'))).toEqual([]);
    await expect
      .poll(async () => (await listed('/v1/opt-ins?list=weather&limit=200')).length)
      .toBeGreaterThanOrEqual(21);
  }, 60_000);
});
