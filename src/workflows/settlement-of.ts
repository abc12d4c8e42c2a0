import type { ClaimedDelivery, Settlement } from '../domain/webhooks/delivery.ts';
import { nextTry } from '../domain/webhooks/delivery-schedule.ts';
import { unreachable } from '../lib/assert.ts';
import type { SendResult } from '../webhooks/webhook-sender.ts';
import type { Returned } from './delivery-chains.ts';

/** What a try's result means for its delivery. `random` is at least 0 and below 1. */
export function settlementOf(
  delivery: ClaimedDelivery,
  { sent, now, random }: { sent: SendResult; now: number; random: number },
): Settlement {
  const tries = delivery.tries + 1;
  const settled = { id: delivery.id, tries, status: sent.status };
  switch (sent.result) {
    case 'delivered':
      return { ...settled, state: 'delivered', at: now };
    case 'gone':
      return {
        ...settled,
        state: 'dead',
        at: now,
        error: 'The receiver answered 410: it wants no more webhooks.',
      };
    case 'retry': {
      const next = nextTry({ tries, now, retryAfterMs: sent.retryAfterMs, random });
      return next.next === 'dead'
        ? { ...settled, state: 'dead', at: now, error: sent.reason }
        : { ...settled, state: 'pending', nextTryAt: next.at, error: sent.reason };
    }
    default:
      return unreachable(sent);
  }
}

/** It goes back to the queue as it came. */
export function untried({ delivery: { id, tries }, nextTryAt }: Returned): Settlement {
  return { id, tries, state: 'pending', status: null, nextTryAt, error: null };
}
