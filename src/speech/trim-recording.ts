import { sampleRateHz } from './transcode.ts';
import { activeLevelDbfs, frameLevelsDbfs } from './shape-speech.ts';

/**
 * Takes the ends off a recording where nobody speaks yet, or any more. A room is never silent: its noise lies some 30 dB below the voice, and
 * what is synthesised has none, so that this goes by the level of the speech.
 */
export function trimRecording(samples: Int16Array, rateHz: number = sampleRateHz): Int16Array {
  const frameSamples = rateHz / 100;
  const levels = frameLevelsDbfs(samples, rateHz);
  const threshold = activeLevelDbfs(samples, rateHz) - edgeRangeDb;
  const first = levels.findIndex((level) => level >= threshold);
  const last = levels.findLastIndex((level) => level >= threshold);
  if (first < 0) return samples;
  const from = Math.max(0, first - marginFrames);
  return samples.subarray(from * frameSamples, (last + 1 + marginFrames) * frameSamples);
}

/** A consonant at the beginning of a word is some 20 dB below its vowel. */
const edgeRangeDb = 24;
/** 100 ms on both sides: an «f» or an «s» that is weaker still. */
const marginFrames = 10;
