/**
 * How much of its calls per second a trunk is given: all of it, or less after the carrier had too many (503), or said nothing at all.
 *
 * Additive increase, multiplicative decrease, as TCP shares a line with strangers: several gateways, and other customers of the carrier, that keep to
 * it come to fair shares without knowing of each other. The share is a fraction of the configured pace, so it can never be faster.
 */
export interface TrunkPace {
  /** Over 0, at most 1: the share at the instant of the last decrease. It has grown since. */
  readonly factor: number;
  /** Milliseconds since 1970; 0 where it was never slowed down. */
  readonly slowedAt: number;
}

export const fullPace: TrunkPace = { factor: 1, slowedAt: 0 };

/** Half of the pace is gone at once: the calls that a full carrier refuses are lost to their time of day. */
const decrease = 0.5;
/**
 * From half to full in 50 s. Silence shows only after the set-up limit (20 s by default), so the pace has not doubled again before what the last
 * increase did is known; and a minute is short beside the hours of a campaign.
 */
export const increasePerSecond = 0.01;
/** A twentieth still finds out that the carrier is well again: at 10 calls per second one in two seconds. */
export const slowestFactor = 0.05;

/** The share of the configured pace at `now`. */
export function paceFactor({ factor, slowedAt }: TrunkPace, now: number): number {
  return Math.min(1, factor + (Math.max(0, now - slowedAt) / 1000) * increasePerSecond);
}

/**
 * After a call that was refused for want of room, or met silence.
 *
 * @param call.claimedAt when its instant was given to it: one from before the last decrease left at the pace of then, though it may have left later,
 *   and says nothing of the pace since. So a burst slows the trunk down once
 * @param call.at when that was known
 */
export function slowDown(pace: TrunkPace, call: { claimedAt: number; at: number }): TrunkPace {
  if (call.claimedAt <= pace.slowedAt) return pace;
  return { factor: Math.max(slowestFactor, paceFactor(pace, call.at) * decrease), slowedAt: call.at };
}
