import type { TimelineEntry } from '../calls/call-event.ts';
import type { Call, CallProgress } from '../calls/call.ts';

/**
 * The call without whatever tells of a person: who they are, what was known of them, what they said. That there was a call stays: when, over which
 * trunk, how it ended, how far it came, in which language. Those are statistics.
 */
export function forgetPerson(call: Call): Call {
  return {
    ...call,
    reference: null,
    toMasked: '',
    variables: {},
    people: [],
    metadata: {},
    responses: [],
    attempts: call.attempts.map((attempt) => ({ ...attempt, recording: null })),
    progress: call.progress && forgetProgress(call.progress),
  };
}

/** What `hang_up` set may be a variable, so it goes too. */
function forgetProgress({ people: _, ...progress }: CallProgress): CallProgress {
  return { ...progress, result: null, variables: {} };
}

/** Whether its end was asked for so that the person can be forgotten: what is reported of it since is about nobody. */
export function isBeingErased({ attempts }: Pick<Call, 'attempts'>): boolean {
  return attempts.some(({ endRequested }) => endRequested === 'erased');
}

/** Words of ours, which say nothing of what the person did. */
const impersonal: ReadonlySet<string> = new Set(['call.ended', 'call.attempt_ended']);

/** Which step was come to, and when, stays: campaigns count it. Keys may be digits of anything. */
export function forgetEntry({ at, type, attempt, step, detail }: TimelineEntry): TimelineEntry {
  return { at, type, attempt, step, key: null, detail: impersonal.has(type) ? detail : {} };
}
