import { describe, expect, it } from 'vitest';
import {
  hasLimits,
  mayPass,
  openGate,
  pass,
  type CampaignGate,
} from '../../../src/domain/campaigns/campaign-gate.ts';
import { paceOf } from '../../../src/domain/calls/pace.ts';

const now = Date.parse('2026-03-02T12:00:00Z');

function gate(of: Partial<Parameters<typeof openGate>[0]> = {}): CampaignGate {
  const pace = { callsPerSecond: null, maxConcurrent: null };
  return openGate({ id: 'cmp_1', nextSendAt: now, pace, live: 0, pilotLeft: null, ...of });
}

const first = { sendAt: now, isFirst: true };
const again = { sendAt: now, isFirst: false };

describe('the gate of a campaign', () => {
  it.each<[string, CampaignGate, { sendAt: number; isFirst: boolean }, boolean]>([
    [
      'at the very instant of its pace',
      gate({ pace: { callsPerSecond: 1, maxConcurrent: null } }),
      first,
      true,
    ],
    [
      'not a millisecond sooner',
      gate({ pace: { callsPerSecond: 1, maxConcurrent: null }, nextSendAt: now + 1 }),
      first,
      false,
    ],
    ['whenever, without a pace', gate({ nextSendAt: now + 60_000 }), first, true],
    [
      'while one more may be on the line',
      gate({ pace: { callsPerSecond: null, maxConcurrent: 3 }, live: 2 }),
      first,
      true,
    ],
    [
      'not when as many are as may be',
      gate({ pace: { callsPerSecond: null, maxConcurrent: 3 }, live: 3 }),
      first,
      false,
    ],
    ['not when more are', gate({ pace: { callsPerSecond: null, maxConcurrent: 3 }, live: 4 }), again, false],
    ['as the last of a pilot', gate({ pilotLeft: 1 }), first, true],
    ['not after a pilot', gate({ pilotLeft: 0 }), first, false],
    ['after a pilot, when it was one of it', gate({ pilotLeft: 0 }), again, true],
  ])('lets a call pass %s', (_when, open, call, expected) => {
    expect(mayPass(open, call)).toBe(expected);
  });

  it('gives no instant away twice, not even to another claim of a campaign without a pace', () => {
    const open = gate();
    pass(open, first);
    expect(open.nextSendAt).toBe(now + 1);
    pass(open, first);
    expect(open.nextSendAt).toBe(now + 2);
    expect(open.seenSendAt).toBe(now);
  });

  it('keeps its pace from the instant that was given away', () => {
    const { spacingMs } = paceOf(3);
    const open = gate({ pace: { callsPerSecond: 3, maxConcurrent: null } });
    pass(open, { sendAt: now + 7, isFirst: true });
    expect(open.nextSendAt).toBe(Math.ceil(now + 7 + spacingMs));
  });

  it('counts every call that is on the line, and those begun as one of a pilot', () => {
    const open = gate({ pace: { callsPerSecond: null, maxConcurrent: 10 }, live: 4, pilotLeft: 5 });
    pass(open, first);
    pass(open, again);
    expect(open).toMatchObject({ free: 4, pilotLeft: 4, begun: 1 });
  });

  it.each<[Partial<Parameters<typeof openGate>[0]>, boolean]>([
    [{}, false],
    [{ pace: { callsPerSecond: 1, maxConcurrent: null } }, true],
    [{ pace: { callsPerSecond: null, maxConcurrent: 1 } }, true],
    [{ pilotLeft: 0 }, true],
  ])('has limits by which two claims could get in each other’s way: %j', (of, expected) => {
    expect(hasLimits(gate(of))).toBe(expected);
  });
});
