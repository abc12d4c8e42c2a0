import { describe, expect, it } from 'vitest';
import { createEspeakSynthesiser } from '../../../src/speech/espeak-synthesiser.ts';
import { faultsOfPrompt, followPrompt } from '../../support/ear/follow-prompt.ts';
import { earTrunk, heardCall, useEar } from '../../support/ear/heard-call.ts';
import { testApiKey } from '../../support/gateway-process.ts';
import { useCallLab } from '../../support/running-gateway.ts';
import { readWavBytes } from '../../support/sound.ts';

const ear = await useEar();
const lab = useCallLab({ pjsip: ear.pjsip, trunks: [earTrunk('alaw')] });

async function ask(method: string, path: string, body?: Buffer): Promise<Response> {
  return fetch(`${lab().gateway.process.url}${path}`, {
    method,
    headers: { Authorization: `Bearer ${testApiKey}` },
    ...(body === undefined ? {} : { body: new Uint8Array(body) }),
  });
}

describe('a recording that was uploaded', () => {
  it('is what the phone hears, in place of a voice, at the level of speech', async () => {
    const { gateway } = lab();
    // A voice that the gateway does not have stands in for a person.
    const voice = await createEspeakSynthesiser();
    const recording = await voice.speak({ text: 'Bonjour, ceci est un message de l’école.', language: 'fr' });
    expect((await ask('PUT', '/v1/prompts/recorded.hello/en', recording)).status).toBe(201);
    const audio = await ask('GET', '/v1/prompts/recorded.hello/en/audio');
    const samples = readWavBytes(Buffer.from(await audio.arrayBuffer()));

    const flow = {
      title: 'Recorded',
      languages: ['en'],
      steps: [{ id: 'hello', type: 'message', say: ['recorded.hello', 'system.goodbye'] }],
    };
    const to = '+919000009999';
    const coming = ear.callTo(to);
    const { id } = await gateway.place(to, { flow, language: 'en' });
    const heard = await heardCall(await coming);
    expect(await gateway.ended(id)).toMatchObject({ outcome: 'completed' });
    const found = followPrompt(heard, [{ name: 'hello', samples }], { fromMs: 0, withinMs: 2_000 });
    expect(faultsOfPrompt(found)).toEqual([]);
    expect(heard.lost).toBe(0);
  });
});
