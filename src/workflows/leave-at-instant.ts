import type { Call } from '../domain/calls/call.ts';
import { nextExpectedMs } from '../domain/calls/claim-lead.ts';
import { decideDialling } from '../domain/calls/decide-dialling.ts';
import type { Pace } from '../domain/calls/pace.ts';
import type { Clock } from '../lib/clock.ts';

/**
 * How long the two statements took lately that stand between an attempt and its INVITE. All attempts of an Asterisk share it: where each found that out for
 * itself, each would miss its instant on a busy machine, then the one that it was given in its place while that was reserved, and every miss is
 * two statements more, just when there is no time for them.
 */
export class LeavingTimes {
  lookMs = 0;
  reservationMs = 0;

  looked(tookMs: number): void {
    this.lookMs = nextExpectedMs(this.lookMs, tookMs);
  }

  reserved(tookMs: number): void {
    this.reservationMs = nextExpectedMs(this.reservationMs, tookMs);
  }
}

export interface LeaveAtInstantDependencies {
  clock: Clock;
  times: LeavingTimes;
  /** Puts on record that the INVITE is about to leave, with the last look for a no. */
  mayLeave: () => Promise<boolean>;
  /** Takes that back: it has not left, and waits for another instant. */
  stay: () => Promise<void>;
  /** Reserves the next instant from `sendFrom` on; null where there is none for this attempt. */
  reserve: (wanted: { now: number; sendFrom: number }) => Promise<number | null>;
  /** Ends early when nobody waits for the instant any more. */
  wait: (waitMs: number) => Promise<'elapsed' | 'aborted'>;
}

/**
 * An attempt that missed instant after instant for so long, because the machine or the database is slow, is given back: a person and a channel are
 * kept for it.
 */
const longestLateMs = 20_000;

/**
 * Waits for the instant that is reserved for an INVITE. One that is late for it, because the machine was busy, takes another: it would break the
 * trunk's pace. That it leaves is put on record just before the instant, by as much as that took lately, so that the look for a no is fresh and makes
 * nobody late. One that takes another instant after that is put on record as staying, so that a crash meanwhile leaves no doubt. Where the database does
 * not say, nothing is dialled.
 *
 * @returns `leave`: now, as of `at`; `give_back`: not any more, unsent; `aborted`: nobody waits for it
 * @throws what `mayLeave` and `reserve` do
 */
export async function leaveAtInstant(
  { clock, times, mayLeave, stay, reserve, wait }: LeaveAtInstantDependencies,
  attempt: { call: Pick<Call, 'purpose' | 'callingHours' | 'notAfter'>; pace: Pace; sendAt: number },
): Promise<{ do: 'leave'; at: number } | { do: 'give_back' } | { do: 'aborted' }> {
  const { call, pace } = attempt;
  let [sendAt, lookedFor] = [attempt.sendAt, NaN];
  for (;;) {
    const now = clock.now();
    const isLooked = lookedFor === sendAt;
    const decision = decideDialling(call, { pace, sendAt, now });
    switch (decision.do) {
      case 'wait':
      case 'dial': {
        const waitMs = decision.do === 'wait' ? decision.waitMs - (isLooked ? 0 : times.lookMs) : 0;
        if (waitMs > 0) {
          if ((await wait(waitMs)) === 'aborted') return { do: 'aborted' };
        } else if (isLooked) return { do: 'leave', at: now };
        else {
          if (!(await mayLeave())) return { do: 'give_back' };
          times.looked(clock.now() - now);
          lookedFor = sendAt;
        }
        break;
      }
      case 'take_another_instant': {
        const isTooLong = now - attempt.sendAt > longestLateMs;
        const sendFrom = now + times.reservationMs + times.lookMs;
        if (isTooLong) return { do: 'give_back' };
        const isNoted = !Number.isNaN(lookedFor);
        const [next] = await Promise.all([reserve({ now, sendFrom }), isNoted ? stay() : null]);
        if (next === null) return { do: 'give_back' };
        lookedFor = NaN;
        times.reserved(clock.now() - now);
        sendAt = next;
        break;
      }
      case 'give_back':
        return decision;
    }
  }
}
