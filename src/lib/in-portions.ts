import { setImmediate as nextTurn } from 'node:timers/promises';

/** So many of what takes some 10 µs each are one turn of the event loop: less than a key press is late for on a quiet machine anyway. */
const portion = 50;

/** Maps a long list by portions, between which everybody else has their turn. */
export async function mapInPortions<From, To>(list: readonly From[], map: (each: From) => To): Promise<To[]> {
  const mapped: To[] = [];
  for (const each of list) {
    mapped.push(map(each));
    if (mapped.length % portion === 0) await nextTurn();
  }
  return mapped;
}

/** The same for what comes one by one and perhaps without a wait: `count` is how many have come. */
export async function afterPortion(count: number): Promise<void> {
  if (count % portion === 0) await nextTurn();
}
