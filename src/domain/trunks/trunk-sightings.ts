/** What one Asterisk knows of the carrier behind a trunk: whether it answers OPTIONS, and whether we are registered there. */
export interface Sighting {
  readonly up: boolean;
  /** A sentence where it is not. */
  readonly reason: string | null;
  readonly since: number;
  /** When it was last confirmed. */
  readonly seenAt: number;
}

/** By the name of the Asterisk. One that does not know, since nothing is qualified or it cannot be asked, has none. */
export type Sightings = Readonly<Record<string, Sighting>>;

/** Confirmed every 15 s by a gateway that lives; after this nobody stands for it any more. */
export const sightingKeptMs = 60_000;

/**
 * Until when the trunk counts as down; null where it does not. It is down where every Asterisk that knows sees it down: one that reaches the
 * carrier can carry its calls. What is not known counts as up.
 */
export function downUntil(sightings: Sightings, now: number): number | null {
  const fresh = freshSightings(sightings, now);
  if (fresh.length === 0 || fresh.some(({ up }) => up)) return null;
  return Math.max(...fresh.map(({ seenAt }) => seenAt)) + sightingKeptMs;
}

/** Why it is down; null where it is not. */
export function downReason(sightings: Sightings, now: number): string | null {
  if (downUntil(sightings, now) === null) return null;
  return (
    freshSightings(sightings, now).find(({ reason }) => reason !== null)?.reason ?? 'It does not answer.'
  );
}

/** With what this Asterisk sees now; null where it does not know any more. Those that nobody confirms are dropped. */
export function withSighting(
  sightings: Sightings,
  asterisk: string,
  seen: { up: boolean; reason: string | null; at: number } | null,
): Sightings {
  const others = Object.entries(sightings).filter(
    ([name, { seenAt }]) => name !== asterisk && (seen === null || seen.at - seenAt < sightingKeptMs),
  );
  if (seen === null) return Object.fromEntries(others);
  const before = sightings[asterisk];
  const since = before?.up === seen.up ? before.since : seen.at;
  const sighting = { up: seen.up, reason: seen.reason, since, seenAt: seen.at };
  return Object.fromEntries([...others, [asterisk, sighting]]);
}

function freshSightings(sightings: Sightings, now: number): Sighting[] {
  return Object.values(sightings).filter(({ seenAt }) => now - seenAt < sightingKeptMs);
}
