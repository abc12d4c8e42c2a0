import type { Load } from './place-calls.ts';

/** One way to make the same call, with an Asterisk of its own. */
export interface Contender {
  name: ContenderName;
  /** Makes so many calls and resolves when all have ended. Rejects when they have not in time. */
  makeCalls: (load: Load) => Promise<void>;
  /** CPU used until now, in milliseconds, by part; the phones are not counted. */
  cpuMs: () => Promise<CpuByPart>;
  stop: () => Promise<void>;
}

/** `floor`: dialplan alone. `bare`: a program without rules. */
export type ContenderName = 'floor' | 'gateway' | 'ari_client' | 'bare';

/** `program`: the gateway, or the process that does the same. Zero for what a contender does not have. */
export interface CpuByPart {
  asterisk: number;
  program: number;
  postgres: number;
}

/** What is played in every contender, as Asterisk's dialplan and ARI name it, without `sound:`. */
export interface CallSounds {
  /** The question, then the silence in which the phone is listened to. */
  question: string[];
  thanks: string[];
}

/** A call takes five seconds; no contender may take longer than this for the last of them. */
export const lastCallsWithinMs = 30_000;

/** Phones press when the question is over. */
export const pressAfterMs = 3_500;
