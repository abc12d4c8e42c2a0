import { decideByTrunk, type TrunkVerdictRow } from './trunk-verdict.ts';
import { stageOf, type Fault, type HangUpEvidence, type Verdict, type VerdictReason } from './verdict.ts';

/**
 * Why an attempt ended, from what the phone network told of it.
 *
 * The Dial status of Asterisk lies (declined and unknown numbers show as NOANSWER), and Q.850 cause 19 alone cannot tell «rang out»
 * from «dead trunk» (both measured). So the table goes by who ended it, the SIP code, whether it rang, and by the cause only where no SIP code is known.
 * The first row that matches wins.
 */
interface Row {
  /** All that are given must match. A list matches any of its members. */
  endedByUs?: readonly NonNullable<HangUpEvidence['endedByUs']>[];
  answered?: true;
  sip?: (code: number) => boolean;
  /** Looked at only where no SIP code is known. */
  cause?: readonly number[];
  after?: 'ringing' | 'progress_only';
  verdict: VerdictReason;
  fault: Fault;
  final?: true;
}

const oneOf =
  (...codes: number[]) =>
  (code: number): boolean =>
    codes.includes(code);
const within =
  (from: number, to: number) =>
  (code: number): boolean =>
    code >= from && code <= to;

const rows: readonly Row[] = [
  // Whatever ended the talk (0: our absolute limit, 16: hung up, 44: the sound stopped), somebody took the phone.
  { answered: true, verdict: 'answered', fault: 'none', final: true },
  // 487 after our own CANCEL, or whatever crossed with it.
  { endedByUs: ['hang_up'], verdict: 'cancelled', fault: 'none', final: true },

  // What the far end said of the person. Many mobiles send 486 for a decline.
  { sip: oneOf(486, 600), verdict: 'busy', fault: 'callee' },
  { sip: oneOf(403), after: 'ringing', verdict: 'rejected', fault: 'callee' },
  { sip: oneOf(603), verdict: 'rejected', fault: 'callee' },
  { sip: oneOf(401, 403, 407), verdict: 'trunk_failure', fault: 'configuration' },
  { sip: oneOf(404, 410, 484, 485, 604), verdict: 'invalid_number', fault: 'callee', final: true },
  // Asterisk follows a redirect to a Local channel that our dialplan hangs up.
  { sip: within(300, 399), verdict: 'unreachable', fault: 'callee' },
  // An answer that we were never told of: somebody may have listened to nothing.
  { sip: within(200, 299), verdict: 'lost', fault: 'unknown', final: true },

  // It rang, and nobody took it. 487 that we did not ask for: the network gave up ringing.
  { endedByUs: ['ring_timeout', 'setup_timeout'], after: 'ringing', verdict: 'no_answer', fault: 'callee' },
  { sip: oneOf(408, 480, 487), after: 'ringing', verdict: 'no_answer', fault: 'callee' },
  // An announcement instead of ringing: switched off, out of coverage.
  { sip: () => true, after: 'progress_only', verdict: 'unreachable', fault: 'callee' },
  {
    endedByUs: ['ring_timeout', 'setup_timeout'],
    after: 'progress_only',
    verdict: 'unreachable',
    fault: 'callee',
  },
  // Our own limit without any sign shows as 480 as well: the trunk never replied.
  { endedByUs: ['ring_timeout', 'setup_timeout'], verdict: 'trunk_failure', fault: 'carrier' },
  { sip: oneOf(480), verdict: 'unreachable', fault: 'callee' },

  // The way there failed. 488 and 606: no codec in common.
  { sip: oneOf(488, 606), verdict: 'trunk_failure', fault: 'configuration' },
  { sip: oneOf(503), verdict: 'congestion', fault: 'carrier' },
  { sip: within(100, 699), verdict: 'trunk_failure', fault: 'carrier' },

  // No SIP code: Q.850.
  { cause: [17], verdict: 'busy', fault: 'callee' },
  { cause: [1, 22, 28], verdict: 'invalid_number', fault: 'callee', final: true },
  { cause: [21], after: 'ringing', verdict: 'rejected', fault: 'callee' },
  { cause: [21], verdict: 'trunk_failure', fault: 'configuration' },
  { cause: [20, 23, 27], verdict: 'unreachable', fault: 'callee' },
  { cause: [34, 38, 41, 42, 44], verdict: 'congestion', fault: 'carrier' },
  { after: 'ringing', verdict: 'no_answer', fault: 'callee' },
  { after: 'progress_only', verdict: 'unreachable', fault: 'callee' },
  { cause: [19], verdict: 'unreachable', fault: 'callee' },
  { cause: [3, 18], verdict: 'trunk_failure', fault: 'carrier' },
];

const otherwise: Row = { verdict: 'trunk_failure', fault: 'unknown' };

/**
 * Total: whatever the evidence, there is a verdict. The codes are kept in it for the engineers of the trunk.
 *
 * @param own rows of the trunk's own table, which are tried first
 */
export function decideVerdict(evidence: HangUpEvidence, own: readonly TrunkVerdictRow[] = []): Verdict {
  return decideByTrunk(own, evidence) ?? decideByTable(evidence);
}

function decideByTable(evidence: HangUpEvidence): Verdict {
  const row = rows.find((each) => matches(each, evidence)) ?? otherwise;
  return {
    reason: row.verdict,
    fault: row.fault,
    retryable: row.final !== true,
    // Asterisk names no code for an answered call; the answer was its 200.
    sipCode: evidence.answered ? 200 : evidence.sipCode,
    q850Cause: evidence.q850Cause,
  };
}

function matches(row: Row, evidence: HangUpEvidence): boolean {
  if (row.answered && !evidence.answered) return false;
  if (row.endedByUs && (evidence.endedByUs === null || !row.endedByUs.includes(evidence.endedByUs)))
    return false;
  if (row.sip && (evidence.sipCode === null || !row.sip(evidence.sipCode))) return false;
  if (row.cause && !causeMatches(row.cause, evidence)) return false;
  return row.after === undefined || row.after === stageOf(evidence);
}

function causeMatches(causes: readonly number[], evidence: HangUpEvidence): boolean {
  return evidence.sipCode === null && evidence.q850Cause !== null && causes.includes(evidence.q850Cause);
}
