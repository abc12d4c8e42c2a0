import { describe, expect, it } from 'vitest';
import type { Call } from '../../../src/domain/calls/call.ts';
import { weekdays, type CallingHours } from '../../../src/domain/calls/calling-hours.ts';
import { blockingOptOut, hoursThatBind, optOutScopeOf } from '../../../src/domain/calls/dialling-rules.ts';
import type { CampaignId } from '../../../src/domain/ids.ts';

const campaignId = 'cmp_01k6m3q4t8v5w2x9y7z1a3b5c7' as CampaignId;
const campaign = `campaign:${campaignId}`;

describe('an opt-out', () => {
  const service: Pick<Call, 'purpose' | 'list' | 'campaignId'> = {
    ...{ purpose: 'service', list: 'news', campaignId },
  };
  const emergency = { ...service, purpose: 'emergency' } as const;
  const ofNone = { ...service, list: null, campaignId: null };
  it.each<[string, typeof service, string[], string | null]>([
    ['of everything', service, ['all'], 'all'],
    ['of its list', service, ['list:news'], 'list:news'],
    ['of its campaign', service, [campaign], campaign],
    ['of another list and another campaign', service, ['list:other', 'campaign:other'], null],
    ['of something else and of its list', service, ['list:other', 'list:news'], 'list:news'],
    ['of everything, in an emergency', emergency, ['all'], 'all'],
    ['of anything less, in an emergency', emergency, ['list:news', campaign], null],
    ['of a list or a campaign, where it has none', ofNone, ['list:news', campaign], null],
    ['of everything, where it has neither', ofNone, ['all'], 'all'],
    ['of nothing', service, [], null],
  ])('%s forbids a call, or does not', (_what, call, optOuts, expected) => {
    expect(blockingOptOut(call, optOuts)).toBe(expected);
  });

  it.each<[string | null, CampaignId | null, string]>([
    ['news', campaignId, 'list:news'],
    ['news', null, 'list:news'],
    [null, campaignId, campaign],
    [null, null, 'all'],
  ])('by key in a call of the list %j and the campaign %j is one of %s', (list, of, scope) => {
    const call = { ...service, list, campaignId: of };
    expect(optOutScopeOf(call)).toBe(scope);
    // whatever it opts out of, this very call is one of it
    expect(blockingOptOut(call, [scope])).toBe(scope);
  });
});

it('binds every call to its hours but those in an emergency', () => {
  const callingHours: CallingHours = {
    ...{ start: '09:00', end: '21:00', days: weekdays, timeZone: 'Asia/Kolkata', holidays: [] },
  };
  expect(hoursThatBind({ purpose: 'service', callingHours })).toBe(callingHours);
  expect(hoursThatBind({ purpose: 'promotional', callingHours })).toBe(callingHours);
  expect(hoursThatBind({ purpose: 'emergency', callingHours })).toBeNull();
});
