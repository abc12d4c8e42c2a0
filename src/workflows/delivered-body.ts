import { subjectOf, type EventSubject } from '../domain/webhooks/event-subject.ts';
import type { ClaimedDelivery } from '../domain/webhooks/delivery.ts';
import { fillInNumber } from '../domain/webhooks/fill-in-number.ts';

/**
 * What is sent: the event as it was committed, or, to an endpoint that may have numbers in clear, the same with the number filled in.
 *
 * @param numberOf the clear number of the person whom an event is about; null where there is none, or it was erased
 */
export async function deliveredBody(
  { numbers, callId, body }: Pick<ClaimedDelivery, 'numbers' | 'callId' | 'body'>,
  numberOf: (subject: EventSubject) => Promise<string | null>,
): Promise<string> {
  if (numbers === 'masked') return body;
  const subject = subjectOf({ callId, body });
  const number = subject === null ? null : await numberOf(subject);
  return number === null ? body : fillInNumber(body, number);
}
