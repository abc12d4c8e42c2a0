import type { Samples } from './wav.ts';

const frameMs = 20;
/** −40 dBFS: a line's noise lies 10 dB below, somebody who speaks softly far from the phone 5 dB above. */
const quietestVoice = 0.01 * 32_768;

/** For how long somebody speaks in it, in milliseconds: frames that are louder than the noise of a line. */
export function speechLengthMs({ samples, rateHz }: Samples): number {
  const length = (rateHz * frameMs) / 1000;
  let loud = 0;
  for (let at = 0; at + length <= samples.length; at += length)
    if (rmsOf(samples.subarray(at, at + length)) > quietestVoice) loud += 1;
  return loud * frameMs;
}

function rmsOf(samples: Int16Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}
