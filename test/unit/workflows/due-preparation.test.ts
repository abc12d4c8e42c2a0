import { describe, expect, it } from 'vitest';
import { endAttempt } from '../../../src/domain/calls/call-moves.ts';
import type { Call } from '../../../src/domain/calls/call.ts';
import { simulatorTrunk, type Trunk } from '../../../src/domain/calls/trunk.ts';
import { compileFlow } from '../../../src/domain/flows/compile-flow.ts';
import { validateFlow } from '../../../src/domain/flows/validate-flow.ts';
import { spokenPartKey, type SpokenPart } from '../../../src/domain/prompts/spoken-part.ts';
import { assert } from '../../../src/lib/assert.ts';
import type { RenderOptions } from '../../../src/speech/rendition-cache.ts';
import { PromptUnavailable, SpeechFault, type SpeechFaultCode } from '../../../src/speech/speech-fault.ts';
import { withdrawnVerdict } from '../../../src/workflows/attempt-verdicts.ts';
import { DuePreparation } from '../../../src/workflows/due-preparation.ts';
import type { Ways } from '../../../src/workflows/ways.ts';
import { InMemoryLedger } from '../../support/in-memory-ledger.ts';
import {
  dialTransition,
  lastAttempt,
  sampleAcceptance,
  sampleIds,
  sampleTransition,
} from '../../support/sample-call.ts';
import { silentLog } from '../../support/silent-log.ts';
import { TextRenditions } from '../../support/text-renditions.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const definition = {
  title: 'Greeting',
  languages: ['hi'],
  steps: [
    { id: 'hello', type: 'message', say: { text: { hi: 'नमस्ते {{name}}' } } },
    { id: 'news', type: 'message', say: { text: { hi: 'कल स्कूल खुला है' } } },
  ],
};
const validated = validateFlow(definition, {
  promptIds: [],
  has: () => false,
  hasWords: () => true,
  saysCurrency: () => true,
});
assert(validated.result === 'valid', 'the flow of this test is valid');
const flow = compileFlow(validated.flow, {});

interface Rendering {
  parts: readonly SpokenPart[];
  options: RenderOptions;
}

interface Preparing {
  callsPerSecond?: number;
  fault?: () => SpeechFaultCode | null;
  others?: Trunk[];
  trunks?: readonly Trunk[];
  ways?: Ways;
}

function preparing(options: Preparing = {}) {
  const clock = new VirtualClock();
  const ledger = new InMemoryLedger();
  const texts = new TextRenditions('words that nobody can say');
  const rendered: Rendering[] = [];
  const codecs: string[] = [];
  const preparation = new DuePreparation({
    ...{ ledger, clock, ids: sampleIds, log: silentLog, words: {} },
    trunks: options.trunks ?? [
      { ...simulatorTrunk, callsPerSecond: options.callsPerSecond ?? 1 },
      ...(options.others ?? []),
    ],
    ...(options.ways === undefined ? {} : { ways: options.ways }),
    flowOf: () => Promise.resolve(flow),
    renditionsFor: (codec) => ({
      renderAll(parts, given) {
        codecs.push(codec);
        rendered.push({ parts, options: given });
        const code = options.fault?.() ?? null;
        if (code === null) return texts.renderAll(parts);
        const [part] = parts;
        assert(part, 'there is something to say');
        return Promise.reject(new PromptUnavailable(part, new SpeechFault(code, 'planted')));
      },
    }),
    onReady: () => undefined,
  });
  /** Two passes of the dialler over what is due, with all done in between that the first set off. */
  async function pass(): Promise<Call[]> {
    preparation.prepare(await ledger.dueCalls(clock.now(), 100));
    await clock.advanceBy(0);
    preparation.keepOnly(await ledger.dueCalls(clock.now(), 100));
    const due = await ledger.dueCalls(clock.now(), 100);
    const ready = preparation.prepare(due).map(({ call }) => call);
    preparation.keepOnly(due);
    await clock.advanceBy(0);
    return ready;
  }
  async function accept(count: number): Promise<Call[]> {
    const calls: Call[] = [];
    for (let each = 0; each < count; each += 1) {
      const acceptance = sampleAcceptance({ at: clock.now() - count + each });
      await ledger.accept(acceptance);
      calls.push(acceptance.transition.call);
    }
    return calls;
  }
  return { clock, ledger, preparation, rendered, codecs, pass, accept };
}

describe('making due calls ready', () => {
  it.each([
    { callsPerSecond: 1, ahead: 16 },
    { callsPerSecond: 8, ahead: 40 },
  ])(
    'goes $ahead calls ahead of a trunk of $callsPerSecond a second, the first ones first',
    async ({ callsPerSecond, ahead }) => {
      const { clock, ledger, preparation, rendered, pass, accept } = preparing({ callsPerSecond });
      const calls = await accept(60);
      for (let each = 0; each < 3; each += 1) await pass();
      expect(rendered).toHaveLength(ahead);
      expect((await pass()).map(({ id }) => id)).toEqual(calls.slice(0, ahead).map(({ id }) => id));
      // Those that were claimed are not due any more, and make room for the next.
      for (const call of calls.slice(0, 5)) {
        await ledger.commit(dialTransition(call, { at: clock.now() }));
        preparation.forget(call.id);
      }
      await pass();
      expect(rendered).toHaveLength(ahead + 5);
    },
  );

  it('says which words are of this call alone', async () => {
    const { rendered, pass, accept } = preparing();
    await accept(1);
    await pass();
    expect(rendered[0]?.parts.map(spokenPartKey)).toContain('hi:कल स्कूल खुला है');
    expect([...(rendered[0]?.options.personal ?? [])]).toEqual(['hi:नमस्ते आशा']);
  });

  it('makes a call ready anew that still waits after a minute, and has it ready meanwhile', async () => {
    const { clock, rendered, pass, accept } = preparing();
    await accept(1);
    await pass();
    await clock.advanceBy(59_000);
    expect(await pass()).toHaveLength(1);
    expect(rendered).toHaveLength(1);
    await clock.advanceBy(1_000);
    expect(await pass()).toHaveLength(1);
    expect(rendered).toHaveLength(2);
  });

  it.each<{ code: SpeechFaultCode; tries: number }>([
    { code: 'language_not_spoken', tries: 5 },
    { code: 'nothing_audible', tries: 5 },
    { code: 'synthesiser_blocked', tries: 30 },
    { code: 'synthesiser_unreachable', tries: 30 },
  ])('ends a call by name after $tries tries with $code', async ({ code, tries }) => {
    const { clock, ledger, rendered, pass, accept } = preparing({ fault: () => code });
    const [call] = await accept(1);
    for (let each = 0; each < 100; each += 1) {
      await pass();
      await clock.advanceBy(5 * 60_000);
    }
    expect(rendered).toHaveLength(tries);
    const problem = { code: 'prompt_unavailable', detail: expect.not.stringContaining('आशा') as string };
    expect((await ledger.call(call!.id))?.state).toMatchObject({
      status: 'ended',
      outcome: 'trunk_failure',
      problem,
    });
  });

  it('ends no call because the disk is full', async () => {
    let isFull = true;
    const { clock, ledger, pass, accept } = preparing({ fault: () => (isFull ? 'disk_full' : null) });
    const [call] = await accept(1);
    for (let each = 0; each < 100; each += 1) {
      await pass();
      await clock.advanceBy(5 * 60_000);
    }
    expect((await ledger.call(call!.id))?.state.status).toBe('queued');
    isFull = false;
    expect(await pass()).toHaveLength(1);
  });

  it('waits twice as long after each failure, and counts anew after a success', async () => {
    let fault: SpeechFaultCode | null = 'synthesiser_blocked';
    const { clock, ledger, pass, accept } = preparing({ fault: () => fault });
    const [call] = await accept(1);
    const putOffBy = async (): Promise<number> => {
      await pass();
      const { state } = (await ledger.call(call!.id))!;
      return 'nextAttemptAt' in state ? state.nextAttemptAt - clock.now() : NaN;
    };
    const waits = [];
    for (let each = 0; each < 6; each += 1) {
      waits.push(await putOffBy());
      await clock.advanceBy(waits.at(-1) ?? 0);
    }
    expect(waits).toEqual([15_000, 30_000, 60_000, 120_000, 240_000, 300_000]);
    fault = null;
    expect(await pass()).toHaveLength(1);
    fault = 'synthesiser_blocked';
    await clock.advanceBy(60_000);
    expect(await putOffBy()).toBe(15_000);
  });

  it('takes another trunk after one that failed, with the words in its codec', async () => {
    const second: Trunk = { ...simulatorTrunk, name: 'second', order: 2, codec: 'ulaw' };
    const { clock, ledger, preparation, codecs, pass, accept } = preparing({ others: [second] });
    const [call] = await accept(1);
    const planned = async () => {
      await pass();
      return preparation.prepare(await ledger.dueCalls(clock.now(), 100)).map(({ trunk }) => trunk.name);
    };
    expect(await planned()).toEqual(['simulator']);
    // by another process, so that nobody here was told
    const failOver = async (trunk: string): Promise<void> => {
      const dialed = dialTransition((await ledger.call(call!.id))!, { trunk, at: clock.now() });
      await ledger.commit(dialed);
      const verdict = { ...withdrawnVerdict, fault: 'carrier' } as const;
      const end = { at: clock.now(), verdict, progress: null, timeline: [] };
      const after = { next: 'retry', at: clock.now() } as const;
      const attempt = lastAttempt(dialed.call).id;
      await ledger.commit(sampleTransition(endAttempt(dialed.call, attempt, { ...end, after })));
    };
    await failOver('simulator');
    expect(await planned()).toEqual(['second']);
    expect(codecs.at(-1)).toBe('ulaw');
    await failOver('second');
    expect(await planned()).toEqual(['simulator']);
  });
});

describe('the way of a call that waits', () => {
  const trunks = ['first', 'second'].map((name, order) => ({ ...simulatorTrunk, name, order }));

  function watched(open: string[]) {
    const ways = { version: 1, isOpen: (trunk: string) => open.includes(trunk) };
    const under = preparing({ trunks, ways });
    /** Names of trunks that calls are ready for. */
    async function waysNow(): Promise<string[]> {
      await under.pass();
      const due = await under.ledger.dueCalls(under.clock.now(), 100);
      return under.preparation.prepare(due).map(({ trunk }) => trunk.name);
    }
    const nowOpen = (...names: string[]): void => {
      open.splice(0, open.length, ...names);
      ways.version += 1;
    };
    return { ...under, waysNow, nowOpen };
  }

  it('goes over another trunk once its own is shut, though it was ready, and back when that opens', async () => {
    const { accept, waysNow, nowOpen, ledger, clock } = watched(['first', 'second']);
    await accept(3);
    expect(await waysNow()).toEqual(['first', 'first', 'first']);
    nowOpen('second');
    const due = await ledger.dueCalls(clock.now(), 100);
    expect(due).toHaveLength(3);
    expect(await waysNow()).toEqual(['second', 'second', 'second']);
    nowOpen('first', 'second');
    expect(await waysNow()).toEqual(['first', 'first', 'first']);
  });

  it('is never over a trunk that was shut while its words were made', async () => {
    const { accept, nowOpen, preparation, ledger, clock, waysNow } = watched(['first', 'second']);
    await accept(1);
    const due = await ledger.dueCalls(clock.now(), 100);
    preparation.prepare(due);
    nowOpen('second');
    expect(preparation.prepare(due)).toEqual([]);
    await clock.advanceBy(0);
    expect(preparation.prepare(due).map(({ trunk }) => trunk.name)).not.toContain('first');
    expect(await waysNow()).toEqual(['second']);
  });

  it('stays where none is open: it waits for its best', async () => {
    const { accept, waysNow, nowOpen } = watched([]);
    await accept(2);
    expect(await waysNow()).toEqual(['first', 'first']);
    nowOpen('second');
    expect(await waysNow()).toEqual(['second', 'second']);
    nowOpen();
    expect(await waysNow()).toEqual(['first', 'first']);
  });
});
