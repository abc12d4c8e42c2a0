/**
 * A trunk's pace: no more INVITEs than `callsPerSecond` in any sliding second.
 *
 * Each INVITE is reserved an instant, `spacingMs` after the one before, and may leave at most `latenessMs` after it; a later one is
 * given back unsent. Two INVITEs n places apart are then at least n × spacing − lateness apart, which is why the spacing makes up for the
 * lateness: with spacing > (1000 + lateness) / rate, no second can hold one too many.
 */
export interface Pace {
  readonly spacingMs: number;
  readonly latenessMs: number;
}

/** Clocks are read in whole milliseconds. */
const clockStepMs = 1;

/** 5 % of a second: what a busy event loop may need; the pace is lower than the trunk's by that much. */
const usualLatenessMs = 50;

/** @param callsPerSecond what the trunk allows; may be a fraction */
export function paceOf(callsPerSecond: number, latenessMs: number = usualLatenessMs): Pace {
  return { spacingMs: (1000 + clockStepMs + latenessMs) / callsPerSecond, latenessMs };
}

/** What to do with an INVITE whose instant is `sendAt`: send it, wait so long, or give it back. */
export function decideSending(
  pace: Pace,
  instants: { sendAt: number; now: number },
): { do: 'send' } | { do: 'wait'; waitMs: number } | { do: 'give_back' } {
  const waitMs = instants.sendAt - instants.now;
  if (waitMs > 0) return { do: 'wait', waitMs };
  return -waitMs <= pace.latenessMs ? { do: 'send' } : { do: 'give_back' };
}
