import { describe, expect, test } from 'vitest';

import {
  activeLevelDbfs,
  frameLevelsDbfs,
  longestPauseMs,
  padMs,
  shapeSpeech,
} from '../../../src/speech/shape-speech.ts';

/** A tone of 400 Hz at 8 kHz. */
function tone(durationMs: number, amplitude: number): Int16Array {
  return Int16Array.from({ length: durationMs * 8 }, (_, index) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * 400 * index) / 8000)),
  );
}

function silence(durationMs: number): Int16Array {
  return new Int16Array(durationMs * 8);
}

function sequence(...pieces: Int16Array[]): Int16Array {
  return Int16Array.from(pieces.flatMap((piece) => [...piece]));
}

function longestQuietMs(samples: Int16Array): number {
  let longest = 0;
  let run = 0;
  for (const level of frameLevelsDbfs(samples)) {
    run = level < -40 ? run + 10 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

describe('shaping speech', () => {
  test.each([
    { what: 'a whisper', amplitude: 100 },
    { what: 'a quiet voice', amplitude: 900 },
    { what: 'a loud voice', amplitude: 32000 },
  ])('brings $what to the level of every prompt', ({ amplitude }) => {
    const shaped = shapeSpeech(tone(1500, amplitude))!;
    expect(activeLevelDbfs(shaped)).toBeCloseTo(-22, 0);
  });

  test('does not take pauses for quiet speech when it measures the level', () => {
    const shaped = shapeSpeech(
      sequence(tone(300, 3000), silence(500), tone(300, 3000), silence(500), tone(300, 3000)),
    )!;
    expect(activeLevelDbfs(shaped)).toBeCloseTo(-22, 0);
  });

  test('never passes the peak, however uneven the sound is', () => {
    const shaped = shapeSpeech(sequence(tone(4000, 300), tone(20, 32000), tone(4000, 300)))!;
    const peak = shaped.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0);
    expect(20 * Math.log10(peak / 32768)).toBeLessThanOrEqual(-2.99);
  });

  test('replaces silence at both ends by pads of a fixed length', () => {
    const shaped = shapeSpeech(sequence(silence(900), tone(400, 5000), silence(2300)))!;
    expect(shaped.length / 8).toBe(400 + 2 * padMs);
  });

  test('shortens long pauses and leaves short ones as they are', () => {
    const short = sequence(tone(200, 5000), silence(longestPauseMs - 50), tone(200, 5000));
    expect(shapeSpeech(short)!.length).toBe(short.length + 2 * padMs * 8);

    const shaped = shapeSpeech(
      sequence(tone(200, 5000), silence(3000), tone(200, 5000), silence(1100), tone(200, 5000)),
    )!;
    expect(longestQuietMs(shaped)).toBe(longestPauseMs);
    expect(shaped.length / 8).toBe(600 + 2 * longestPauseMs + 2 * padMs);
  });

  test.each([
    { what: 'nothing', samples: new Int16Array(0) },
    { what: 'digital silence', samples: silence(1000) },
    { what: 'noise that no phone carries', samples: tone(1000, 8) },
  ])('finds nothing to be heard in $what', ({ samples }) => {
    expect(shapeSpeech(samples)).toBeNull();
  });

  test('takes ten minutes of sound at once', () => {
    expect(shapeSpeech(new Int16Array(8000 * 600).fill(1000))).not.toBeNull();
  });
});
