import type { CallRequest } from '../calls/call-request.ts';
import type { Campaign } from './campaign.ts';

/**
 * The request with every field that it leaves out taken from the campaign. The campaign's start and end bound the call's own:
 * nobody is called before the one or after the other.
 */
export function withCampaign(request: CallRequest, campaign: Campaign): CallRequest {
  const { flow, list, callerId, startsAt, endsAt } = campaign;
  return {
    flow: `${flow.id}@${flow.version}`,
    calling_hours: campaign.callingHours,
    retry: campaign.retry,
    priority: campaign.priority,
    machine_detection: campaign.machineDetection ? 'on' : 'off',
    purpose: campaign.purpose,
    metadata: { ...campaign.metadata },
    ...(list === null ? {} : { list }),
    ...(callerId === null ? {} : { caller_id: callerId }),
    ...request,
    ...bound('not_before', Math.max, { given: request.not_before, ofCampaign: startsAt }),
    ...bound('not_after', Math.min, { given: request.not_after, ofCampaign: endsAt }),
  };
}

function bound(
  field: 'not_before' | 'not_after',
  choose: (one: number, other: number) => number,
  { given, ofCampaign }: { given: string | undefined; ofCampaign: number | null },
): Partial<Pick<CallRequest, 'not_before' | 'not_after'>> {
  if (ofCampaign === null) return {};
  const at = given === undefined ? ofCampaign : choose(Date.parse(given), ofCampaign);
  return { [field]: new Date(at).toISOString() };
}
