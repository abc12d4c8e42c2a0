import { describe, expect, it } from 'vitest';
import { faultOfMeasures, measureRecording } from '../../../src/speech/measure-recording.ts';
import { trimRecording } from '../../../src/speech/trim-recording.ts';

/** A tone of `amplitude` (1 is full scale), clipped where it is louder than can be. */
function tone(amplitude: number, durationMs: number): number[] {
  return Array.from({ length: durationMs * 8 }, (_, index) =>
    Math.round(Math.max(-1, Math.min(1, amplitude * Math.sin(index / 3))) * 32767),
  );
}
const faultOf = (samples: number[]): string | null =>
  faultOfMeasures(measureRecording(Int16Array.from(samples)));

describe('a recording', () => {
  const cases: [string, number[], string | null][] = [
    ['of usual level', tone(0.3, 1000), null],
    ['that is soft', tone(0.005, 1000), null],
    ['that peaks just below the limit', tone(0.98, 1000), null],
    ['of nothing', [], 'has nothing to be heard in it: every sample is zero, and -60 dBFS is the least'],
    [
      'of zeros',
      tone(0, 1000),
      'has nothing to be heard in it: every sample is zero, and -60 dBFS is the least',
    ],
    [
      'of hiss far below what a phone carries',
      tone(0.0005, 1000),
      'has nothing to be heard in it: its loudest moment is -69 dBFS, and -60 dBFS is the least',
    ],
    [
      'of one click',
      [...tone(0, 500), ...tone(0.3, 30), ...tone(0, 500)],
      'has only 30 ms of sound in it, and 100 ms is the least',
    ],
    [
      'that is overdriven',
      tone(4, 1000),
      'is overdriven: 84.5 % of its samples are clipped, and 1 % is the most; record it again with less gain',
    ],
  ];
  it.each(cases)('%s', (_, samples, expected) => {
    expect(faultOf(samples)).toBe(expected);
  });

  it('loses its ends where nobody speaks, though the room is not silent, and keeps 100 ms around the speech', () => {
    const room = (durationMs: number): number[] => tone(0.003, durationMs);
    const samples = Int16Array.from([...room(2000), ...tone(0.3, 1000), ...room(3000)]);
    const trimmed = trimRecording(samples);
    expect(trimmed.length / 8).toBe(1200);
    expect(trimmed).toEqual(samples.subarray(1900 * 8, 3100 * 8));
  });
});
