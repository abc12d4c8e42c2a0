import { keys, type Key } from '../../domain/flows/keys.ts';
import { talks, type Talk } from './talks.ts';
import { approaches, type Signal } from './approaches.ts';

/** What a phone does: how it is reached, and what it does once it is answered. */
export interface Handset {
  /** In order, each so long after the one before; the last one answers, fails, or nothing more comes. */
  signals: readonly Signal[];
  talk: Talk;
}

/**
 * The handset that a dialled number stands for: `9000BBKKKK`, where `BB` is what the phone does and `KKKK` are its keys. Every other number
 * is one that does not exist.
 *
 * @param endpoint as dialled, e.g. `PJSIP/+919000001239@simulator`; the number in any format
 */
export function handsetOf(endpoint: string): Handset {
  const match = /9000(\d\d)(\d{4})@/.exec(endpoint);
  const behaviour = match?.[1] ?? noSuchNumber;
  const keys = keysOf(match?.[2] ?? '');
  return {
    signals: approaches[behaviour] ?? approaches[noSuchNumber] ?? [],
    talk: talks[behaviour]?.(keys) ?? {},
  };
}

const noSuchNumber = '31';

/**
 * What it presses at each asking, null for staying silent: `9` is silence, `8` is `*`, `7` is `#`. Trailing `9`s are no keys at all.
 */
function keysOf(characters: string): (Key | null)[] {
  return Array.from(characters.replace(/9+$/, ''), keyOf);
}

function keyOf(character: string): Key | null {
  if (character === '9') return null;
  const pressed = { '7': '#', '8': '*' }[character] ?? character;
  return keys.find((key) => key === pressed) ?? null;
}
