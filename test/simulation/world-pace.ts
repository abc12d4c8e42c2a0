import type { WorldPlan } from './world-plan.ts';
import type { WorldWitnesses } from './world-witnesses.ts';

interface PacedWorld {
  plan: WorldPlan;
  witnesses: WorldWitnesses;
  now: number;
  /** Whether somebody may ask for something still. */
  hasClients: boolean;
}

const lookAheadMs = 3_000;
const longestPauseMs = 600_000;
/** Whose answer was lost wakes no job: it finds out no later than this that a pilot began, and when it is over. */
const longestPauseOfPilotMs = 15_000;
/** Whom nobody asks to forget, nobody forgets. */
const longestPauseOfErasuresMs = 6 * 3_600_000;
/** Where all that is left is to wait, a process may die of it all the same. */
const longestQuietMs = 6_000;

/** How long a job waits that usually waits `usualMs`: where nothing can happen before the next call is due, the jobs need not look twice a second. */
export function pauseMs(world: PacedWorld, usualMs: number, job: string): number {
  switch (job) {
    case 'erasures':
    case 'erased-asterisks':
      return Math.max(usualMs, pauseOfErasuresMs(world));
    case 'late-for-erasures':
      return world.hasClients || !world.witnesses.erasures.isIdle ? usualMs : longestPauseOfErasuresMs;
    default:
      return pauseOfCallsMs(world, usualMs);
  }
}

function pauseOfCallsMs({ plan, witnesses, now }: PacedWorld, usualMs: number): number {
  const { calls, phones, pilots } = witnesses;
  if (phones.legCount > 0 || calls.liveCount > 0 || pilots.isDone) return usualMs;
  const isPilotToCome = pilots.isToCome(plan.campaigns.length);
  const longestMs = isPilotToCome ? longestPauseOfPilotMs : longestPauseMs;
  const strayAt = plan.startsAt + (plan.strayLegs[0] ?? Infinity);
  const nextAt = Math.min(calls.nextChangeAt(), strayAt > now ? strayAt : Infinity);
  return Math.max(usualMs, Math.min(longestMs, nextAt - lookAheadMs - now));
}

function pauseOfErasuresMs({ plan, witnesses: { erasures }, now }: PacedWorld): number {
  if (erasures.isIdle) {
    const asked = plan.erasures.flatMap(({ at, repeatsAfterMs }) => [
      at,
      ...repeatsAfterMs.map((afterMs) => at + afterMs),
    ]);
    const nextMs = asked.map((at) => plan.startsAt + at - now).filter((inMs) => inMs > 0);
    return Math.min(longestPauseOfErasuresMs, ...nextMs);
  }
  return Math.min(longestQuietMs, (erasures.quietUntil ?? now) - now);
}
