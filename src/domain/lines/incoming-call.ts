import { goneBy } from '../calls/leg-limit.ts';
import { weekdays } from '../calls/calling-hours.ts';
import type { Attempt, Call, CallPerson, PersonHash } from '../calls/call.ts';
import type { Lease } from '../asterisks/lease.ts';
import { defaultRetryPolicy } from '../calls/retry-policy.ts';
import type { FlowReference } from '../flows/flow-definition.ts';
import type { AttemptId, CallId } from '../ids.ts';
import { maskNumber } from '../phone-numbers/phone-number.ts';
import type { Caller } from './caller.ts';
import type { AnsweredLine } from './line.ts';

/** As for a call of ours that does not say. */
const longestTalkMs = 15 * 60_000;
/** The network ends the leg by itself so much later than we would. */
const marginMs = 60_000;

export interface IncomingCallStart {
  leg: AttemptId;
  line: AnsweredLine;
  caller: Caller;
  person: PersonHash;
  /** By its name. */
  trunk: string;
  flow: FlowReference;
  language: string;
  /** Who shares the phone, where the flow asks for that. */
  people: readonly CallPerson[];
  lease: Pick<Lease, 'asterisk' | 'epoch'>;
  at: number;
}

/**
 * A call that is about to be answered: on nobody's record yet, since it costs nobody anything until then. Its id follows from the leg's, which follows
 * from what the network calls it, so that it is admitted once, whatever dies.
 */
export function incomingCallOf(start: IncomingCallStart): Call {
  const { line, caller, at, leg } = start;
  return {
    id: leg.replace(/^att/, 'call') as CallId,
    ...{ direction: 'incoming', line: line.number, reference: null, campaignId: null, list: line.list },
    person: start.person,
    toMasked: caller.kind === 'person' ? maskNumber(caller.number) : '',
    ...{ language: start.language, flow: start.flow, priority: 'normal', purpose: 'service' },
    ...{ variables: {}, people: start.people, startAt: null },
    ...{ notBefore: null, notAfter: at + longestTalkMs },
    callingHours: { start: '00:00', end: '24:00', days: weekdays, timeZone: 'UTC', holidays: [] },
    retry: { ...defaultRetryPolicy, maxAttempts: 1 },
    ...{ callerId: null, trunk: start.trunk, maxDurationMs: longestTalkMs },
    // whoever shows no number is nobody who could be on a list
    ...(line.list === null || caller.kind !== 'person' ? {} : { optInList: line.list }),
    ...{ record: false, machineDetection: false, metadata: {}, createdAt: at, responses: [] },
    attempts: [legOf(start)],
    state: { status: 'dialing', attempt: 1 },
    ...{ progress: null, sequence: 0, revision: 0 },
  };
}

/** After so long the network itself ends the leg. */
export const lineLegLimitMs = longestTalkMs + marginMs;

function legOf({ leg, trunk, lease, at }: IncomingCallStart): Attempt {
  return {
    ...{ id: leg, number: 1, trunk, asterisk: lease.asterisk, epoch: lease.epoch, callerId: null },
    ...{ sendAt: at, startedAt: at, goneBy: goneBy(at, lineLegLimitMs), ringingAt: null, answeredAt: null },
    ...{ recording: null, endRequested: null, ended: null },
  };
}
