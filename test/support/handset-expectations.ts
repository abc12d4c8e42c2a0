import type { HangUpEvidence, VerdictReason } from '../../src/domain/calls/verdict.ts';
import type { LegEvent } from '../../src/telephony/telephony.ts';

/** Handsets whose call ends without a word from us, and what must be seen of it. */
export interface EndingHandset {
  number: string;
  is: string;
  before: LegEvent['type'][];
  evidence: Partial<HangUpEvidence>;
  verdict: VerdictReason;
}

const rang = { rang: true, progressed: false };
const silent = { rang: false, progressed: false };
const progressed = { rang: false, progressed: true };
const unanswered = { answered: false, endedByUs: null };

export const endingHandsets: readonly EndingHandset[] = [
  {
    number: '9000109999',
    is: 'answers and hangs up',
    before: ['ringing', 'answered'],
    evidence: { answered: true, rang: true, endedByUs: null },
    verdict: 'answered',
  },
  {
    number: '9000179999',
    is: 'rings, then busy',
    before: ['ringing'],
    evidence: { ...unanswered, ...rang, sipCode: 486, q850Cause: 17 },
    verdict: 'busy',
  },
  {
    number: '9000199999',
    is: 'rings out',
    before: ['ringing'],
    evidence: { ...rang, answered: false, endedByUs: 'ring_timeout' },
    verdict: 'no_answer',
  },
  {
    number: '9000209999',
    is: 'unreachable',
    before: [],
    evidence: { ...unanswered, ...silent, sipCode: 480, q850Cause: 19 },
    verdict: 'unreachable',
  },
  {
    number: '9000219999',
    is: 'rings, then declined',
    before: ['ringing'],
    evidence: { ...unanswered, ...rang },
    verdict: 'rejected',
  },
  {
    number: '9000229999',
    is: 'refused without ringing',
    before: [],
    evidence: { ...unanswered, ...silent, sipCode: 403 },
    verdict: 'trunk_failure',
  },
  {
    number: '9000239999',
    is: 'rings, then 480',
    before: ['ringing'],
    evidence: { ...unanswered, ...rang, sipCode: 480, q850Cause: 19 },
    verdict: 'no_answer',
  },
  {
    number: '9000249999',
    is: 'an announcement, then 404',
    before: ['progress'],
    evidence: { ...unanswered, ...progressed, sipCode: 404, q850Cause: 1 },
    verdict: 'invalid_number',
  },
  {
    number: '9000259999',
    is: '183 and silence',
    before: ['progress'],
    evidence: { ...progressed, answered: false, endedByUs: 'ring_timeout' },
    verdict: 'unreachable',
  },
  {
    number: '9000309999',
    is: 'redirects',
    before: [],
    evidence: { ...unanswered, rang: false, q850Cause: 23 },
    verdict: 'unreachable',
  },
  {
    number: '9000319999',
    is: 'no such number',
    before: [],
    evidence: { ...unanswered, ...silent, sipCode: 404, q850Cause: 1 },
    verdict: 'invalid_number',
  },
  {
    number: '9000349999',
    is: 'congestion',
    before: [],
    evidence: { ...unanswered, ...silent, sipCode: 503, q850Cause: 34 },
    verdict: 'congestion',
  },
  {
    number: '9000389999',
    is: '100 Trying, then nothing',
    before: [],
    evidence: { ...silent, answered: false, endedByUs: 'setup_timeout' },
    verdict: 'trunk_failure',
  },
  {
    number: '9000509999',
    is: 'a machine: hangs up by itself',
    before: ['ringing', 'answered'],
    evidence: { answered: true, endedByUs: null },
    verdict: 'answered',
  },
  {
    number: '9000609999',
    is: 'an agent: hangs up by itself',
    before: ['ringing', 'answered'],
    evidence: { answered: true, endedByUs: null },
    verdict: 'answered',
  },
];

/** Handsets that press keys, and which at each prompt that is followed by enough silence. */
export interface PressingHandset {
  number: string;
  is: string;
  askings: string[];
  hangsUp?: true;
}

export const pressingHandsets: readonly PressingHandset[] = [
  { number: '9000001239', is: 'presses at each asking', askings: ['1', '2', '3', ''] },
  { number: '9000001929', is: 'stays silent at the second asking', askings: ['1', '', '2'] },
  { number: '9000008769', is: 'presses * and #', askings: ['*', '#', '6'] },
  { number: '9000011299', is: 'hangs up after its last key', askings: ['1', '2'], hangsUp: true },
  { number: '9000031299', is: 'presses at every second asking', askings: ['', '1', '', '2'] },
  { number: '9000041239', is: 'presses all at the first asking', askings: ['123', '', ''] },
  { number: '9000261999', is: 'rings as sound, then presses', askings: ['1', ''] },
  { number: '9000519999', is: 'speaks, then presses #', askings: ['#', '#'] },
];
