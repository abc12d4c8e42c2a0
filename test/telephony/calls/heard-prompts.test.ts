import { beforeAll, describe, expect, it } from 'vitest';
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

interface Story {
  flow: string;
  definition: object;
  /** What its person does before each of the two keys. */
  wait: (call: EarCall) => Promise<unknown>;
}

const patient: Story = { flow: 'whole', definition: earFlow, wait: (call) => call.asking() };
const hasty: Story = {
  flow: 'broken-off',
  definition: { ...earFlow, steps: earFlow.steps.slice(1) },
  wait: (call) => call.sound().then(() => after(900)),
};

interface Told {
  heard: HeardCall;
  /** When each key was let go. */
  released: number[];
}

/** All calls are made at once, before anything is looked at: the looking takes the processor, and the ear notes when each packet comes. */
const told = new Map<string, Promise<Told>>();

beforeAll(async () => {
  for (const story of [patient, hasty]) {
    const path = `/v1/flows/${story.flow}`;
    expect(await lab().gateway.api.ask('PUT', path, { body: story.definition })).toMatchObject({
      status: 201,
    });
    for (const codec of codecs) told.set(`${codec} ${story.flow}`, hear(codec, story));
  }
  await Promise.allSettled(told.values());
}, 120_000);

/** One call over a trunk with this codec. */
async function hear(codec: Codec, story: Story): Promise<Told> {
  const { gateway } = lab();
  const number = `+91900000${1_000 + told.size}`;
  const coming = ear.callTo(number);
  const { id } = await gateway.place(number, { flow: story.flow, trunk: `ear-${codec}` });
  const call = await coming;
  expect(call.codec).toBe(codec);
  const released: number[] = [];
  for (const key of ['1', '1'] as const) {
    await story.wait(call);
    released.push(await call.press(key));
  }
  expect(await gateway.ended(id)).toMatchObject({ outcome: 'completed' });
  return { heard: await heardCall(call), released };
}

async function toldOf(codec: Codec, { flow }: Story): Promise<Told> {
  const each = await told.get(`${codec} ${flow}`);
  if (each === undefined) throw new Error('no such call was made');
  return each;
}

/** All that may be heard over a trunk with this codec; rendered once. */
const sounds = new Map<Codec, Promise<RenderedPart[]>>();

async function rendered(codec: Codec, texts: readonly string[]): Promise<RenderedPart[]> {
  const { dataDir } = lab().lab.gateway;
  const all = sounds.get(codec) ?? renderedParts(dataDir, { codec, texts: Object.values(earParts).flat() });
  sounds.set(codec, all);
  const parts = new Map((await all).map((part) => [part.name, part]));
  return texts.map((text) => {
    const part = parts.get(text);
    if (part === undefined) throw new Error(`«${text}» is no part of the flow`);
    return part;
  });
}

describe.each(codecs)('what a phone hears over a trunk that speaks %s', (codec) => {
  it('is every prompt as it was rendered, at once after the answer and after each key', async () => {
    const { heard, released } = await toldOf(codec, patient);
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
    const { heard, released } = await toldOf(codec, hasty);
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
