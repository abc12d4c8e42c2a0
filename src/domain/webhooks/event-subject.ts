import { z } from 'zod';
import type { CallBackRequestId, CallId, MissedCallId, OptInId, OptOutId } from '../ids.ts';

/** By what on record the person of an event is found; their number itself is in no event. */
export type EventSubject =
  | { readonly kind: 'call'; readonly id: CallId }
  | { readonly kind: 'missed_call'; readonly id: MissedCallId }
  | { readonly kind: 'opt_in'; readonly id: OptInId }
  | { readonly kind: 'opt_out'; readonly id: OptOutId }
  | { readonly kind: 'call_back_request'; readonly id: CallBackRequestId };

/** What events of no call say of whom they are about; others, such as those of campaigns, are about nobody. */
const namesOfNoCall = z.object({
  data: z.object({
    missed_call: z.object({ id: z.string() }).optional(),
    opt_in: z.string().optional(),
    opt_out: z.string().optional(),
    call_back_request: z.object({ id: z.string() }).optional(),
  }),
});

/** Null for an event that is about no person. */
export function subjectOf({ callId, body }: { callId: CallId | null; body: string }): EventSubject | null {
  if (callId !== null) return { kind: 'call', id: callId };
  const read = namesOfNoCall.safeParse(JSON.parse(body));
  if (!read.success) return null;
  const {
    missed_call: missedCall,
    opt_in: optIn,
    opt_out: optOut,
    call_back_request: request,
  } = read.data.data;
  if (missedCall !== undefined) return { kind: 'missed_call', id: missedCall.id as MissedCallId };
  if (optIn !== undefined) return { kind: 'opt_in', id: optIn as OptInId };
  if (optOut !== undefined) return { kind: 'opt_out', id: optOut as OptOutId };
  if (request !== undefined) return { kind: 'call_back_request', id: request.id as CallBackRequestId };
  return null;
}
