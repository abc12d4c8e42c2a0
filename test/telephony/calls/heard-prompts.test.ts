import { describe, expect, it } from 'vitest';
import type { Codec } from '../../../src/domain/calls/trunk.ts';
import { rateOf } from '../../../src/speech/codec.ts';
import { padMs } from '../../../src/speech/shape-speech.ts';
import { after, type EarCall } from '../../support/ear/ear-call.ts';
import { earFlow, earParts } from '../../support/ear/ear-flow.ts';
import { faultsOfPrompt, followPrompt, isQuietAfter } from '../../support/ear/follow-prompt.ts';
import {
  earTrunk,
  heardCall,
  renderedParts,
  useEar,
  type HeardCall,
  type RenderedPart,
} from '../../support/ear/heard-call.ts';
import { useCallLab } from '../../support/running-gateway.ts';

const ear = await useEar();
const codecs = ['alaw', 'ulaw', 'g722'] as const;
const lab = useCallLab({
  pjsip: ear.pjsip,
  trunks: codecs.map((codec, index) => earTrunk(codec, { order: index + 1 })),
});

/** What a machine with other work on it may take; the benchmark measures what a quiet one takes, which is a tenth of it. */
const mostLateMs = 400;

/** One call over a trunk with this codec. @param listen what its person does, while it lasts */
async function hear(
  codec: Codec,
  flow: object,
  listen: (call: EarCall) => Promise<void>,
): Promise<HeardCall> {
  const { gateway } = lab();
  const stored = await gateway.api.ask('PUT', '/v1/flows/ear', { body: flow });
  expect([200, 201]).toContain(stored.status);
  const coming = ear.nextCall();
  const { id } = await gateway.place('+919000001199', { flow: 'ear', trunk: `ear-${codec}` });
  const call = await coming;
  expect(call.codec).toBe(codec);
  await listen(call);
  expect(await gateway.ended(id)).toMatchObject({ outcome: 'completed' });
  return heardCall(call);
}

function rendered(codec: Codec, texts: readonly string[]): Promise<RenderedPart[]> {
  return renderedParts(lab().lab.gateway.dataDir, { codec, texts });
}

describe.each(codecs)('what a phone hears over a trunk that speaks %s', (codec) => {
  it('is every prompt as it was rendered, at once after the answer and after each key', async () => {
    const released: number[] = [];
    const heard = await hear(codec, earFlow, async (call) => {
      for (const key of ['1', '1'] as const) {
        await call.asking();
        released.push(await call.press(key));
      }
    });
    const begins: Record<string, number> = {};
    let fromMs = 0;
    for (const [name, texts] of Object.entries(earParts)) {
      const parts = await rendered(codec, texts);
      const found = followPrompt(heard, parts, { fromMs, withinMs: 4_000 });
      expect(faultsOfPrompt(found), name).toEqual([]);
      // No translation on the way: the very bytes of the file.
      for (const { name: text, bytes } of parts)
        expect(heard.bytes.indexOf(bytes.subarray(0, bytes.length - 160)), text).toBeGreaterThanOrEqual(0);
      begins[name] = found[0]?.beginsMs ?? NaN;
      fromMs = found.at(-1)?.endsMs ?? NaN;
      if (name === 'first' || name === 'second')
        expect(isQuietAfter(heard, { fromMs, forMs: 1_000 }), `nothing after ${name}`).toBe(true);
    }
    expect(heard.lost).toBe(0);
    const arrivalOf = (name: string): number => heard.arrivalOf(begins[name] ?? NaN);
    const lateMs = {
      afterAnswer: arrivalOf('welcome') - heard.call.answeredAt,
      afterFirstKey: arrivalOf('second') - (released[0] ?? NaN),
      afterSecondKey: arrivalOf('thanks') - (released[1] ?? NaN),
    };
    for (const [when, late] of Object.entries(lateMs)) expect(late, when).toBeLessThan(mostLateMs);
  });

  it('breaks off at a key that comes early, and goes on at once with what follows from it', async () => {
    const flow = { ...earFlow, steps: earFlow.steps.slice(1) };
    const released: number[] = [];
    const heard = await hear(codec, flow, async (call) => {
      for (const key of ['1', '1'] as const) {
        await call.sound();
        await after(900);
        released.push(await call.press(key));
      }
    });
    const firstOf = async (texts: readonly string[], forMs: number) => {
      const [part] = await rendered(codec, texts);
      const samples = part?.samples.subarray(0, (forMs * rateOf(codec)) / 1000) ?? new Int16Array(0);
      return [{ name: texts[0] ?? '', samples }];
    };
    const [first] = followPrompt(heard, await firstOf(earParts.first, 900), { fromMs: 0, withinMs: 2_000 });
    const [second] = followPrompt(heard, await firstOf(earParts.second, 800), {
      fromMs: first?.endsMs ?? NaN,
      withinMs: 2_000,
    });
    const thanks = followPrompt(heard, await rendered(codec, earParts.thanks), {
      fromMs: second?.endsMs ?? NaN,
      withinMs: 2_000,
    });
    for (const found of [[first!], [second!], thanks]) expect(faultsOfPrompt(found)).toEqual([]);
    const brokenOff = (part: typeof first, next: typeof first): number =>
      heard.arrivalOf(next?.beginsMs ?? NaN) - (released[part === first ? 0 : 1] ?? NaN);
    expect(brokenOff(first, second), 'after the first key').toBeLessThan(mostLateMs);
    expect(brokenOff(second, thanks[0]), 'after the second key').toBeLessThan(mostLateMs);
    // What was broken off is not heard to its end.
    const [whole] = await rendered(codec, earParts.first.slice(0, 1));
    expect(heard.bytes.includes(whole!.bytes.subarray(4 * padMs * 8))).toBe(false);
  });
});
