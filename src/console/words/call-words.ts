import type { CallStatus, Outcome } from '../../domain/calls/call.ts';
import type { Fault, VerdictReason } from '../../domain/calls/verdict.ts';
import type { VerdictView } from '../../domain/calls/call-view.ts';
import type { Html } from '../html.ts';
import { stateMark, type Mood } from '../parts/state-mark.ts';

type Words<Kind extends string> = Readonly<Record<Kind, readonly [Mood, string]>>;

const statuses: Words<CallStatus> = {
  queued: ['calm', 'queued'],
  dialing: ['calm', 'dialling'],
  in_progress: ['good', 'talking'],
  waiting_retry: ['calm', 'waits for another attempt'],
  ended: ['calm', 'ended'],
};

const outcomeWords: Words<Outcome> = {
  completed: ['good', 'completed'],
  partial: ['good', 'reached in part'],
  no_answer: ['calm', 'no answer'],
  busy: ['calm', 'busy'],
  rejected: ['calm', 'declined'],
  unreachable: ['calm', 'unreachable'],
  invalid_number: ['watch', 'no such number'],
  machine: ['calm', 'answering machine'],
  trunk_failure: ['bad', 'could not be made'],
  opted_out: ['calm', 'opted out'],
  blocked: ['calm', 'blocked'],
  expired: ['watch', 'expired'],
  cancelled: ['calm', 'cancelled'],
  unknown: ['bad', 'unknown'],
};

const verdicts: Words<VerdictReason> = {
  answered: ['good', 'The phone was answered'],
  no_answer: ['calm', 'It rang, and nobody answered'],
  busy: ['calm', 'Busy'],
  rejected: ['calm', 'Declined on the phone'],
  unreachable: ['calm', 'The phone could not be reached'],
  invalid_number: ['watch', 'There is no such number'],
  machine: ['calm', 'An answering machine took it'],
  congestion: ['watch', 'The carrier was full'],
  trunk_failure: ['bad', 'The trunk failed'],
  cancelled: ['calm', 'It was cancelled'],
  lost: ['bad', 'Lost: nobody saw how it ended'],
};

const faults: Readonly<Record<Fault, string | null>> = {
  none: null,
  callee: 'because of the phone that was called',
  carrier: 'by fault of the carrier',
  configuration: 'by fault of the configuration',
  gateway: 'by fault of the gateway',
  unknown: 'nobody knows by whose fault',
};

/** What another version of the program may have written is shown as it stands. */
function wordsFor<Kind extends string>(words: Words<Kind>, kind: string): readonly [Mood, string] {
  return Object.hasOwn(words, kind) ? words[kind as Kind] : ['calm', kind];
}

export function statusWords(status: string): string {
  return wordsFor(statuses, status)[1];
}

export function outcomeText(outcome: string): string {
  return wordsFor(outcomeWords, outcome)[1];
}

export function reasonText(reason: string): string {
  return wordsFor(verdicts, reason)[1];
}

/** Where a call is, and, once it has ended, how. */
export function callMark({ status, outcome }: { status: string; outcome: string | null }): Html {
  return stateMark(...(outcome === null ? wordsFor(statuses, status) : wordsFor(outcomeWords, outcome)));
}

/** Why an attempt ended, by whose fault, whether another may help, and what the network said. */
export function verdictMark(verdict: VerdictView): Html {
  const [mood, words] = wordsFor(verdicts, verdict.reason);
  const fault = Object.hasOwn(faults, verdict.fault) ? faults[verdict.fault as Fault] : verdict.fault;
  const codes = [
    ...(verdict.sip_code === null ? [] : [`SIP ${verdict.sip_code}`]),
    ...(verdict.q850_cause === null ? [] : [`Q.850 ${verdict.q850_cause}`]),
  ];
  const further = [
    ...(fault === null ? [] : [fault]),
    ...(verdict.reason === 'answered'
      ? []
      : [verdict.retryable ? 'another try may help' : 'another try would not help']),
    ...codes,
  ];
  return stateMark(mood, further.length === 0 ? words : `${words}: ${further.join(', ')}`);
}
