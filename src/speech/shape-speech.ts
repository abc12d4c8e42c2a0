import { sampleRateHz } from './transcode.ts';

/**
 * Makes speech fit for a phone call: as loud as RFC 7874 asks (−22 dBFS while somebody speaks), no silence at its ends but short pads,
 * and no pause inside that a caller, or a handset that waits for its turn, would take for the end.
 *
 * The level is measured and set here rather than by ffmpeg's `loudnorm`, which needs three seconds of sound to know it, and digits are
 * shorter.
 */
export const speechLevelDbfs = -22;
export const peakDbfs = -3;
export const padMs = 80;
export const longestPauseMs = 600;

const frameMs = 10;
const fullScale = 32768;
/** Frames this far below the loudest are pauses, not speech, when the level is measured. */
const activeRangeDb = 30;
/** Below this at both ends is nothing that a phone would carry. */
const edgeDbfs = -55;
/** Asterisk's own threshold of silence is a mean of 256 of 32768, about this level. */
const pauseDbfs = -40;
/** Sound whose loudest frame is below this is no speech. */
const inaudibleDbfs = -60;

/** @returns null when there is nothing to be heard in it */
export function shapeSpeech(samples: Int16Array, rateHz: number = sampleRateHz): Int16Array | null {
  if (loudestOf(frameLevelsDbfs(samples, rateHz)) < inaudibleDbfs) return null;
  const levelled = applyGain(samples, speechLevelDbfs - activeLevelDbfs(samples, rateHz));
  const pad = new Int16Array((padMs * rateHz) / 1000);
  return joined([pad, withoutLongPauses(withoutSilentEnds(levelled, rateHz), rateHz), pad]);
}

/** The level while somebody speaks: RMS of the frames that are not pauses. −Infinity for silence. */
export function activeLevelDbfs(samples: Int16Array, rateHz: number = sampleRateHz): number {
  const levels = frameLevelsDbfs(samples, rateHz);
  const threshold = loudestOf(levels) - activeRangeDb;
  const powers = levels.filter((level) => level >= threshold).map((level) => 10 ** (level / 10));
  return 10 * Math.log10(powers.reduce((sum, power) => sum + power, 0) / powers.length);
}

/** RMS of each whole frame of 10 ms, the rest at the end as a frame of its own. */
export function frameLevelsDbfs(samples: Int16Array, rateHz: number = sampleRateHz): number[] {
  const frameSamples = frameSamplesAt(rateHz);
  const count = Math.ceil(samples.length / frameSamples);
  return Array.from({ length: count }, (_, index) => {
    const frame = samples.subarray(index * frameSamples, (index + 1) * frameSamples);
    const power = frame.reduce((sum, sample) => sum + (sample / fullScale) ** 2, 0) / frame.length;
    return power === 0 ? -Infinity : 10 * Math.log10(power);
  });
}

function frameSamplesAt(rateHz: number): number {
  return (rateHz * frameMs) / 1000;
}

/** Not `Math.max(...)`: a long recording has more frames than a call may have arguments. */
function loudestOf(levels: readonly number[]): number {
  return levels.reduce((loudest, level) => Math.max(loudest, level), -Infinity);
}

function applyGain(samples: Int16Array, gainDb: number): Int16Array {
  const gain = 10 ** (gainDb / 20);
  return samples.map((sample) => Math.round(limit((sample / fullScale) * gain) * fullScale));
}

/** Leaves everything up to 6 dB under the peak as it is, and bends what is above so that it never passes the peak. */
function limit(value: number): number {
  const ceiling = 10 ** (peakDbfs / 20);
  const knee = ceiling / 2;
  const size = Math.abs(value);
  if (size <= knee) return value;
  return Math.sign(value) * (knee + (ceiling - knee) * Math.tanh((size - knee) / (ceiling - knee)));
}

function withoutSilentEnds(samples: Int16Array, rateHz: number): Int16Array {
  const frameSamples = frameSamplesAt(rateHz);
  const levels = frameLevelsDbfs(samples, rateHz);
  const first = levels.findIndex((level) => level >= edgeDbfs);
  const last = levels.findLastIndex((level) => level >= edgeDbfs);
  return samples.subarray(first * frameSamples, (last + 1) * frameSamples);
}

/** Takes the middle out of pauses that are too long. */
function withoutLongPauses(samples: Int16Array, rateHz: number): Int16Array {
  const frameSamples = frameSamplesAt(rateHz);
  const kept: Int16Array[] = [];
  let keptFrom = 0;
  for (const pause of pausesIn(frameLevelsDbfs(samples, rateHz))) {
    const spareFrames = pause.frames - longestPauseMs / frameMs;
    if (spareFrames <= 0) continue;
    const cut = pause.from + Math.floor((pause.frames - spareFrames) / 2);
    kept.push(samples.subarray(keptFrom * frameSamples, cut * frameSamples));
    keptFrom = cut + spareFrames;
  }
  return joined([...kept, samples.subarray(keptFrom * frameSamples)]);
}

function pausesIn(levels: readonly number[]): { from: number; frames: number }[] {
  const pauses: { from: number; frames: number }[] = [];
  let quietFrom: number | null = null;
  for (const [index, level] of [...levels, 0].entries()) {
    if (level < pauseDbfs) quietFrom ??= index;
    else if (quietFrom !== null) {
      pauses.push({ from: quietFrom, frames: index - quietFrom });
      quietFrom = null;
    }
  }
  return pauses;
}

function joined(pieces: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
