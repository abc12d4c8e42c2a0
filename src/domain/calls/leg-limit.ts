import type { Trunk } from './trunk.ts';

/** Legs outlive their own limits by no more than this, whatever becomes of us: the network ends them itself. */
const marginMs = 60_000;
/** An attempt may be dialled so much later than at the instant that was reserved for it; what is later still has less time on the line. */
const lateForMs = 60_000;

/** Longest life of a leg, from its dialling: set-up, ringing, talk. */
export function legLimitMs(trunk: Pick<Trunk, 'setupTimeoutMs' | 'ringTimeoutMs'>, talkMs: number): number {
  return trunk.setupTimeoutMs + trunk.ringTimeoutMs + talkMs + marginMs;
}

/** When no leg of an attempt exists any more, where nobody can look. */
export function goneBy(sendAt: number, limitMs: number): number {
  return sendAt + limitMs + lateForMs;
}

/** The limit that the network is given for a leg that is dialled now, so that what is on record of it holds. */
export function limitOfLateLeg(dial: { now: number; goneBy: number; limitMs: number }): number {
  return Math.min(dial.limitMs, dial.goneBy - dial.now);
}
