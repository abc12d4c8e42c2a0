import type { CallView } from '../../src/domain/calls/call-view.ts';

/** What is known of one call when everything is over, from three witnesses: the API, the webhooks' receiver, the phone network. */
export interface CallRecord {
  call: CallView;
  /** The webhooks of this call, verified, each once, in the order in which they came first. */
  events: readonly { type: string; sequence: number | null; response: string | null }[];
  /** INVITEs that reached the network for this number. */
  invites: number;
  /** It was on the line when the process died. */
  wasOnTheLine: boolean;
}

/** What is known of somebody who called a line: one call or one missed call, and nothing else. */
export interface CallerRecord {
  calls: readonly CallRecord[];
  /** `told`: how many events told of it. */
  missedCalls: readonly { told: number }[];
  /** INVITEs that reached the network for the number that called: nobody is to be called back. */
  invites: number;
}

/** A row of the table. All but the first five counts must be 0. */
export interface Tally {
  calls: number;
  kills: number;
  /** Who called a line and was not answered: on record as a missed call, as whoever calls a gateway that is away. */
  missed: number;
  /** On the line when the process died, and gone on with to the end of the flow. */
  resumed: number;
  /** Ended `unknown`, as what cannot be proven has to be. */
  unknown: number;
  lost: number;
  dialledTwice: number;
  responsesLost: number;
  misreported: number;
}

export function tally(records: readonly CallRecord[], kills: number): Tally {
  const count = (is: (record: CallRecord) => boolean): number => records.filter(is).length;
  return {
    calls: records.length,
    kills,
    missed: 0,
    resumed: count(({ wasOnTheLine, call }) => wasOnTheLine && call.outcome === 'completed'),
    unknown: count(({ call }) => call.outcome === 'unknown'),
    lost: count(({ call }) => call.status !== 'ended'),
    dialledTwice: count(({ call, invites }) => invites > mayHaveLeft(call)),
    responsesLost: count((record) =>
      responsesTold(record).some((each) => !responsesOf(record).includes(each)),
    ),
    misreported: count((record) => !isWhollyReported(record)),
  };
}

/** The same for those who called a line. */
export function tallyOfLine(callers: readonly CallerRecord[], kills: number): Tally {
  const answered = callers.flatMap(({ calls }) => calls);
  const count = (is: (caller: CallerRecord) => boolean): number => callers.filter(is).length;
  return {
    ...tally(answered, kills),
    calls: callers.length,
    missed: count(({ missedCalls }) => missedCalls.length > 0),
    lost: count(
      ({ calls, missedCalls }) =>
        calls.length + missedCalls.length === 0 || calls.some(({ call }) => call.status !== 'ended'),
    ),
    dialledTwice: count(({ invites }) => invites > 0),
    misreported: count(
      ({ calls, missedCalls }) =>
        calls.length + missedCalls.length > 1 ||
        calls.some((call) => !isWhollyReported(call) || call.events[0]?.type !== 'call.answered') ||
        missedCalls.some(({ told }) => told !== 1),
    ),
  };
}

/** Attempts without those that were given back unsent. */
function mayHaveLeft({ attempts }: CallView): number {
  return attempts.filter(({ verdict }) => verdict?.fault !== 'gateway').length;
}

/** What may never be anything but 0, by name. */
export const faults = ['lost', 'dialledTwice', 'responsesLost', 'misreported'] as const;

function responsesTold({ events }: CallRecord): string[] {
  return events.flatMap(({ response }) => response ?? []);
}

function responsesOf({ call }: CallRecord): string[] {
  return call.responses.map(({ question, value }) => `${question}=${value}`);
}

/** Without gaps from 1, each answer told, and one end, which is the last. */
function isWhollyReported(record: CallRecord): boolean {
  const { events } = record;
  const told = responsesTold(record);
  return (
    events.every(({ sequence }, index) => sequence === index + 1) &&
    events.filter(({ type }) => type === 'call.ended').length === 1 &&
    events.at(-1)?.type === 'call.ended' &&
    responsesOf(record).every((each) => told.includes(each))
  );
}
