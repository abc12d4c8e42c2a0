import { activeLevelDbfs, frameLevelsDbfs } from './shape-speech.ts';

/** What can be told of a recording before anything is changed in it. */
export interface RecordingMeasures {
  /** RMS of the loudest 10 ms. −Infinity where all is zero. */
  loudestDbfs: number;
  /** RMS while somebody speaks. */
  levelDbfs: number;
  /** Together, frames that are no more than 25 dB below that. */
  speechMs: number;
  /** Of all samples that are not silence, those that stand at the limit of what a sample can be. */
  clippedPercent: number;
}

/** Below this a phone carries nothing: the same as for what is synthesised. */
export const leastLoudestDbfs = -60;
/** Shorter than any word. */
export const leastSpeechMs = 100;
/**
 * Measured with speech that peaks at −2 dBFS: raised by 6 dB 0.7 % are clipped, by 9 dB 2.3 %, by 20 dB 13 %; mastered up to the very limit by a
 * compressor 0.07 %.
 */
export const mostClippedPercent = 1;

const frameMs = 10;
const speechRangeDb = 25;
const clippedFrom = 32_440; // 0.09 dB below the limit: what a lossy codec makes of a clipped peak
/** Of what came over a line: the largest values that A-law and µ-law have are 32,256 and 32,124, the next 31,232 and 31,100. */
export const clippedOnTheLineFrom = 32_000;
const soundFrom = 1_000;

/** @param samples at 8 kHz, with nothing filtered out of them */
export function measureRecording(samples: Int16Array, limit: number = clippedFrom): RecordingMeasures {
  const levels = frameLevelsDbfs(samples);
  const loudestDbfs = levels.reduce((loudest, level) => Math.max(loudest, level), -Infinity);
  const levelDbfs = activeLevelDbfs(samples);
  const speechFrames = levels.filter((level) => level >= levelDbfs - speechRangeDb).length;
  return {
    loudestDbfs,
    levelDbfs,
    speechMs: loudestDbfs === -Infinity ? 0 : speechFrames * frameMs,
    clippedPercent: clippedPercentOf(samples, limit),
  };
}

/** Why the recording cannot be used: a sentence's end, with what was measured; null where it can. */
export function faultOfMeasures(measures: RecordingMeasures): string | null {
  const { loudestDbfs, speechMs, clippedPercent } = measures;
  if (loudestDbfs < leastLoudestDbfs) {
    const measured =
      loudestDbfs === -Infinity ? 'every sample is zero' : `its loudest moment is ${decibels(loudestDbfs)}`;
    return `has nothing to be heard in it: ${measured}, and ${decibels(leastLoudestDbfs)} is the least`;
  }
  if (speechMs < leastSpeechMs)
    return `has only ${speechMs} ms of sound in it, and ${leastSpeechMs} ms is the least`;
  if (clippedPercent > mostClippedPercent) {
    return `is overdriven: ${clippedPercent.toFixed(1)} % of its samples are clipped, and ${mostClippedPercent} % is the most; record it again with less gain`;
  }
  return null;
}

function clippedPercentOf(samples: Int16Array, limit: number): number {
  let clipped = 0;
  let sound = 0;
  for (const sample of samples) {
    const size = Math.abs(sample);
    if (size >= soundFrom) sound += 1;
    if (size >= limit) clipped += 1;
  }
  return sound === 0 ? 0 : (100 * clipped) / sound;
}

function decibels(level: number): string {
  return `${level.toFixed(0)} dBFS`;
}
