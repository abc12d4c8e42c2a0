import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { CallView } from '../../../src/domain/calls/call-view.ts';
import { heardSound } from '../../../asterisk/heard-sound.ts';
import { activeLevelDbfs } from '../../../src/speech/shape-speech.ts';
import { testApiKey } from '../../support/gateway-process.ts';
import { useCallLab } from '../../support/running-gateway.ts';
import { shareHeard, readWav, readWavBytes } from '../../support/sound.ts';

/** Speaks for four seconds at each asking, then presses `#`. */
const speaker = '+919000519999';
const listener = '+919000009999';
const lab = useCallLab({ environment: () => ({ IVRS_RECORDING_NUMBERS: speaker }) });

it('what somebody said on the phone is what the next phone hears', async () => {
  const { gateway } = lab();
  const allDay = { start: '00:00', end: '24:00' };
  const step = { id: 'hello', type: 'message', say: ['voice.hello', 'system.goodbye'] };
  const flow = { title: 'Voice', languages: ['en'], steps: [step] };
  await gateway.api.ask('PUT', '/v1/prompts/voice.hello/en', { body: { text: 'Hello.' } });
  expect((await gateway.api.ask('PUT', '/v1/flows/voice', { body: flow })).status).toBe(201);
  const asked = await gateway.api.ask<CallView>('POST', '/v1/flows/voice/record-prompts', {
    body: { to: speaker, language: 'en', calling_hours: allDay },
    idempotencyKey: randomUUID(),
  });
  expect(asked, JSON.stringify(asked.body)).toMatchObject({ status: 202 });
  expect(await gateway.ended(asked.body.id, 90_000)).toMatchObject({ outcome: 'completed' });
  const prompt = () => gateway.api.ask('GET', '/v1/prompts/voice.hello/en').then(({ body }) => body);
  await expect.poll(prompt, { timeout: 20_000 }).toMatchObject({ version: 2, source: 'recording' });

  const audio = await fetch(`${gateway.process.url}/v1/prompts/voice.hello/en/audio`, {
    headers: { Authorization: `Bearer ${testApiKey}` },
  });
  const wanted = readWavBytes(Buffer.from(await audio.arrayBuffer()));
  expect(wanted.length / 8000).toBeGreaterThan(2.5);
  expect(Math.abs(activeLevelDbfs(wanted) - -22)).toBeLessThan(6);

  const call = await gateway.place(listener, { flow: 'voice', language: 'en' });
  expect(await gateway.ended(call.id)).toMatchObject({ outcome: 'completed' });
  const [file = ''] = await heardSound(lab().lab.heardDir, { nationalNumber: listener.slice(3) });
  const said = wanted.subarray(4_000, 20_000);
  expect(shareHeard(said, await readWav(file)).share).toBeGreaterThan(0.6);
});
