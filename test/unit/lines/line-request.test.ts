import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  faultsOfLine,
  lineOf,
  lineRequestSchema,
  requestOf,
} from '../../../src/domain/lines/line-request.ts';
import type { LineRequest } from '../../../src/domain/lines/line-request.ts';
import type { LineNumber } from '../../../src/domain/lines/line.ts';

const number = '+911412345678' as LineNumber;
const times = { createdAt: 1, changedAt: 2 };

describe('what is said of a line', () => {
  it('is filled in with the defaults', () => {
    expect(lineOf(number, { mode: 'missed_call', call_back: { flow: 'welcome' } }, times)).toEqual({
      ...{ number, mode: 'missed_call', list: null, debounceMs: 300_000, confirm: false, optOut: false },
      ...{ callBack: { flow: 'welcome', language: null, delayMs: 20_000 }, ...times },
    });
    expect(lineOf(number, { mode: 'answer', flow: 'helpline' }, times)).toEqual({
      ...{ number, mode: 'answer', list: null, flow: 'helpline', language: null, openingHours: null },
      ...{ closedFlow: null, full: 'busy', ...times },
    });
  });

  it.each<[LineRequest, string[]]>([
    [{ mode: 'missed_call' }, []],
    [{ mode: 'missed_call', list: 'a', confirm: true, call_back: { flow: 'welcome' } }, []],
    [{ mode: 'missed_call', list: 'a', confirm: true }, ['/confirm']],
    [{ mode: 'missed_call', confirm: true, call_back: { flow: 'welcome' } }, ['/list']],
    [{ mode: 'missed_call', opt_out: true, list: 'a' }, []],
    [{ mode: 'missed_call', opt_out: true, call_back: { flow: 'welcome' } }, ['/call_back']],
    [{ mode: 'answer', flow: 'helpline' }, []],
  ])('%j has its faults at %j', (request, pointers) => {
    expect(faultsOfLine(request).map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it.each([
    { mode: 'missed_call', debounce: 'P2D' },
    { mode: 'missed_call', debounce: '5 minutes' },
    { mode: 'missed_call', flow: 'helpline' },
    { mode: 'answer' },
    { mode: 'answer', flow: 'a', full: 'ring' },
    { mode: 'ring' },
    {},
  ])('refuses %j', (request) => {
    expect(lineRequestSchema.safeParse(request).success).toBe(false);
  });

  it('is the same again when it is written down and read', () => {
    const span = fc.constantFrom('PT0S', 'PT5M', 'P1D', 'PT0.5S');
    const missedCall = fc.record(
      {
        mode: fc.constant('missed_call' as const),
        list: fc.string({ minLength: 1, maxLength: 20 }),
        debounce: span,
        call_back: fc.record(
          { flow: fc.constant('welcome'), language: fc.constant('hi'), delay: span },
          { requiredKeys: ['flow'] },
        ),
        confirm: fc.boolean(),
        opt_out: fc.boolean(),
      },
      { requiredKeys: ['mode'] },
    );
    fc.assert(
      fc.property(missedCall, (request) => {
        const line = lineOf(number, request, times);
        expect(lineOf(number, requestOf(line), times)).toEqual(line);
      }),
    );
  });
});
