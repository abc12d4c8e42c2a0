import type { Key } from '../../domain/flows/keys.ts';

/** What a handset does once it is answered. Everything left out does not happen: it listens until it is hung up. */
export interface Talk {
  /** Presses that begin with the first sound that it hears. */
  onFirstSound?: readonly Press[];
  /**
   * What it presses when an *asking* has ended: speech that was followed by silence.
   *
   * @param asking 0 for the first
   */
  onAsking?: (asking: number) => readonly Press[];
  /** So long it speaks as soon as it is answered, whatever it hears. */
  speaksAtOnceForMs?: number;
  /** So long it speaks when an asking has ended. */
  speaksForMs?: number;
  /** So many presses in all, and it hangs up. */
  hangUpAfterPresses?: number;
  /** So long after the answer it hangs up. */
  hangUpAfterMs?: number;
}

export interface Press {
  afterMs: number;
  key: Key;
}

/** What a handset is to press, one character for each asking; null is silence. */
type Keys = readonly (Key | null)[];

/** What each handset of the contract does once it is answered; those that are missing are never answered. */
export const talks: Readonly<Record<string, (keys: Keys) => Talk>> = {
  '00': pressesAtAskings,
  '01': (keys) => ({ ...pressesAtAskings(keys), hangUpAfterPresses: pressed(keys).length }),
  '02': (keys) => ({ onFirstSound: keys.flatMap((key, index) => press(key, 1000 + index * 1500)) }),
  '03': (keys) => ({ onAsking: (asking) => (asking % 2 === 0 ? [] : press(keys[(asking - 1) / 2], 0)) }),
  '04': (keys) => ({ onAsking: (asking) => (asking === 0 ? inOneGo(keys) : []) }),
  '10': () => ({ hangUpAfterMs: 1000 }),
  '26': pressesAtAskings,
  // 8 s of speech, half a second's beep, 20 s of silence.
  '50': () => ({ speaksAtOnceForMs: 8_500, hangUpAfterMs: 28_500 }),
  '51': () => ({ onAsking: () => press('#', 4000), speaksForMs: 4000 }),
  '60': () => ({ speaksAtOnceForMs: 20_000, hangUpAfterMs: 20_000 }),
};

function pressesAtAskings(keys: Keys): Talk {
  return { onAsking: (asking) => press(keys[asking], 0) };
}

function inOneGo(keys: Keys): Press[] {
  return pressed(keys).map((key, index) => ({ afterMs: index * 250, key }));
}

function pressed(keys: Keys): Key[] {
  return keys.filter((key) => key !== null);
}

function press(key: Key | null | undefined, afterMs: number): Press[] {
  return key === null || key === undefined ? [] : [{ afterMs, key }];
}
