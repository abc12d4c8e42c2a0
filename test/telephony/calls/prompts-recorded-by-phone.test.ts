import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { CallView } from '../../../src/domain/calls/call-view.ts';
import { labTrunk } from '../../../asterisk/lab-trunks.ts';
import { activeLevelDbfs } from '../../../src/speech/shape-speech.ts';
import { faultsOfPrompt, followPrompt } from '../../support/ear/follow-prompt.ts';
import { earTrunk, heardCall, useEar } from '../../support/ear/heard-call.ts';
import { testApiKey } from '../../support/gateway-process.ts';
import { useCallLab } from '../../support/running-gateway.ts';
import { readWavBytes } from '../../support/sound.ts';

/** Speaks for four seconds at each asking, then presses `#`. */
const speaker = '+919000519999';
const listener = '+919000009999';
const ear = await useEar();
const lab = useCallLab({
  pjsip: ear.pjsip,
  trunks: [labTrunk('carrier-a'), earTrunk('alaw')],
  environment: () => ({ IVRS_RECORDING_NUMBERS: speaker }),
});

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

  const coming = ear.callTo(listener);
  const call = await gateway.place(listener, { flow: 'voice', language: 'en', trunk: 'ear-alaw' });
  const heard = await heardCall(await coming);
  expect(await gateway.ended(call.id)).toMatchObject({ outcome: 'completed' });
  const found = followPrompt(heard, [{ name: 'hello', samples: wanted }], { fromMs: 0, withinMs: 2_000 });
  expect(faultsOfPrompt(found)).toEqual([]);
  expect(heard.lost).toBe(0);
});
