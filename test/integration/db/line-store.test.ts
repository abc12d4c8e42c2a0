import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createLineStore } from '../../../src/db/line-store.ts';
import { lineOf, type LineRequest } from '../../../src/domain/lines/line-request.ts';
import type { Line, LineNumber } from '../../../src/domain/lines/line.ts';
import { createTestDatabase } from '../../support/database.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());
beforeEach(() => test.clear());
const t0 = 1_800_000_000_000;
const number = (last: number) => `+91141234567${last}` as LineNumber;

function line(last: number, request: LineRequest, at = t0): Line {
  return lineOf(number(last), request, { createdAt: at, changedAt: at });
}

const welcome: LineRequest = {
  mode: 'missed_call',
  list: 'school-updates',
  debounce: 'PT2M',
  call_back: { flow: 'welcome@2', language: 'hi', delay: 'PT30S' },
  confirm: true,
};

describe('lines', () => {
  const lines = createLineStore(test.database);

  it('are what they were last said to be', async () => {
    expect(await lines.put(line(8, welcome))).toEqual({ created: true, line: line(8, welcome) });
    const helpline: LineRequest = {
      ...{ mode: 'answer', flow: 'helpline', language: 'hi', closed_flow: 'closed', full: 'call_back' },
      opening_hours: { start: '09:00', end: '17:00', days: ['mon'] },
    };
    const changed = { ...line(8, helpline, t0 + 1), createdAt: t0 };
    expect(await lines.put(line(8, helpline, t0 + 1))).toEqual({ created: false, line: changed });
    expect(await lines.get(number(8))).toEqual(changed);
    expect(await lines.all()).toEqual([changed]);
  });

  it('are listed by number, page by page', async () => {
    for (const last of [3, 1, 2]) await lines.put(line(last, welcome));
    const first = await lines.list({ after: null, limit: 2 });
    expect(first.map((each) => each.number)).toEqual([number(1), number(2)]);
    expect((await lines.list({ after: number(2), limit: 2 })).map((each) => each.number)).toEqual([
      number(3),
    ]);
  });

  it('are gone when they are deleted', async () => {
    await lines.put(line(8, welcome));
    expect(await lines.delete(number(8))).toBe('deleted');
    expect(await lines.delete(number(8))).toBe('not_found');
    expect(await lines.get(number(8))).toBeNull();
  });
});
