import { describe, expect, it } from 'vitest';
import { shapeSpeech } from '../../../src/speech/shape-speech.ts';
import {
  faultsOfPrompt,
  followPrompt,
  isQuietAfter,
  type WantedPart,
} from '../../support/ear/follow-prompt.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

const rateHz = 8_000;
const perMs = rateHz / 1000;
const random = new SeededRandom(7);
const noise = (length: number, amplitude: number): Int16Array =>
  Int16Array.from({ length }, () => Math.round((2 * random.next() - 1) * amplitude));

/** Syllables of a voice that no other has: tones of changing pitch, in a rhythm, with noise between. */
function speech(lastsMs: number): Int16Array {
  const length = lastsMs * perMs;
  const raw = noise(length, 400);
  for (let at = 0; at < length;) {
    const syllable = Math.min(length - at, Math.round((80 + 160 * random.next()) * perMs));
    const hz = 180 + 500 * random.next();
    for (let index = 0; index < syllable; index += 1) {
      const shape = Math.sin((Math.PI * index) / syllable);
      raw[at + index] =
        (raw[at + index] ?? 0) + 5_000 * shape * Math.sin((2 * Math.PI * hz * index) / rateHz);
    }
    at += syllable + Math.round(40 * perMs * random.next());
  }
  return shapeSpeech(raw, rateHz) ?? raw;
}

const [one, two, other] = [speech(3_400), speech(2_100), speech(3_400)];
const parts: WantedPart[] = [
  { name: 'one', samples: one },
  { name: 'two', samples: two },
];

function joined(...pieces: Int16Array[]): Int16Array {
  return Int16Array.from(pieces.flatMap((piece) => [...piece]));
}
const silence = (lastsMs: number): Int16Array => new Int16Array(lastsMs * perMs);
const cut = (samples: Int16Array, fromMs: number, forMs: number): Int16Array =>
  joined(samples.subarray(0, fromMs * perMs), samples.subarray((fromMs + forMs) * perMs));
const later = (samples: Int16Array, atMs: number, byMs: number): Int16Array =>
  joined(samples.subarray(0, atMs * perMs), silence(byMs), samples.subarray(atMs * perMs));
const louder = (samples: Int16Array, gainDb: number): Int16Array =>
  samples.map((sample) => sample * 10 ** (gainDb / 20));
const mixed = (samples: Int16Array, amplitude: number): Int16Array => {
  const added = noise(samples.length, amplitude);
  return samples.map((sample, index) => sample + (added[index] ?? 0));
};
const faster = (samples: Int16Array, factor: number): Int16Array =>
  Int16Array.from({ length: samples.length / factor }, (_, at) => samples[Math.round(at * factor)] ?? 0);

/** What a listener complains of, where this was heard between two silences. */
function complaints(...heard: Int16Array[]): string[] {
  const sound = { samples: joined(silence(700), ...heard, silence(2_000)), rateHz };
  const found = followPrompt(sound, parts, { fromMs: 0, withinMs: 2_000 });
  const endsMs = found.at(-1)?.endsMs ?? 0;
  const isQuiet = isQuietAfter(sound, { fromMs: endsMs, forMs: 1_200 });
  return [...faultsOfPrompt(found), ...(isQuiet ? [] : ['something is heard after it'])];
}

describe('a prompt that is listened to', () => {
  it.each([
    ['as it was rendered', [one, two]],
    ['a little softer', [louder(one, -4), louder(two, -4)]],
    ['over a line with some noise', [mixed(one, 300), mixed(two, 300)]],
    ['with 10 ms too much after a second, which nobody hears', [later(one, 1_000, 10), two]],
    ['with 100 ms between its parts', [one, silence(100), two]],
  ])('is well %s', (_how, heard) => {
    expect(complaints(...heard)).toEqual([]);
  });

  it.each([
    ['is another one', [other, two]],
    ['is another one in its second part', [one, other]],
    ['lacks a part', [one]],
    ['has its parts the wrong way round', [two, one]],
    ['was cut in the middle', [cut(one, 1_200, 400), two]],
    ['lacks its beginning', [cut(one, 0, 900), two]],
    ['lacks its end', [cut(one, 2_600, 900), two]],
    ['lost three packets', [cut(one, 1_500, 60), two]],
    ['is heard twice', [one, two, one, two]],
    ['has a part twice', [one, one, two]],
    ['is drowned in noise', [mixed(one, 4_000), mixed(two, 4_000)]],
    ['is too fast', [faster(one, 1.02), faster(two, 1.02)]],
    ['is far too loud', [louder(one, 9), louder(two, 9)]],
    ['is far too soft', [louder(one, -9), louder(two, -9)]],
    ['has a pause between its parts', [one, silence(200), two]],
    ['is silence', [silence(5_000)]],
  ])('is complained of where it %s', (_how, heard) => {
    expect(complaints(...heard)).not.toEqual([]);
  });
});
