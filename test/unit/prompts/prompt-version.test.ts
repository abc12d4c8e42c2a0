import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  nextContent,
  versionOfEra,
  type PromptContent,
  type PromptRecording,
  type PromptVersion,
  type PutPrompt,
} from '../../../src/domain/prompts/prompt-version.ts';

function recording(hash: string): PromptRecording {
  return { hash, originalHash: hash, format: 'wav', originalBytes: 1, durationMs: 1, loudnessDbfs: -22 };
}
const a = recording('a');
const b = recording('b');

describe('what is put', () => {
  const cases: [string, PromptContent | null, PutPrompt, PromptContent | null][] = [
    ['words, where nothing is', null, { text: 'one' }, { text: 'one', recording: null }],
    ['the same words', { text: 'one', recording: null }, { text: 'one' }, null],
    ['other words', { text: 'one', recording: null }, { text: 'two' }, { text: 'two', recording: null }],
    [
      'a recording of words',
      { text: 'one', recording: null },
      { recording: a },
      { text: 'one', recording: a },
    ],
    ['the same recording', { text: 'one', recording: a }, { recording: a }, null],
    ['another recording', { text: 'one', recording: a }, { recording: b }, { text: 'one', recording: b }],
    [
      'the words of a recording',
      { text: null, recording: a },
      { text: 'one' },
      { text: 'one', recording: a },
    ],
    ['words that a recording has', { text: 'one', recording: a }, { text: 'one' }, null],
    [
      'other words than a recording has',
      { text: 'one', recording: a },
      { text: 'two' },
      { text: 'two', recording: null },
    ],
  ];
  it.each(cases)('%s', (_, newest, put, expected) => {
    expect(nextContent(newest, put)).toEqual(expected);
  });
});

describe('the version that a call speaks', () => {
  function version(number: number, createdAt: number, deletedAt: number | null = null): PromptVersion {
    return {
      id: 'p',
      language: 'hi',
      version: number,
      content: { text: 'x', recording: null },
      createdAt,
      deletedAt,
    };
  }
  const two = [version(1, 10), version(2, 20)];
  const cases: [string, PromptVersion[], { acceptedAt: number; beganAt: number | null }, number | null][] = [
    ['the newest, where the call did not begin', two, { acceptedAt: 5, beganAt: null }, 2],
    ['the newest of when it began', two, { acceptedAt: 5, beganAt: 15 }, 1],
    ['that of the very instant', two, { acceptedAt: 5, beganAt: 20 }, 2],
    ['none, where all came later', two, { acceptedAt: 1, beganAt: 5 }, null],
    ['what was deleted after it was accepted', [version(1, 10, 30)], { acceptedAt: 25, beganAt: null }, 1],
    ['nothing that was deleted before', [version(1, 10, 30)], { acceptedAt: 30, beganAt: null }, null],
    [
      'what was put again after a deletion',
      [version(1, 10, 30), version(2, 40)],
      { acceptedAt: 35, beganAt: null },
      2,
    ],
  ];
  it.each(cases)('is %s', (_, versions, era, expected) => {
    expect(versionOfEra(versions, era)?.version ?? null).toBe(expected);
  });

  it('stays the same for a call that began, whatever is put or deleted afterwards', () => {
    const instants = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 6 });
    fc.assert(
      fc.property(instants, instants, (before, after) => {
        const era = { acceptedAt: 90, beganAt: 100 };
        const first = before.map((at, index) => version(index + 1, at));
        const later = after.map((at, index) => version(first.length + index + 1, 101 + at));
        const deleted = [...first, ...later].map((each) => ({ ...each, deletedAt: 300 }));
        expect(versionOfEra(deleted, era)?.version).toBe(versionOfEra(first, era)?.version);
      }),
    );
  });
});
