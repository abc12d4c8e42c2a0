import { describe, expect, it } from 'vitest';
import { noCalls } from '../../../src/domain/campaigns/campaign-counts.ts';
import { renderCampaignEvent } from '../../../src/domain/campaigns/campaign-event.ts';
import type { CampaignState } from '../../../src/domain/campaigns/campaign.ts';
import { renderTrunkStateChanged } from '../../../src/domain/trunks/trunk-event.ts';
import { renderEndpointDisabled } from '../../../src/domain/webhooks/endpoint-disabled-event.ts';
import { otherEventSchema } from '../../../src/http/event-schema.ts';
import { otherEventTypes, type OtherEventType } from '../../../src/http/other-event-schema.ts';
import { forgetInEvent } from '../../../src/domain/privacy/forget-in-event.ts';
import { renderLifted, renderMissedCall } from '../../../src/domain/lines/subscription-event.ts';
import { renderCallBackDone } from '../../../src/domain/call-centre/call-back-request.ts';
import { callBackRequest, campaign, endpoint, eventId, missedCall, someOptOut } from './fake-gateway.ts';

const as = { id: eventId, at: 1_800_000_000_000 };
const begun = { startedAt: as.at, closed: false };

function campaignEvent(
  type: 'campaign.started' | 'campaign.paused' | 'campaign.ended',
  state: CampaignState,
): string {
  const moved = { ...campaign, state };
  return renderCampaignEvent({ campaign: moved, counts: noCalls }, { type }, as).body;
}

const bodies: Record<OtherEventType, string[]> = {
  'campaign.started': [campaignEvent('campaign.started', { status: 'running', ...begun, pilotLeft: 3 })],
  'campaign.paused': [campaignEvent('campaign.paused', { status: 'paused', ...begun, reason: 'requested' })],
  'campaign.ended': [
    campaignEvent('campaign.ended', {
      status: 'ended',
      startedAt: as.at,
      endedAt: as.at,
      reason: 'all_calls_ended',
    }),
    campaignEvent('campaign.ended', { status: 'cancelled', startedAt: null, endedAt: as.at, settled: true }),
  ],
  'trunk.state_changed': [
    renderTrunkStateChanged({ name: 'carrier-a', up: true, reason: null }, as).body,
    renderTrunkStateChanged({ name: 'carrier-a', up: false, reason: 'It does not answer.' }, as).body,
  ],
  'missed_call.received': [
    renderMissedCall(missedCall, '+91******3210', as).body,
    renderMissedCall({ ...missedCall, caller: 'withheld', person: null }, null, as).body,
  ],
  'call_back.done': [
    renderCallBackDone(
      { request: callBackRequest, agent: 'meena', result: 'told', from: '+91******3210' },
      as,
    ).body,
    renderCallBackDone({ request: callBackRequest, agent: 'meena', result: null, from: null }, as).body,
  ],
  'opt_out.deleted': [renderLifted(someOptOut.optOut, '+91******3210', as).body],
  'webhook_endpoint.disabled': [renderEndpointDisabled({ endpoint, reason: 'gone' }, as).body],
};

describe('events that belong to no call', () => {
  it.each([...otherEventTypes])('%s is sent as it is documented, also when its person was erased', (type) => {
    expect(bodies[type]).not.toEqual([]);
    for (const body of bodies[type].flatMap((each) => [each, forgetInEvent(each)]))
      expect(otherEventSchema(type).safeParse(JSON.parse(body)).error?.issues).toBeUndefined();
  });
});
