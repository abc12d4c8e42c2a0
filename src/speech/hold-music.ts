/**
 * What somebody hears who waits to be joined: a slow broken chord, made here, so that it is nobody's property, in the trunk's codec like all
 * else, and as loud as speech. It ends as softly as it begins, and may be played again and again. 16 bits a sample.
 */
export function musicSamples(rateHz: number): Int16Array {
  const samples = new Float64Array((notes.length * beatMs * rateHz) / 1000);
  for (const [beat, frequencyHz] of notes.entries()) addNote(samples, { beat, frequencyHz, rateHz });
  return Int16Array.from(samples, (level) => Math.round(32_767 * peak * level));
}

const beatMs = 600;
/** Two notes sound at once at most; together they stay well below the peaks of speech. */
const peak = 0.09;
const attackMs = 30;
/** So that a note has nearly died away when the next but one begins. */
const decayPerBeat = 2.6;

const [c4, f4, g4, a4, c5, d5, e5] = [261.6, 349.2, 392, 440, 523.3, 587.3, 659.3];
const e4 = 329.6;
const notes: readonly number[] = [c4, e4, g4, c5, a4, c5, e5, c5, f4, a4, c5, d5, g4, d5, c5, g4];

/** The note and its octave, struck and dying away. */
function addNote(
  samples: Float64Array,
  { beat, frequencyHz, rateHz }: { beat: number; frequencyHz: number; rateHz: number },
): void {
  const beatSamples = (beatMs * rateHz) / 1000;
  const attackSamples = (attackMs * rateHz) / 1000;
  const from = beat * beatSamples;
  const until = Math.min(samples.length, from + 2 * beatSamples);
  for (let at = from; at < until; at += 1) {
    const since = at - from;
    const edge = Math.min(1, since / attackSamples, (until - 1 - at) / attackSamples);
    const strength = edge * Math.exp((-decayPerBeat * since) / beatSamples);
    const angle = (2 * Math.PI * frequencyHz * since) / rateHz;
    samples[at] = (samples[at] ?? 0) + strength * (Math.sin(angle) + 0.3 * Math.sin(2 * angle));
  }
}
