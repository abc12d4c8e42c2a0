import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallView } from '../../../src/domain/calls/call-view.ts';
import { gatewayPlace } from '../../support/gateway-place.ts';
import { startRunningGateway, type RunningGateway } from '../../support/running-gateway.ts';

/** Speaks for four seconds after each beep, and presses `#`; pressed when asked about it, that keeps it. */
const speaker = '+919000519999';
const stranger = '+919000511299';
const allDay = { start: '00:00', end: '24:00' };

let place: Awaited<ReturnType<typeof gatewayPlace>>;
let gateway: RunningGateway;
beforeAll(async () => {
  place = await gatewayPlace({ IVRS_RECORDING_NUMBERS: speaker });
  gateway = await startRunningGateway(place.environment);
  const text = { text: 'कौन सा जानवर दूध देता है?' };
  await put('/v1/prompts/barn.q1/hi', text);
  await put('/v1/prompts/barn.q1/en', { text: 'Which animal gives milk?' });
  await put('/v1/prompts/barn.bye/en', { text: 'Goodbye from the barn.' });
  await put('/v1/flows/barn', {
    title: 'Barn',
    languages: ['hi', 'en'],
    steps: [{ id: 'hello', type: 'message', say: ['barn.q1', 'barn.bye'] }],
  });
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  await place[Symbol.asyncDispose]();
});

async function put(path: string, body: object): Promise<void> {
  const reply = await gateway.api.ask('PUT', path, { body });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 201 });
}

type Accepted = CallView & { prompts: { number: number; id: string; text: string | null }[] };
interface Refused {
  code: string;
  errors: { pointer: string; detail: string }[];
}

function record<T = Accepted>(body: Record<string, unknown>, idempotencyKey: string = randomUUID()) {
  return gateway.api.ask<T>('POST', '/v1/flows/barn/record-prompts', {
    body: { to: speaker, language: 'hi', calling_hours: allDay, ...body },
    idempotencyKey,
  });
}

interface Prompt {
  status?: number;
  version: number;
  source: string;
  text: string | null;
  duration: string;
}

async function prompt(id: string): Promise<Prompt> {
  return (await gateway.api.ask<Prompt>('GET', `/v1/prompts/${id}/hi`)).body;
}

interface Message {
  question: string;
  prompt: { id: string; language: string } | null;
  kept: { state: string; version?: number } | null;
}

const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

async function messagesOf(call: string): Promise<Message[]> {
  const listed = await gateway.api.ask<{ data: Message[] }>('GET', `/v1/voice-messages?call_id=${call}`);
  return listed.body.data;
}

describe('a call to somebody who says the prompts', () => {
  it('keeps each that was agreed to, though the process is killed, and asks next time for what is left', async () => {
    const key = randomUUID();
    const asked = await record({}, key);
    expect(asked, JSON.stringify(asked.body)).toMatchObject({ status: 202 });
    expect(asked.body.prompts).toEqual([
      { number: 1, id: 'barn.q1', text: 'कौन सा जानवर दूध देता है?' },
      { number: 2, id: 'barn.bye', text: null },
    ]);
    const { id } = asked.body;
    const told = await gateway.heard(id, 'voice_message.recorded', 90_000);
    expect(told.event?.data['voice_message']).toMatchObject({ prompt: { id: 'barn.q1', language: 'hi' } });
    await gateway.process.kill9();
    await gateway.startAgain();
    const kept = { prompt: { id: 'barn.q1', language: 'hi' }, kept: { state: 'kept', version: 2 } };
    await expect.poll(() => messagesOf(id), { timeout: 30_000 }).toMatchObject([kept]);
    const text = 'कौन सा जानवर दूध देता है?';
    expect(await prompt('barn.q1')).toMatchObject({ version: 2, source: 'recording', text });
    expect(await gateway.finished(id)).toMatchObject({ outcome: 'partial', resume_at: 'prompt-2' });

    const again = await record({}, key);
    expect([again.status, again.body.id, again.body.prompts.length]).toEqual([202, id, 2]);
    const rest = await record({ not_before: inAnHour() });
    expect(rest.body.prompts).toEqual([{ number: 1, id: 'barn.bye', text: null }]);
    await gateway.cancel(rest.body.id);
  }, 150_000);
});

describe('a number that is not trusted', () => {
  it('is not called with a flow that records prompts, by whatever way', async () => {
    const refused = { status: 422, body: { errors: [{ pointer: '/to' }] } };
    expect(await record<Refused>({ to: stranger })).toMatchObject(refused);
    const step = {
      id: 'q',
      type: 'voice_message',
      say: 'system.thank_you',
      kept_as_prompt: 'system.thank_you',
    };
    const flow = { title: 'Mine', languages: ['en'], steps: [step] };
    await put('/v1/flows/mine', flow);
    expect(await gateway.post(stranger, { flow: 'mine' })).toMatchObject(refused);
    expect(await gateway.post(speaker, { flow })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/flow/steps/0/kept_as_prompt' }] },
    });
  });

  it.each([
    [{ language: 'ta' }, '/language', /hi, en/],
    [{ prompts: ['barn.q1', 'other.prompt'] }, '/prompts/1', /other\.prompt/],
    [{ retry: { max_attempts: 99 } }, '/retry/max_attempts', /./],
  ])('%j is refused at %s', async (body, pointer, detail) => {
    const reply = await record<Refused>(body);
    expect(reply.status).toBe(422);
    expect(reply.body.errors).toEqual([{ pointer, detail: expect.stringMatching(detail) as string }]);
  });
});
