/** What is believed of a trunk's health, beside what was just seen: one that comes and goes is not to be dialled over each time that it comes. */
export interface DampedHealth {
  /** Null until something was believed. */
  readonly believed: { readonly up: boolean; readonly reason: string | null } | null;
  /** Since when the contrary is seen; null while what is seen is what is believed. */
  readonly doubtedSince: number | null;
  /** When it was last believed to go down. Older ones than `flapWindowMs` do not count, and the holds let no more than seven happen within that. */
  readonly downs: readonly number[];
}

export const nothingBelieved: DampedHealth = { believed: null, doubtedSince: null, downs: [] };

/** One OPTIONS that was lost in a busy second is no outage: Asterisk asks again within a few. */
export const downHoldMs = 5_000;
/** After its first outage a trunk is taken up again as soon; after each further one within the window, in twice the time: some four minutes at most. */
export const upHoldMs = 5_000;
export const flapWindowMs = 10 * 60_000;

/** @param seen what the network tells at `at`, a little later each time */
export function dampHealth(
  damped: DampedHealth,
  seen: { up: boolean; reason: string | null; at: number },
): DampedHealth {
  const { up, reason, at } = seen;
  const downs = damped.downs.filter((since) => at - since < flapWindowMs);
  if (damped.believed === null && up) return { believed: { up, reason }, doubtedSince: null, downs };
  if (damped.believed?.up === up) return { believed: { up, reason }, doubtedSince: null, downs };
  const doubtedSince = damped.doubtedSince ?? at;
  if (at - doubtedSince < (up ? holdUpMs(downs) : downHoldMs)) return { ...damped, doubtedSince, downs };
  return { believed: { up, reason }, doubtedSince: null, downs: up ? downs : [...downs, at] };
}

function holdUpMs(downs: readonly number[]): number {
  return upHoldMs * 2 ** Math.max(0, downs.length - 1);
}
