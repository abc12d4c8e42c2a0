import { unreachable } from '../../lib/assert.ts';
import type { Call } from './call.ts';
import { isAllowed } from './calling-hours.ts';
import { hoursThatBind, ringingSpanMs } from './dialling-rules.ts';
import { decideSending, type Pace } from './pace.ts';

export type Dialling =
  | { do: 'wait'; waitMs: number }
  | { do: 'dial' }
  /** It is late for its instant: it would break the trunk's pace. */
  | { do: 'take_another_instant' }
  /** It may not be dialled any more: unsent, and not counted. */
  | { do: 'give_back' };

/** An instant further off was reserved by a clock that has been put back since; whoever waited for it would keep a channel all that time. */
const longestWaitMs = 60_000;

/**
 * What becomes of a claimed attempt now. All that its claim checked of the time is checked once more by the clock as it is at this moment, whatever it
 * has done since: nobody is dialled outside their hours, or after the end of the call's time, because a clock was put forward or back.
 */
export function decideDialling(
  call: Pick<Call, 'purpose' | 'callingHours' | 'notAfter'>,
  { pace, sendAt, now }: { pace: Pace; sendAt: number; now: number },
): Dialling {
  const sending = decideSending(pace, { sendAt, now });
  switch (sending.do) {
    case 'wait':
      return sending.waitMs > longestWaitMs ? { do: 'give_back' } : sending;
    case 'give_back':
      return { do: 'take_another_instant' };
    case 'send':
      // its instant was in time; that it leaves a little after it is what the pace allows
      return now <= call.notAfter + pace.latenessMs && mayRing(call, now)
        ? { do: 'dial' }
        : { do: 'give_back' };
    default:
      return unreachable(sending);
  }
}

function mayRing(call: Pick<Call, 'purpose' | 'callingHours'>, now: number): boolean {
  const hours = hoursThatBind(call);
  return hours === null || isAllowed(hours, now, now + ringingSpanMs);
}
