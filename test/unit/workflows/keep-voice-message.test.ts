import { describe, expect, it } from 'vitest';
import { decodeG711, encodeG711 } from '../../../src/speech/g711.ts';
import { writeWav } from '../../../src/speech/wav.ts';
import type { LegId } from '../../../src/telephony/telephony.ts';
import { keepVoiceMessage } from '../../../src/workflows/keep-voice-message.ts';
import { InMemorySounds } from '../../support/in-memory-sounds.ts';

const rateHz = 8000;

/** A tone of 300 Hz, as a line carries it: what is above the limit is cut off, then comes through the codec. */
function tone(
  lastsMs: number,
  { amplitude, codec = 'alaw' }: { amplitude: number; codec?: 'alaw' | 'ulaw' },
): Buffer {
  const samples = Int16Array.from({ length: (lastsMs * rateHz) / 1000 }, (_, at) => {
    const value = amplitude * Math.sin((2 * Math.PI * 300 * at) / rateHz);
    return Math.max(-32_768, Math.min(32_767, Math.round(value)));
  });
  return writeWav({ samples: decodeG711(encodeG711(samples, codec), codec), rateHz });
}

async function keep(wav: Buffer, isForLibrary: boolean) {
  const sounds = new InMemorySounds();
  const pieces = (async function* () {
    yield await Promise.resolve(wav);
  })();
  const kept = await keepVoiceMessage(
    {
      telephony: { readRecording: () => Promise.resolve(pieces) },
      sounds,
      ids: { newId: () => 'vm_1' as never },
      randomDigits: (count) => '1'.repeat(count),
    },
    { leg: 'att_1' as LegId, recordingId: 'recording-1', isForLibrary },
  );
  const isStored = (await sounds.read('vm_1')) !== null;
  return { kept: typeof kept === 'string' || kept === null ? kept : 'kept', isStored };
}

const stored = { kept: 'kept', isStored: true };
const silent = { kept: null, isStored: false };
const loud = { kept: 'too_loud', isStored: false };

describe('what was said after the beep', () => {
  it.each([
    ['two seconds of speech', tone(2000, { amplitude: 4_000 }), stored, stored],
    ['«yes»', tone(300, { amplitude: 4_000 }), silent, stored],
    ['a click', tone(100, { amplitude: 4_000 }), silent, silent],
    ['the noise of a line', tone(2000, { amplitude: 100 }), silent, silent],
    ['a shout over an A-law line', tone(2000, { amplitude: 90_000 }), stored, loud],
    ['a shout over a µ-law line', tone(2000, { amplitude: 90_000, codec: 'ulaw' }), stored, loud],
    ['somebody loud', tone(2000, { amplitude: 28_000 }), stored, stored],
  ])('%s', async (_name, wav, asMessage, asPrompt) => {
    expect(await keep(wav, false)).toEqual(asMessage);
    expect(await keep(wav, true)).toEqual(asPrompt);
  });
});
