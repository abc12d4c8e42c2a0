import type { CallRecording } from '../domain/calls/call.ts';
import type { TimelineEntry } from '../domain/calls/call-event.ts';
import type { EndedTransfer } from '../domain/calls/ended-transfer.ts';
import type { FlowSession } from '../domain/flows/flow-session.ts';

/** What a talk came to, when its leg is gone. */
export interface EndedTalk {
  session: FlowSession | null;
  timeline: TimelineEntry[];
  recording: CallRecording | null;
  transfers: EndedTransfer[];
}
