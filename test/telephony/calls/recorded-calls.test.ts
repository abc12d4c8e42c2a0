import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CallView } from '../../../src/domain/calls/call-view.ts';
import { isReferenceNumber } from '../../../src/domain/voice-messages/reference-number.ts';
import { testApiKey } from '../../support/gateway-process.ts';
import { measureWav, type RecordedSound } from '../../support/recorded-sound.ts';
import { useCallLab } from '../../support/running-gateway.ts';
import { said } from '../../support/said.ts';

const lab = useCallLab();

/** Another system, which says what a family owes, and what it was asked. */
const asked: { url: string; headers: Record<string, string | string[] | undefined> }[] = [];
const ledgerOfFees = createServer((request, response) => {
  asked.push({ url: request.url ?? '', headers: request.headers });
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ due: 1250 }));
});
let origin = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => ledgerOfFees.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(ledgerOfFees.address() as AddressInfo).port}`;
});
afterAll(() => ledgerOfFees.close());

const complaint = (more: object = {}) => ({
  title: 'Complaint',
  languages: ['en'],
  steps: [
    {
      ...{ id: 'complaint', type: 'voice_message', say: said('Speak'), max_duration: 'PT20S' },
      ...more,
    },
    { id: 'bye', type: 'message', say: said('Goodbye') },
  ],
});

async function sound(path: string): Promise<RecordedSound> {
  const reply = await fetch(`${lab().gateway.process.url}${path}`, {
    headers: { authorization: `Bearer ${testApiKey}` },
  });
  expect(reply.status).toBe(200);
  expect(reply.headers.get('content-type')).toBe('audio/wav');
  const bytes = Buffer.from(await reply.arrayBuffer());
  expect(bytes.length).toBe(Number(reply.headers.get('content-length')));
  return measureWav(bytes);
}

function messageOf(call: CallView): string {
  const [answer] = call.responses;
  expect(answer?.value).toMatch(/^vm_/);
  return answer?.value ?? '';
}

it.concurrent(
  'keeps what a person says, and both sides of the whole call',
  async () => {
    const { gateway } = lab();
    const { id } = await gateway.place('+919000519999', { flow: complaint(), record: true });
    // all that is said takes forty seconds
    const call = await gateway.ended(id, 90_000);
    expect(call).toMatchObject({ outcome: 'completed' });
    const message = messageOf(call);
    const told = gateway.events(id).find((event) => event.type === 'voice_message.recorded');
    const reference = String(told?.event?.data['reference_number']);
    expect(isReferenceNumber(reference)).toBe(true);
    const { body } = await gateway.api.ask<{ data: unknown[] }>(
      'GET',
      `/v1/voice-messages?reference_number=${reference}`,
    );
    expect(body.data).toMatchObject([
      { id: message, call: id, question: 'complaint', from: '+919000519999' },
    ]);

    const spoken = await sound(`/v1/voice-messages/${message}/audio`);
    expect(spoken.loudMs).toBeGreaterThan(2_500);
    expect(spoken.durationMs).toBeLessThan(8_000);
    expect(Math.abs(spoken.levelDbfs + 22)).toBeLessThan(6);
    const [attempt] = call.attempts;
    const whole = await sound(attempt?.recording?.path ?? '');
    expect(whole.durationMs).toBeGreaterThan(spoken.durationMs + 3_000);
    expect(whole.loudMs).toBeGreaterThan(spoken.loudMs + 2_000);

    expect((await gateway.api.ask('DELETE', `/v1/voice-messages/${message}`)).status).toBe(204);
    expect((await gateway.api.ask('GET', `/v1/voice-messages/${message}`)).status).toBe(404);
  },
  120_000,
);

it.concurrent('asks another system during the call, signed, and speaks what it answered', async () => {
  const { gateway } = lab();
  const flow = {
    title: 'Fees',
    languages: ['en'],
    steps: [
      { id: 'roll', type: 'digits', say: said('Roll number'), max: 2 },
      {
        ...{ id: 'find', type: 'lookup', url: `${origin}/fees`, query: { roll: '{{roll}}' } },
        ...{ values: { due: { from: '/due', as: 'number' } }, otherwise: 'end' },
      },
      { id: 'tell', type: 'message', say: [said('You owe'), { number: '{{due}}' }] },
    ],
  };
  const { id } = await gateway.place('+919000041299', { flow });
  const call = await gateway.ended(id);
  expect(call).toMatchObject({ outcome: 'completed', heard_percent: 100 });
  expect(asked.map(({ url }) => url)).toEqual(['/fees?roll=12']);
  const host = new URL(origin).host;
  const { body } = await gateway.api.ask<{ secret: string }>('GET', `/v1/lookup-secret?host=${host}`);
  const headers = asked[0]?.headers as Record<string, string>;
  expect(() => new Webhook(body.secret).verify('/fees?roll=12', headers)).not.toThrow(/signature/i);
  const timeline = await gateway.api.timeline(id);
  expect(timeline).toContainEqual(expect.objectContaining({ type: 'looked_up', problem: null }));
  expect(timeline).toContainEqual(expect.objectContaining({ type: 'prompt', step: 'tell' }));
});

it('loses nothing of what is said while the gateway dies', async () => {
  const { gateway, invites } = lab();
  const to = '+919000519998';
  const { id } = await gateway.place(to, { flow: complaint({ max_silence: 'PT2S' }) });
  await gateway.untilTimeline(id, { type: 'recording_started' });
  await gateway.process.kill9();
  await gateway.startAgain();
  const call = await gateway.finished(id);
  expect(call).toMatchObject({ outcome: 'completed' });
  const spoken = await sound(`/v1/voice-messages/${messageOf(call)}/audio`);
  expect(spoken.loudMs).toBeGreaterThan(2_500);
  expect(invites.count(to)).toBe(1);
});
