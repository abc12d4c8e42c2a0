import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideVerdict } from '../../../src/domain/calls/decide-verdict.ts';
import {
  verdictReasons,
  type Fault,
  type HangUpEvidence,
  type VerdictReason,
} from '../../../src/domain/calls/verdict.ts';

const nothing: HangUpEvidence = {
  answered: false,
  rang: false,
  progressed: false,
  sipCode: null,
  q850Cause: null,
  endedByUs: null,
};
const answered = { answered: true };
const rang = { rang: true };
const progressed = { progressed: true };
const coded = (q850Cause: number, sipCode: number | null): Partial<HangUpEvidence> => ({
  q850Cause,
  sipCode,
});
const by = (endedByUs: HangUpEvidence['endedByUs']): Partial<HangUpEvidence> => ({ endedByUs });

type Case = [string, Partial<HangUpEvidence>, VerdictReason, Fault, boolean];

/** «How a call ended» of the telephony facts, row by row, as measured on Asterisk. */
const measured: Case[] = [
  ['answered, hung up', { ...rang, ...answered, ...coded(16, null) }, 'answered', 'none', false],
  ['486 after ringing', { ...rang, ...coded(17, 486) }, 'busy', 'callee', true],
  ['404', coded(1, 404), 'invalid_number', 'callee', false],
  ['480 without ringing', coded(19, 480), 'unreachable', 'callee', true],
  ['480 after ringing', { ...rang, ...coded(19, 480) }, 'no_answer', 'callee', true],
  ['503', coded(34, 503), 'congestion', 'carrier', true],
  ['Hangup(21) after ringing', { ...rang, ...coded(21, 403) }, 'rejected', 'callee', true],
  ['603 after ringing', { ...rang, ...coded(21, 603) }, 'rejected', 'callee', true],
  [
    'rings out to our time-out',
    { ...rang, ...coded(19, 480), ...by('ring_timeout') },
    'no_answer',
    'callee',
    true,
  ],
  [
    'never replies, to our time-out',
    { ...coded(19, 480), ...by('setup_timeout') },
    'trunk_failure',
    'carrier',
    true,
  ],
  [
    'announcement before answer, then 404',
    { ...progressed, ...coded(1, 404) },
    'invalid_number',
    'callee',
    false,
  ],
  ['dead address', coded(18, 408), 'trunk_failure', 'carrier', true],
  ['sound stopped', { ...rang, ...answered, ...coded(44, null) }, 'answered', 'none', false],
  [
    'our absolute limit during the talk',
    { ...rang, ...answered, ...coded(0, null) },
    'answered',
    'none',
    false,
  ],
];

/** The paragraph that says what the table should mean. */
const meant: Case[] = [
  ['600', coded(17, 600), 'busy', 'callee', true],
  ['401', coded(21, 401), 'trunk_failure', 'configuration', true],
  ['403 without ringing', coded(21, 403), 'trunk_failure', 'configuration', true],
  ['407', coded(21, 407), 'trunk_failure', 'configuration', true],
  ...[410, 484, 485, 604].map((code): Case => [`${code}`, coded(1, code), 'invalid_number', 'callee', false]),
  ['183 only, then 480', { ...progressed, ...coded(19, 480) }, 'unreachable', 'callee', true],
  ['183 only, then 503', { ...progressed, ...coded(34, 503) }, 'unreachable', 'callee', true],
  [
    '183 only, to our time-out',
    { ...progressed, ...coded(19, 480), ...by('ring_timeout') },
    'unreachable',
    'callee',
    true,
  ],
  [
    '183, then ringing out',
    { ...progressed, ...rang, ...coded(19, 480), ...by('ring_timeout') },
    'no_answer',
    'callee',
    true,
  ],
  [
    'our ring time-out that crossed with a 503',
    { ...rang, ...coded(34, 503), ...by('ring_timeout') },
    'no_answer',
    'callee',
    true,
  ],
  ['408 after ringing', { ...rang, ...coded(18, 408) }, 'no_answer', 'callee', true],
  ['487 that nobody asked for, after ringing', { ...rang, ...coded(16, 487) }, 'no_answer', 'callee', true],
  ['487 that nobody asked for, without', coded(16, 487), 'trunk_failure', 'carrier', true],
  ['603 without ringing', coded(21, 603), 'rejected', 'callee', true],
  [
    'our set-up limit, though it rang',
    { ...rang, ...coded(19, 480), ...by('setup_timeout') },
    'no_answer',
    'callee',
    true,
  ],
  ...[488, 606].map((code): Case => [`${code}`, coded(58, code), 'trunk_failure', 'configuration', true]),
  ...[100, 199, 400, 500, 502, 504, 580, 699].map((code): Case => [
    `${code}`,
    coded(41, code),
    'trunk_failure',
    'carrier',
    true,
  ]),
  ['487 after our CANCEL', { ...rang, ...coded(16, 487), ...by('hang_up') }, 'cancelled', 'none', false],
  [
    '486 that crossed with our CANCEL',
    { ...rang, ...coded(17, 486), ...by('hang_up') },
    'cancelled',
    'none',
    false,
  ],
  [
    'hung up by us after the answer',
    { ...rang, ...answered, ...coded(16, null), ...by('hang_up') },
    'answered',
    'none',
    false,
  ],
  ['a redirect', coded(23, null), 'unreachable', 'callee', true],
  ...[300, 302, 399].map((code): Case => [
    `a redirect with its code, ${code}`,
    coded(23, code),
    'unreachable',
    'callee',
    true,
  ]),
  ...[200, 299].map((code): Case => [
    `${code} of which we saw nothing`,
    coded(16, code),
    'lost',
    'unknown',
    false,
  ]),
];

/** What no SIP code tells. */
const byCause: Case[] = [
  ['cause 17', coded(17, null), 'busy', 'callee', true],
  ...[1, 22, 28].map((cause): Case => [
    `cause ${cause}`,
    coded(cause, null),
    'invalid_number',
    'callee',
    false,
  ]),
  ...[20, 23, 27].map((cause): Case => [`cause ${cause}`, coded(cause, null), 'unreachable', 'callee', true]),
  ['cause 21 after ringing', { ...rang, ...coded(21, null) }, 'rejected', 'callee', true],
  ['cause 21 without ringing', coded(21, null), 'trunk_failure', 'configuration', true],
  ...[34, 38, 41, 42, 44].map((cause): Case => [
    `cause ${cause}`,
    coded(cause, null),
    'congestion',
    'carrier',
    true,
  ]),
  ['cause 0 after ringing', { ...rang, ...coded(0, null) }, 'no_answer', 'callee', true],
  ['cause 0 after 183 only', { ...progressed, ...coded(0, null) }, 'unreachable', 'callee', true],
  ['cause 19 without a sign', coded(19, null), 'unreachable', 'callee', true],
  ...[3, 18].map((cause): Case => [
    `cause ${cause} without a sign`,
    coded(cause, null),
    'trunk_failure',
    'carrier',
    true,
  ]),
  ['a cause beside a code, which tells more', coded(17, 503), 'congestion', 'carrier', true],
  ['nothing at all', {}, 'trunk_failure', 'unknown', true],
];

describe('decideVerdict', () => {
  it.each([...measured, ...meant, ...byCause])('%s', (_name, evidence, reason, fault, retryable) => {
    expect(decideVerdict({ ...nothing, ...evidence })).toMatchObject({ reason, fault, retryable });
  });

  it('keeps the codes for the engineers of the trunk', () => {
    expect(decideVerdict({ ...nothing, rang: true, sipCode: 486, q850Cause: 17 })).toMatchObject({
      sipCode: 486,
      q850Cause: 17,
    });
    expect(decideVerdict({ ...nothing, answered: true, q850Cause: 16 })).toMatchObject({
      sipCode: 200,
      q850Cause: 16,
    });
  });

  const evidence: fc.Arbitrary<HangUpEvidence> = fc.record({
    answered: fc.boolean(),
    rang: fc.boolean(),
    progressed: fc.boolean(),
    sipCode: fc.option(fc.oneof(fc.integer({ min: 100, max: 699 }), fc.integer())),
    q850Cause: fc.option(fc.oneof(fc.integer({ min: 0, max: 127 }), fc.integer())),
    endedByUs: fc.constantFrom('setup_timeout', 'ring_timeout', 'hang_up', null),
  });

  it('has a verdict for whatever the network says', () => {
    fc.assert(
      fc.property(evidence, (each) => {
        expect(verdictReasons).toContain(decideVerdict(each).reason);
      }),
      { numRuns: 2000 },
    );
  });

  it('says «answered» of answered legs only, and «cancelled» only where we hung up', () => {
    fc.assert(
      fc.property(evidence, (each) => {
        const { reason } = decideVerdict(each);
        expect(reason === 'answered').toBe(each.answered);
        if (reason === 'cancelled') expect(each.endedByUs).toBe('hang_up');
      }),
      { numRuns: 2000 },
    );
  });
});
