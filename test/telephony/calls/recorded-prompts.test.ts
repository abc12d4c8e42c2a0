import { describe, expect, it } from 'vitest';
import { heardSound } from '../../../asterisk/heard-sound.ts';
import { createEspeakSynthesiser } from '../../../src/speech/espeak-synthesiser.ts';
import { activeLevelDbfs } from '../../../src/speech/shape-speech.ts';
import { testApiKey } from '../../support/gateway-process.ts';
import { useCallLab } from '../../support/running-gateway.ts';
import { readWav, readWavBytes, shareHeard } from '../../support/sound.ts';

const lab = useCallLab();

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
    const wanted = readWavBytes(Buffer.from(await audio.arrayBuffer()));

    const flow = {
      title: 'Recorded',
      languages: ['en'],
      steps: [{ id: 'hello', type: 'message', say: ['recorded.hello', 'system.goodbye'] }],
    };
    const call = await gateway.place('+919000009999', { flow, language: 'en' });
    expect(await gateway.ended(call.id)).toMatchObject({ outcome: 'completed' });
    const [file = ''] = await heardSound(lab().lab.heardDir, { nationalNumber: '9000009999' });
    const heard = await readWav(file);
    // Without the pads, which a phone hears as nothing.
    const { share, at } = shareHeard(wanted.subarray(800, wanted.length - 800), heard);
    expect(share).toBeGreaterThan(0.6);
    expect(Math.abs(activeLevelDbfs(heard.subarray(at, at + wanted.length)) - -22)).toBeLessThan(6);
  });
});
