import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideVerdict } from '../../../src/domain/calls/decide-verdict.ts';
import { parseTrunks } from '../../../src/domain/calls/trunk.ts';
import type { TrunkVerdictRow } from '../../../src/domain/calls/trunk-verdict.ts';
import type { HangUpEvidence } from '../../../src/domain/calls/verdict.ts';

const file = (verdicts: unknown) => ({
  trunks: [
    {
      name: 'carrier-a',
      endpoint: 'PJSIP/{number}@carrier-a',
      prefixes: ['+91'],
      channels: 30,
      calls_per_second: 10,
      verdicts,
    },
  ],
});

function rowsOf(verdicts: unknown): readonly TrunkVerdictRow[] {
  const parsed = parseTrunks(file(verdicts));
  if (parsed.result === 'refused') throw new Error(JSON.stringify(parsed.faults));
  return parsed.trunks[0]?.verdicts ?? [];
}

function faultsOf(verdicts: unknown): [string, string][] {
  const parsed = parseTrunks(file(verdicts));
  return parsed.result === 'refused' ? parsed.faults.map(({ pointer, detail }) => [pointer, detail]) : [];
}

const silent: HangUpEvidence = {
  answered: false,
  rang: false,
  progressed: false,
  sipCode: 403,
  q850Cause: 21,
  endedByUs: null,
};

const own = rowsOf([
  { sip_code: 403, after: 'silence', reason: 'invalid_number' },
  { sip_code: 480, after: 'ringing', reason: 'rejected' },
  { sip_code: 500, q850_cause: 27, reason: 'unreachable' },
  { sip_code: 500, reason: 'congestion' },
  { q850_cause: 38, reason: 'trunk_failure', fault: 'configuration' },
]);

describe('a trunk with verdict rows of its own', () => {
  const cases: [string, Partial<HangUpEvidence>, string, string, boolean][] = [
    ['403 at once, as its row says', {}, 'invalid_number', 'callee', false],
    ['403 after ringing, which its row does not mean', { rang: true }, 'rejected', 'callee', true],
    ['480 after ringing', { rang: true, sipCode: 480, q850Cause: 19 }, 'rejected', 'callee', true],
    ['480 without ringing, as all trunks', { sipCode: 480, q850Cause: 19 }, 'unreachable', 'callee', true],
    ['a code and a cause, both of its row', { sipCode: 500, q850Cause: 27 }, 'unreachable', 'callee', true],
    ['the same code with another cause', { sipCode: 500, q850Cause: 1 }, 'congestion', 'carrier', true],
    ['a cause alone', { sipCode: 502, q850Cause: 38 }, 'trunk_failure', 'configuration', true],
    ['what no row of its own names', { sipCode: 486, q850Cause: 17 }, 'busy', 'callee', true],
    ['an answer', { answered: true }, 'answered', 'none', false],
    ['a call that we cancelled', { endedByUs: 'hang_up' }, 'cancelled', 'none', false],
    ['our own time limit', { endedByUs: 'setup_timeout' }, 'trunk_failure', 'configuration', true],
  ];
  it.each(cases)('tells of %s', (_name, differences, reason, fault, retryable) => {
    const evidence = { ...silent, ...differences };
    const verdict = decideVerdict(evidence, own);
    expect(verdict).toMatchObject({ reason, fault, retryable, q850Cause: evidence.q850Cause });
  });

  it('can never change what is certain, or what no row of it names', () => {
    const evidences = fc.record({
      answered: fc.boolean(),
      rang: fc.boolean(),
      progressed: fc.boolean(),
      sipCode: fc.option(fc.integer({ min: 100, max: 699 })),
      q850Cause: fc.option(fc.integer({ min: 0, max: 127 })),
      endedByUs: fc.constantFrom<HangUpEvidence['endedByUs']>(
        null,
        'hang_up',
        'ring_timeout',
        'setup_timeout',
      ),
    });
    const everything = rowsOf(
      Array.from({ length: 100 }, (_, index) => ({ sip_code: 400 + index, reason: 'invalid_number' })),
    );
    fc.assert(
      fc.property(evidences, (evidence) => {
        const isCertain = evidence.answered || evidence.endedByUs !== null;
        const isNamed = evidence.sipCode !== null && evidence.sipCode >= 400 && evidence.sipCode < 500;
        const verdict = decideVerdict(evidence, everything);
        if (isCertain || !isNamed) expect(verdict).toEqual(decideVerdict(evidence));
        else expect(verdict.reason).toBe('invalid_number');
      }),
    );
  });

  const wrong: [string, unknown, string][] = [
    ['no code at all', [{ reason: 'busy' }], '/trunks/0/verdicts/0'],
    ['an answer', [{ sip_code: 403, reason: 'answered' }], '/trunks/0/verdicts/0/reason'],
    ['a call that we cancelled', [{ sip_code: 487, reason: 'cancelled' }], '/trunks/0/verdicts/0/reason'],
    ['a code of success', [{ sip_code: 200, reason: 'busy' }], '/trunks/0/verdicts/0/sip_code'],
    [
      'a fault of the carrier with a reason of the person',
      [{ sip_code: 403, reason: 'busy', fault: 'carrier' }],
      '/trunks/0/verdicts/0/fault',
    ],
    ['another stage', [{ sip_code: 403, reason: 'busy', after: 'answer' }], '/trunks/0/verdicts/0/after'],
    [
      'an unknown field, in the second row',
      [
        { sip_code: 403, reason: 'busy' },
        { sip_code: 404, reason: 'busy', code: 1 },
      ],
      '/trunks/0/verdicts/1/code',
    ],
    ['no list', { sip_code: 403 }, '/trunks/0/verdicts'],
  ];
  it.each(wrong)('may not have a row with %s', (_name, verdicts, pointer) => {
    expect(faultsOf(verdicts).map(([at]) => at)).toEqual([pointer]);
  });
});
