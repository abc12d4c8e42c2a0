import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CallView } from '../../../src/domain/calls/call-view.ts';
import { callTheGateway } from '../../support/call-the-gateway.ts';
import { useCallLab } from '../../support/running-gateway.ts';

const lab = useCallLab();
const helpline = '+911412345701';

const information = {
  title: 'Helpline',
  languages: ['hi', 'en'],
  keys: { repeat: '*', opt_out: '0' },
  steps: [
    { id: 'welcome', type: 'message', say: { text: { hi: 'नमस्ते।', en: 'Hello.' } } },
    {
      id: 'topic',
      type: 'choice',
      say: {
        text: {
          hi: 'स्कूल के बारे में सुनने के लिए एक दबाएँ।',
          en: 'For schools, press one.',
        },
      },
      options: { 1: { value: 'schools' }, 2: { value: 'roads' } },
    },
    { id: 'bye', type: 'message', say: { text: { hi: 'धन्यवाद।', en: 'Thank you.' } } },
  ],
};

beforeAll(async () => {
  await put('/v1/flows/information', information);
  await put(`/v1/lines/${helpline}`, { mode: 'answer', flow: 'information', language: 'hi' });
}, 30_000);

async function put(path: string, body: object): Promise<void> {
  const reply = await lab().gateway.api.ask('PUT', path, { body });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 201 });
}

/** A handset calls; which call of ours that became, when it is answered. */
async function answered(from: string, dialled: string): Promise<CallView> {
  const { gateway } = lab();
  await callTheGateway(lab().lab.network, { dialled, from, givesUpAfterMs: 30_000 });
  const masked = `+91******${from.slice(-4)}`;
  const told = await gateway.webhooks.waitFor(
    ({ type, event }) => type === 'call.answered' && (event?.data['call'] as CallView).from === masked,
    45_000,
  );
  return told.event?.data['call'] as CallView;
}

describe('whoever calls a line', () => {
  it('is answered in Hindi, presses a key, and is reported as every call', async () => {
    const { gateway } = lab();
    const { id } = await answered('9000001199', helpline);
    const call = await gateway.ended(id);
    expect(call).toMatchObject({
      ...{ direction: 'incoming', line: helpline, from: '+919000001199', to: null, language: 'hi' },
      ...{ status: 'ended', outcome: 'completed', reached: true, answered: true, human: true },
      responses: [{ question: 'topic', value: 'schools', key: '1' }],
      attempts: [{ number: 1, trunk: 'carrier-a', verdict: { reason: 'answered' } }],
    });
    const events = gateway.events(id);
    expect(events.map(({ type }) => type)).toEqual(['call.answered', 'call.response_recorded', 'call.ended']);
    expect(Object.keys(events[0]?.event?.data ?? {})).toEqual(['call']);
    const timeline = await gateway.api.timeline(id);
    expect(timeline).toContainEqual(expect.objectContaining({ type: 'key', step: 'topic', key: '1' }));
    await expect.poll(() => readdir(join(lab().lab.gateway.dataDir, 'incoming-calls'))).toEqual([]);
  });
});
