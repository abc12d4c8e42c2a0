import { describe, expect, it } from 'vitest';
import { spokenPartKey, type SpokenPart } from '../../../src/domain/prompts/spoken-part.ts';
import { recordingSound } from '../../../src/speech/recording-files.ts';
import { soundPath } from '../../../src/speech/sound-path.ts';
import type { CallRendition, PreparedCall } from '../../../src/workflows/prepared-call.ts';
import { promptDetail } from '../../../src/workflows/prompt-detail.ts';

const hash = 'a'.repeat(40);
const spokenBy = (voice: 'google' | 'espeak-ng' | 'pause', isPersonal = false): string =>
  soundPath({ hash, voice, isPersonal });
const text = (words: string): SpokenPart => ({ kind: 'text', language: 'hi', text: words });
const prompt = (id: string): SpokenPart => ({ kind: 'prompt', id, language: 'hi', text: null });
const pause: SpokenPart = { kind: 'pause', durationMs: 300 };

function voices(...spoken: [SpokenPart, Partial<CallRendition>][]): string {
  const renditions = new Map(
    spoken.map(([part, rendition]) => [spokenPartKey(part), { sound: '', durationMs: 1, ...rendition }]),
  );
  const parts = spoken.map(([part]) => part);
  return (
    promptDetail({ renditions } as unknown as PreparedCall, { promptId: 'prompt-1', parts })['voices'] ?? ''
  );
}

describe('who speaks is on record', () => {
  it.each<[string, [SpokenPart, Partial<CallRendition>][], string]>([
    ['a voice', [[text('a'), { sound: spokenBy('espeak-ng') }]], 'espeak-ng'],
    ['a voice that says a name', [[text('a'), { sound: spokenBy('google', true) }]], 'google'],
    [
      'a recording, by its version',
      [[prompt('quiz.q1'), { sound: recordingSound(hash, 'alaw'), version: 3 }]],
      'quiz.q1@3 recording',
    ],
    [
      'words of the library, by their version and voice',
      [[prompt('quiz.q1'), { sound: spokenBy('espeak-ng'), version: 1 }]],
      'quiz.q1@1 espeak-ng',
    ],
    [
      'a number in many parts, once, and no pauses',
      [
        [text('1'), { sound: spokenBy('espeak-ng') }],
        [pause, { sound: spokenBy('pause') }],
        [text('2'), { sound: spokenBy('espeak-ng') }],
      ],
      'espeak-ng',
    ],
    [
      'one voice after the other',
      [
        [text('1'), { sound: spokenBy('google') }],
        [text('2'), { sound: spokenBy('espeak-ng') }],
        [{ kind: 'own_words', recordingId: 'recording-1', durationMs: 9 }, {}],
      ],
      'google, espeak-ng, own words',
    ],
  ])('%s', (_name, spoken, expected) => {
    expect(voices(...spoken)).toBe(expected);
  });
});
