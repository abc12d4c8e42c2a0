import { activeLevelDbfs, padMs, speechLevelDbfs } from '../../../src/speech/shape-speech.ts';
import { correlation, findSound } from '../sound.ts';

/** One sound of a prompt, as it was rendered. */
export interface WantedPart {
  name: string;
  samples: Int16Array;
}

/** Where it was heard. */
export interface HeardPart {
  name: string;
  beginsMs: number;
  endsMs: number;
  /** Of its worst second: normalised cross-correlation, 1 for the same. */
  correlation: number;
  /** What was lost or put in on the way, between one second and the next. */
  slippedMs: number;
  levelDbfs: number;
  /** Milliseconds of the clock of whoever listens, pauses of the stream included. */
  played: { fromMs: number; untilMs: number };
}

/** The targets of the project: what is rendered is what is heard, as loud as speech should be, without a pause that would be taken for the end. */
export const leastCorrelation = 0.95;
export const mostOffLevelDb = 6;
export const longestGapMs = 300;
/** One packet: on a wire that keeps its timestamps there is none. */
export const mostSlippedMs = 20;

const windowMs = 1_000;
/** What is left at the end of a sound goes with the second before it. */
const leastWindowMs = 300;
const reachMs = 80;
/** Long enough to be no other word. */
const anchorMs = 600;

export interface HeardSound {
  samples: Int16Array;
  rateHz: number;
  /** When what stands at this place is played, where that is another time than its place: after a pause of the stream. Milliseconds. */
  playedAt?: (placeMs: number) => number;
}

/**
 * Follows the parts of a prompt through what was heard, one second at a time: a stream that paused has everything after it in another place, which
 * spoils the correlation of the whole and not that of its seconds. Each may lie a little off where the one before ended; that is counted.
 *
 * @param search where the first part is looked for
 */
export function followPrompt(
  heard: HeardSound,
  parts: readonly WantedPart[],
  search: { fromMs: number; withinMs: number },
): HeardPart[] {
  const found: HeardPart[] = [];
  let place = search;
  for (const part of parts) {
    const followed = followPart(heard, part, place);
    found.push(followed);
    place = { fromMs: followed.endsMs - reachMs, withinMs: longestGapMs + 2 * reachMs };
  }
  return found;
}

/** Everything that is not as it should be, in words; none where all is well. */
export function faultsOfPrompt(found: readonly HeardPart[]): string[] {
  return found.flatMap((part, index) => {
    const { name, correlation, slippedMs, levelDbfs, played } = part;
    const before = found[index - 1];
    const gapMs = before === undefined ? 0 : played.fromMs - before.played.untilMs + 2 * padMs;
    const stalledMs = played.untilMs - played.fromMs - (part.endsMs - part.beginsMs);
    return [
      ...(correlation >= leastCorrelation
        ? []
        : [`«${name}» is not what was rendered: ${correlation.toFixed(3)}`]),
      ...(slippedMs <= mostSlippedMs ? [] : [`«${name}» slipped by ${slippedMs.toFixed(0)} ms`]),
      ...(Math.abs(levelDbfs - speechLevelDbfs) <= mostOffLevelDb
        ? []
        : [`«${name}» has ${levelDbfs.toFixed(1)} dBFS`]),
      ...(stalledMs <= longestGapMs ? [] : [`«${name}» stops for ${stalledMs.toFixed(0)} ms in it`]),
      ...(gapMs <= longestGapMs ? [] : [`before «${name}» is a gap of ${gapMs.toFixed(0)} ms`]),
    ];
  });
}

/** Whether anything is heard after a prompt, where it is the listener's turn. */
export function isQuietAfter(
  heard: HeardSound,
  { fromMs, forMs }: { fromMs: number; forMs: number },
): boolean {
  const samples = slice(heard, fromMs, fromMs + forMs);
  return samples.length === 0 || activeLevelDbfs(samples, heard.rateHz) < -50;
}

function followPart(
  heard: HeardSound,
  { name, samples }: WantedPart,
  { fromMs, withinMs }: { fromMs: number; withinMs: number },
): HeardPart {
  const { rateHz } = heard;
  const perMs = rateHz / 1000;
  const anchor = samples.subarray(0, anchorMs * perMs);
  const from = Math.max(0, Math.round(fromMs * perMs));
  const searched = heard.samples.subarray(from, from + anchor.length + withinMs * perMs);
  const begins = from + findSound(anchor, searched).at;
  let [offset, slipped, worst] = [begins, 0, 1];
  for (const { at, length } of windowsOf(samples.length, perMs)) {
    const best = bestNear(samples.subarray(at, at + length), heard, at + offset);
    slipped += Math.abs(best.at - at - offset);
    offset = best.at - at;
    worst = Math.min(worst, best.correlation);
  }
  const [beginsMs, endsMs] = [begins / perMs, (offset + samples.length) / perMs];
  const { playedAt = (placeMs: number) => placeMs } = heard;
  return {
    played: { fromMs: playedAt(beginsMs), untilMs: playedAt(endsMs - 1) + 1 },
    ...{ name, beginsMs, endsMs, correlation: worst, slippedMs: slipped / perMs },
    levelDbfs: activeLevelDbfs(slice(heard, beginsMs, endsMs), rateHz),
  };
}

function windowsOf(length: number, perMs: number): { at: number; length: number }[] {
  const whole = windowMs * perMs;
  const count = Math.max(1, Math.ceil((length - leastWindowMs * perMs) / whole));
  return Array.from({ length: count }, (_, index) => ({
    at: index * whole,
    length: index === count - 1 ? length - index * whole : whole,
  }));
}

/** Where it was expected, unless it is found a little off. */
function bestNear(wanted: Int16Array, { samples, rateHz }: HeardSound, expected: number) {
  const there = { at: expected, correlation: correlation(wanted, samples, expected) };
  if (there.correlation >= leastCorrelation) return there;
  const reach = (reachMs * rateHz) / 1000;
  const from = Math.max(0, expected - reach);
  const found = findSound(wanted, samples.subarray(from, expected + wanted.length + reach));
  return found.correlation > there.correlation ? { ...found, at: from + found.at } : there;
}

function slice({ samples, rateHz }: HeardSound, fromMs: number, untilMs: number): Int16Array {
  return samples.subarray(Math.round((fromMs * rateHz) / 1000), Math.round((untilMs * rateHz) / 1000));
}
