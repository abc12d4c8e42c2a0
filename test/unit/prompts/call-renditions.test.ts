import { describe, expect, it } from 'vitest';
import type {
  PromptContent,
  PromptRecording,
  PromptVersion,
} from '../../../src/domain/prompts/prompt-version.ts';
import type { PromptPart, SoundPart, SpokenPart } from '../../../src/domain/prompts/spoken-part.ts';
import { spokenPartKey } from '../../../src/domain/prompts/spoken-part.ts';
import type { Rendition } from '../../../src/speech/rendition-cache.ts';
import { PromptUnavailable } from '../../../src/speech/speech-fault.ts';
import { createCallRenditions } from '../../../src/workflows/call-renditions.ts';
import { PromptLibrary } from '../../../src/workflows/prompt-library.ts';

const recording: PromptRecording = {
  ...{ hash: 'a'.repeat(40), originalHash: 'b', format: 'wav' },
  ...{ originalBytes: 1, durationMs: 1, loudnessDbfs: -22 },
};

function version(id: string, language: string, content: Partial<PromptContent>): PromptVersion {
  const whole = { text: null, recording: null, ...content };
  return { id, language, version: 1, content: whole, createdAt: 0, deletedAt: null };
}

/** A library on a clock that stands until it is moved, and how often the database was asked. */
function libraryOf(versions: PromptVersion[]) {
  const state = { now: 0, asked: 0, fails: false };
  const library = new PromptLibrary({
    clock: { now: () => state.now, setTimer: () => ({ cancel: () => undefined }) },
    prompts: {
      versionsIn(languages) {
        state.asked += 1;
        if (state.fails) return Promise.reject(new Error('the database is away'));
        return Promise.resolve(versions.filter((each) => languages.includes(each.language)));
      },
    },
  });
  return { library, state };
}

async function soundsOf(library: PromptLibrary, parts: SpokenPart[]): Promise<Record<string, string>> {
  const renditions = createCallRenditions({
    library,
    renditions: {
      renderAll: (sounds: readonly SoundPart[]): Promise<ReadonlyMap<string, Rendition>> =>
        Promise.resolve(
          new Map(sounds.map((part) => [spokenPartKey(part), { sound: spokenPartKey(part), durationMs: 1 }])),
        ),
    },
  });
  const era = { acceptedAt: 1, beganAt: null };
  const signal = new AbortController().signal;
  const all = await renditions.renderAll(parts, { era, signal, personal: new Set() });
  return Object.fromEntries([...all].map(([key, { sound }]) => [key, sound]));
}

const q1: PromptPart = { kind: 'prompt', id: 'quiz.q1', language: 'hi', text: null };
const bye: PromptPart = { kind: 'prompt', id: 'system.goodbye', language: 'hi', text: 'नमस्ते' };

describe('what a prompt sounds like', () => {
  const cases: [string, PromptPart, PromptVersion[], string][] = [
    [
      'its recording',
      q1,
      [version('quiz.q1', 'hi', { recording, text: 'एक' })],
      `recording:${recording.hash}`,
    ],
    ['its words, where it has no recording', q1, [version('quiz.q1', 'hi', { text: 'एक' })], 'hi:एक'],
    ['the gateway’s own words, where the library has none', bye, [], 'hi:नमस्ते'],
    [
      'a recording in place of the gateway’s own words',
      bye,
      [version('system.goodbye', 'hi', { recording })],
      `recording:${recording.hash}`,
    ],
    [
      'that of the language without its region',
      { ...q1, language: 'hi-IN' },
      [version('quiz.q1', 'hi', { recording })],
      `recording:${recording.hash}`,
    ],
    [
      'that of the region, where there are both',
      { ...q1, language: 'hi-IN' },
      [version('quiz.q1', 'hi', { recording }), version('quiz.q1', 'hi-IN', { text: 'एक' })],
      'hi-IN:एक',
    ],
  ];
  it.each(cases)('is %s', async (_, part, versions, expected) => {
    expect(await soundsOf(libraryOf(versions).library, [part])).toEqual({ [spokenPartKey(part)]: expected });
  });

  it('is nothing where it is nowhere, and that is told by its name', async () => {
    const failing = soundsOf(libraryOf([version('quiz.q1', 'en', { recording })]).library, [q1]);
    await expect(failing).rejects.toThrow(PromptUnavailable);
    await expect(failing).rejects.toThrow('the prompt «quiz.q1» in the language hi');
    await expect(failing).rejects.toMatchObject({ faultySide: 'words' });
  });
});

describe('the library', () => {
  const find = (library: PromptLibrary, part: PromptPart, isNeeded = true) =>
    library.find([{ id: part.id, language: part.language, isNeeded }], { acceptedAt: 1, beganAt: null });

  it('is asked once for all calls of a second', async () => {
    const { library, state } = libraryOf([version('quiz.q1', 'hi', { recording })]);
    await Promise.all([find(library, q1), find(library, q1), find(library, bye, false)]);
    expect(state.asked).toBe(1);
    state.now = 999;
    await find(library, q1);
    expect(state.asked).toBe(1);
    state.now = 1_000;
    await find(library, q1);
    expect(state.asked).toBe(2);
  });

  it('is asked anew before a prompt is called missing, which another gateway may have taken up just now', async () => {
    const versions: PromptVersion[] = [];
    const { library, state } = libraryOf(versions);
    expect((await find(library, bye, false)).size).toBe(0);
    versions.push(version('quiz.q1', 'hi', { recording }));
    expect((await find(library, q1)).size).toBe(1);
    expect(state.asked).toBe(2);
  });

  it('forgets a look that failed', async () => {
    const { library, state } = libraryOf([version('quiz.q1', 'hi', { recording })]);
    state.fails = true;
    await expect(find(library, q1)).rejects.toThrow('the database is away');
    state.fails = false;
    expect((await find(library, q1)).size).toBe(1);
  });
});
