import type { LegEvent } from '../telephony.ts';

type WithoutPlace<E> = E extends unknown ? Omit<E, 'leg' | 'at'> : never;

/** An event as the leg knows it; whose it is, and when, is added where it is told. */
export type LegHappening = WithoutPlace<LegEvent>;
