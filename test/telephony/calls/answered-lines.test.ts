import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { weekdays } from '../../../src/domain/calls/calling-hours.ts';
import type { CallView } from '../../../src/domain/calls/call-view.ts';
import { callTheGateway, type HandsetCall } from '../../support/call-the-gateway.ts';
import { useCallLab } from '../../support/running-gateway.ts';
import { startSipCaller } from '../../support/sip-caller.ts';
import type { ReceivedWebhook } from '../../support/webhook-receiver.ts';

const lab = useCallLab();

const said = (hi: string, en: string) => ({ text: { hi, en } });
const yesNo = { 1: { value: 'yes' }, 2: { value: 'no' } };
const frame = {
  languages: ['hi', 'en'],
  keys: { repeat: '*', opt_out: '0' },
  defaults: { first_key_timeout: 'PT3S', attempts: 2 },
};
const welcome = { id: 'welcome', type: 'message', say: said('नमस्ते।', 'Hello.') };
const topic = {
  id: 'topic',
  type: 'choice',
  say: said('स्कूल के लिए एक दबाएँ।', 'For schools, press one.'),
  options: { 1: { value: 'schools' }, 2: { value: 'roads' } },
};
const useful = {
  id: 'useful',
  type: 'choice',
  say: said('क्या यह काम आया?', 'Did this help?'),
  options: yesNo,
};
const bye = { id: 'bye', type: 'message', say: said('धन्यवाद।', 'Thank you.') };

/** Another system, which knows what became of each fault: these are mended. */
const mended = new Set(['25']);
const faults = createServer((request, response) => {
  const number = new URL(request.url ?? '', 'http://faults').searchParams.get('number') ?? '';
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ state: mended.has(number) ? 'mended' : 'unknown' }));
});

const flows = () => {
  const { port } = faults.address() as AddressInfo;
  return {
    information: { ...frame, title: 'Information', steps: [welcome, topic, useful, bye] },
    languages: { ...frame, title: 'Languages', steps: [{ id: 'language', type: 'language' }, topic, bye] },
    report: {
      ...frame,
      title: 'A fault',
      steps: [
        {
          ...{ id: 'fault', type: 'voice_message', stop_key: '#', max_duration: 'PT20S' },
          say: said('क्या खराब है, बताएँ।', 'Say what is broken.'),
        },
        bye,
      ],
    },
    state: {
      ...frame,
      title: 'What became of it',
      steps: [
        {
          ...{ id: 'number', type: 'digits', min: 2, max: 7, say: said('नंबर दबाएँ।', 'Enter the number.') },
        },
        {
          ...{ id: 'find', type: 'lookup', url: `http://127.0.0.1:${port}/faults`, otherwise: 'unknown' },
          query: { number: '{{number}}' },
          values: { state: { from: '/state', as: 'text' } },
        },
        { id: 'which', type: 'branch', on: 'state', cases: { mended: 'mended' }, else: 'unknown' },
        { id: 'mended', type: 'message', say: said('ठीक हो गया।', 'It is mended.'), next: 'done' },
        { id: 'unknown', type: 'message', say: said('पता नहीं।', 'Nobody knows.'), next: 'done' },
        { id: 'done', type: 'hang_up' },
      ],
    },
    closed: {
      ...frame,
      title: 'Closed',
      steps: [{ id: 'closed', type: 'message', say: said('बंद है।', 'Closed.') }],
    },
    family: {
      ...frame,
      title: 'A family',
      steps: [
        { id: 'who', type: 'person' },
        { id: 'join', type: 'consent', say: said('क्या खबरें चाहिए?', 'Do you want news?') },
        bye,
      ],
    },
  };
};

const line = (last: number): string => `+91141234570${last}`;
const lines = {
  information: line(1),
  languages: line(2),
  report: line(3),
  state: line(4),
  closed: line(5),
  shut: line(6),
  family: line(7),
};

/** Days that are neither today, nor yesterday, nor tomorrow. */
const otherDays = weekdays.filter((_, index) => {
  const today = (new Date().getUTCDay() + 6) % 7;
  return ![0, 1, 6].includes((index - today + 7) % 7);
});

beforeAll(async () => {
  faults.listen(0, '127.0.0.1');
  await once(faults, 'listening');
  for (const [id, flow] of Object.entries(flows())) await put(`/v1/flows/${id}`, flow);
  const answer = (flow: string) => ({ mode: 'answer', flow, language: 'hi' });
  await put(`/v1/lines/${lines.information}`, { ...answer('information'), list: 'helpline' });
  await put(`/v1/lines/${lines.languages}`, answer('languages'));
  await put(`/v1/lines/${lines.report}`, answer('report'));
  await put(`/v1/lines/${lines.state}`, answer('state'));
  const shut = { ...answer('information'), full: 'call_back', opening_hours: { days: otherDays } };
  await put(`/v1/lines/${lines.closed}`, { ...shut, closed_flow: 'closed' });
  await put(`/v1/lines/${lines.shut}`, shut);
  await put(`/v1/lines/${lines.family}`, { ...answer('family'), list: 'news' });
}, 30_000);
afterAll(() => {
  faults.closeAllConnections();
  faults.close();
});

async function put(path: string, body: object): Promise<void> {
  const reply = await lab().gateway.api.ask('PUT', path, { body });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 201 });
}

const maskOf = (from: string): string => `+91******${from.slice(-4)}`;

const known = new Set<string>();

/** A handset calls; which call that became, when it is answered. */
async function answered(
  from: string,
  dialled: string,
  more: Pick<HandsetCall, 'withheld' | 'string'> = {},
): Promise<CallView> {
  const { gateway } = lab();
  await callTheGateway(lab().lab.network, { dialled, from, givesUpAfterMs: 40_000, ...more });
  const callOf = ({ event }: ReceivedWebhook): CallView => event?.data['call'] as CallView;
  const shown = more.withheld === true ? null : maskOf(from);
  const isNew = (webhook: ReceivedWebhook): boolean => {
    if (webhook.type !== 'call.answered') return false;
    const { id, direction, from: caller } = callOf(webhook);
    return direction === 'incoming' && caller === shown && !known.has(id);
  };
  const call = callOf(await gateway.webhooks.waitFor(isNew, 45_000));
  known.add(call.id);
  return call;
}

const answersOf = (call: CallView): string[] =>
  call.responses.map(({ question, value }) => `${question}=${value}`);

describe.concurrent('whoever calls a line', { timeout: 150_000 }, () => {
  it('is answered in Hindi, presses keys, and is reported as every call', async () => {
    const { gateway } = lab();
    const from = '9000001299';
    const { id } = await answered(from, lines.information);
    const call = await gateway.ended(id);
    expect(call).toMatchObject({
      ...{ direction: 'incoming', line: lines.information, from: `+91${from}`, to: null, language: 'hi' },
      ...{ status: 'ended', outcome: 'completed', reached: true, answered: true, human: true },
      attempts: [{ number: 1, trunk: 'carrier-a', verdict: { reason: 'answered' } }],
    });
    expect(answersOf(call)).toEqual(['topic=schools', 'useful=no']);
    const events = gateway.events(id);
    expect(events.map(({ type }) => type)).toEqual([
      'call.answered',
      'call.response_recorded',
      'call.response_recorded',
      'call.ended',
    ]);
    expect(Object.keys(events[0]?.event?.data ?? {})).toEqual(['call']);
    const timeline = await gateway.api.timeline(id);
    expect(timeline).toContainEqual(expect.objectContaining({ type: 'key', step: 'topic', key: '1' }));
    const page = await gateway.api.ask<{ data: CallView[] }>('GET', '/v1/calls?direction=incoming&limit=200');
    expect(page.body.data.map((each) => each.id)).toContain(id);
  });

  it('who chose a language, hears it from the beginning the next time', async () => {
    const { gateway } = lab();
    const from = '9000002199';
    const first = await gateway.ended((await answered(from, lines.languages)).id);
    expect(first).toMatchObject({ outcome: 'completed', language: 'en' });
    expect(answersOf(first)).toEqual(['language=en', 'topic=schools']);
    const second = await answered(from, lines.information);
    expect(second.language).toBe('en');
    await gateway.ended(second.id);
  });

  it('reports a fault in their own words, and hears its number', async () => {
    const { gateway } = lab();
    const { id } = await answered('9000519999', lines.report);
    const told = await gateway.heard(id, 'voice_message.recorded');
    const { reference_number: number, voice_message: message } = told.event?.data as {
      reference_number: string;
      voice_message: { id: string };
    };
    const call = await gateway.ended(id);
    expect(call).toMatchObject({
      outcome: 'completed',
      responses: [{ question: 'fault', value: message.id }],
    });
    const page = await gateway.api.ask<{ data: { from: string; reference_number: string }[] }>(
      'GET',
      `/v1/voice-messages?reference_number=${number}`,
    );
    expect(page.body.data).toMatchObject([{ id: message.id, call: id, reference_number: number }]);
    const heard = (await gateway.api.timeline(id)).filter(
      ({ type, step }) => type === 'prompt' && step === 'fault',
    );
    expect(heard.length).toBeGreaterThan(1);
  });

  it('asks what became of a number, which another system says', async () => {
    const { gateway } = lab();
    const spoken = async (id: string) =>
      (await gateway.api.timeline(id)).flatMap(({ type, step }) => (type === 'prompt' ? [step] : []));
    const { id } = await answered('9000042599', lines.state);
    expect(answersOf(await gateway.ended(id))).toEqual(['number=25']);
    expect(await spoken(id)).toEqual(['number', 'mended']);
    const other = await answered('9000042699', lines.state);
    await gateway.ended(other.id);
    expect(await spoken(other.id)).toEqual(['number', 'unknown']);
  });

  it('enters the number that was read to them, and hears that their own fault is mended', async () => {
    const { gateway } = lab();
    const reported = await answered('9000519989', lines.report);
    const told = await gateway.heard(reported.id, 'voice_message.recorded');
    const number = told.event?.data['reference_number'] as string;
    await gateway.ended(reported.id);
    mended.add(number);
    const { id } = await answered('9000040989', lines.state, { string: number });
    expect(answersOf(await gateway.ended(id))).toEqual([`number=${number}`]);
    const steps = (await gateway.api.timeline(id)).filter(({ type }) => type === 'prompt');
    expect(steps.map(({ step }) => step)).toEqual(['number', 'mended']);
  });

  it('is answered and heard with their number withheld, and nobody is told it', async () => {
    const { gateway } = lab();
    const from = '9000001299';
    const { id } = await answered(from, lines.information, { withheld: true });
    const call = await gateway.ended(id);
    expect(call).toMatchObject({ outcome: 'completed', from: null, line: lines.information });
    expect(answersOf(call)).toEqual(['topic=schools', 'useful=no']);
    const told = JSON.stringify([gateway.events(id), await gateway.api.timeline(id)]);
    expect(told).not.toMatch(new RegExp(`${from}|\\*${from.slice(-4)}`));
  });

  it('hears another flow when the line is closed', async () => {
    const { gateway } = lab();
    const { id } = await answered('9000000199', lines.closed);
    const call = await gateway.ended(id);
    expect(call).toMatchObject({ flow: { id: 'closed' }, outcome: 'completed', responses: [] });
  });

  it('is refused as a missed call where a closed line has nothing to say, and is called back by nobody', async () => {
    const { gateway, lab: asterisks } = lab();
    const target = { address: '127.0.0.1', port: asterisks.gateway.sipPort };
    const carrier = await startSipCaller({ address: '127.0.0.2', target });
    const call = carrier.call({ dialled: lines.shut, from: '<sip:+919000000299' });
    expect(await call.ended).toBe(486);
    expect(call.statuses).toEqual([100, 180, 486]);
    await carrier.close();
    const missed = await gateway.webhooks.waitFor(
      ({ type, event }) => type === 'missed_call.received' && JSON.stringify(event).includes(lines.shut),
    );
    expect(missed.event?.data['missed_call']).toMatchObject({ caller: 'person', from: maskOf('9000000299') });
    const listed = await gateway.api.ask<{ data: unknown[] }>(
      'GET',
      `/v1/missed-calls?line=${encodeURIComponent(lines.shut)}`,
    );
    expect(listed.body.data).toMatchObject([{ call_back: { state: 'none' } }]);
  });

  it('opts out by key, and is answered all the same when they call again', async () => {
    const { gateway } = lab();
    const from = '9000000099';
    const { id } = await answered(from, lines.information);
    expect(await gateway.ended(id)).toMatchObject({ outcome: 'opted_out' });
    const told = await gateway.heard(id, 'opt_out.recorded');
    expect(told.event?.data).toMatchObject({
      scope: 'list:helpline',
      from: maskOf(from),
      confirmed_by: 'key',
    });
    const again = await answered(from, lines.information);
    expect(again).toMatchObject({ status: 'in_progress', line: lines.information });
    await gateway.ended(again.id);
  });

  it('says who of the family they are, and it is them who opt in', async () => {
    const { gateway } = lab();
    const from = '9000002149';
    const people = [
      { id: 'asha', name: 'आशा' },
      { id: 'ravi', name: 'रवि' },
    ];
    const later = new Date(Date.now() + 24 * 3_600_000).toISOString();
    const waiting = await gateway.place(`+91${from}`, { flow: 'family', people, not_before: later });
    const { id } = await answered(from, lines.family);
    const optedIn = await gateway.heard(id, 'opt_in.recorded');
    expect(optedIn.event?.data).toMatchObject({
      list: 'news',
      person: 'ravi',
      confirmed_by: 'key',
      proof: { call: id },
    });
    expect(answersOf(await gateway.ended(id))).toEqual(['who=ravi', 'join=yes']);
    expect((await gateway.api.call(waiting.id)).status).toBe('queued');
    const stranger = await answered('9000001399', lines.family);
    expect(answersOf(await gateway.ended(stranger.id))).toEqual(['join=yes']);
  });
});

describe('when the gateway dies', () => {
  it('whoever is on the line hears the question again and goes on', async () => {
    const { gateway } = lab();
    const { id } = await answered('9000001111', lines.information);
    await gateway.heard(id, 'call.response_recorded');
    await gateway.process.kill9();
    await gateway.startAgain();
    const call = await gateway.finished(id);
    expect(call).toMatchObject({ outcome: 'completed', direction: 'incoming' });
    expect(answersOf(call)).toEqual(['topic=schools', 'useful=yes']);
    await expect.poll(() => readdir(join(lab().lab.gateway.dataDir, 'incoming-calls'))).toEqual([]);
    const { body } = await gateway.api.ask<{ data: unknown[] }>(
      'GET',
      `/v1/missed-calls?line=${encodeURIComponent(lines.information)}`,
    );
    expect(body.data).toEqual([]);
  });
});
