import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

import { systemClock } from '../../../src/lib/clock.ts';
import { bytesPerMs, decodeSound, encodeSound, rateOf, type Codec } from '../../../src/speech/codec.ts';
import { createEspeakSynthesiser } from '../../../src/speech/espeak-synthesiser.ts';
import { createRenditionCache } from '../../../src/speech/rendition-cache.ts';
import { resample } from '../../../src/speech/resample.ts';
import { silenceBytes } from '../../../src/speech/silence.ts';
import { createSoundShaper } from '../../../src/speech/sound-shaper.ts';
import { SpeechFault } from '../../../src/speech/speech-fault.ts';
import { createTranscoder } from '../../../src/speech/transcode.ts';
import { silentLog } from '../../support/silent-log.ts';
import { temporaryDirectory } from './programs.ts';
import { roomyStore } from './test-voices.ts';

const program = process.env['FFMPEG_BIN'] ?? 'ffmpeg';

/** RMS of what is at this frequency, by correlation with it; against full scale. */
function levelAt(samples: Int16Array, { hz, rateHz }: { hz: number; rateHz: number }): number {
  let [cosine, sine] = [0, 0];
  for (const [at, sample] of samples.entries()) {
    cosine += sample * Math.cos((2 * Math.PI * hz * at) / rateHz);
    sine += sample * Math.sin((2 * Math.PI * hz * at) / rateHz);
  }
  return 20 * Math.log10((Math.hypot(cosine, sine) * Math.SQRT2) / samples.length / 32_768);
}

/** Power above this frequency, in decibels below all of it: by what is left after a running mean over one period of it. */
function shareAbove4kHzDb(samples: Int16Array): number {
  let [high, all] = [0, 0];
  for (let at = 1; at < samples.length; at += 1) {
    // Of 16,000 samples a second, neighbours that are taken from each other keep 8 kHz and lose what is low.
    high += ((samples[at] ?? 0) - (samples[at - 1] ?? 0)) ** 2 / 4;
    all += (samples[at] ?? 0) ** 2;
  }
  return 10 * Math.log10(high / all);
}

function tone(hz: number, rateHz: number): Int16Array {
  return Int16Array.from({ length: rateHz }, (_, at) =>
    Math.round(8_000 * Math.sin((2 * Math.PI * hz * at) / rateHz)),
  );
}

describe('a line of 16,000 samples a second', () => {
  test.each([
    [300, 'carries'],
    [3_000, 'carries'],
    [6_000, 'carries'],
    [8_800, 'does not carry'],
    [10_000, 'does not carry'],
    [20, 'does not carry'],
  ])('%i Hz: it %s that', (hz, what) => {
    const wide = resample({ samples: tone(hz, 22_050), rateHz: 22_050 }, 16_000);
    expect(wide.length).toBe(16_000);
    // What is above 8 kHz could come back as another tone.
    const heardHz = hz > 8_000 ? 16_000 - hz : hz;
    const lossDb =
      levelAt(tone(hz, 22_050), { hz, rateHz: 22_050 }) - levelAt(wide, { hz: heardHz, rateHz: 16_000 });
    if (what === 'carries') expect(Math.abs(lossDb)).toBeLessThan(1);
    else expect(lossDb).toBeGreaterThan(14);
  });

  test('gets its sound from a voice of 8,000 samples without anything invented', () => {
    const wide = resample({ samples: tone(1_000, 8_000), rateHz: 8_000 }, 16_000);
    expect(levelAt(wide, { hz: 1_000, rateHz: 16_000 })).toBeGreaterThan(-16.5);
    expect(levelAt(wide, { hz: 7_000, rateHz: 16_000 })).toBeLessThan(-60);
  });
});

describe('G.722', () => {
  test('is one byte for two samples, and sounds as it did', async () => {
    const samples = tone(5_000, 16_000);
    const bytes = await encodeSound(samples, { codec: 'g722', program });
    expect(bytes.length).toBe(8_000);
    const heard = await decodeSound(bytes, { codec: 'g722', program });
    expect(
      Math.abs(
        levelAt(heard, { hz: 5_000, rateHz: 16_000 }) - levelAt(samples, { hz: 5_000, rateHz: 16_000 }),
      ),
    ).toBeLessThan(1);
  });

  test('has silence that is silent', async () => {
    const heard = await decodeSound(silenceBytes(2_000, 'g722'), { codec: 'g722', program });
    expect(heard.length).toBe(32_000);
    expect(Math.max(...heard.map(Math.abs))).toBeLessThanOrEqual(4);
  });

  test('says by name that ffmpeg is not there', async () => {
    const failing = encodeSound(tone(300, 16_000), { codec: 'g722', program: '/nowhere/ffmpeg' });
    await expect(failing).rejects.toMatchObject({ code: 'transcoder_missing' });
    await expect(failing).rejects.toThrow(SpeechFault);
  });
});

describe('a prompt', () => {
  async function soundOf(codec: Codec): Promise<{ samples: Int16Array; durationMs: number }> {
    const dataDir = await temporaryDirectory();
    const shaper = createSoundShaper({ program });
    onTestFinished(() => shaper.close());
    const cache = createRenditionCache({
      ...{ dataDir, clock: systemClock, codec, shaper, program, log: silentLog },
      voices: [await createEspeakSynthesiser()],
      transcode: createTranscoder({ program, rateHz: rateOf(codec) }),
      store: roomyStore(dataDir, systemClock),
    });
    onTestFinished(() => cache.close());
    const part = { kind: 'text', language: 'en', text: 'Sixty-six fresh sausages.' } as const;
    const { sound, durationMs } = await cache.renditionOf(part);
    const bytes = await readFile(join(dataDir, `${sound}.${codec}`));
    expect(durationMs).toBe(Math.round(bytes.length / bytesPerMs));
    return { samples: await decodeSound(bytes, { codec, program }), durationMs };
  }

  test('lasts as long over a wideband trunk, and has the hiss of an «s» there, which no other carries', async () => {
    const [narrow, wide] = [await soundOf('alaw'), await soundOf('g722')];
    expect(Math.abs(wide.durationMs - narrow.durationMs)).toBeLessThan(120);
    const doubled = resample({ samples: narrow.samples, rateHz: 8_000 }, 16_000);
    expect(shareAbove4kHzDb(wide.samples)).toBeGreaterThan(shareAbove4kHzDb(doubled) + 1);
  });
});
