import { z } from '@hono/zod-openapi';
import { isId, type CampaignId } from '../domain/ids.ts';
import { invalidRequest, type Problem } from './problem.ts';

/** As a field or a parameter: whether there is such a campaign, it does not know. */
export const campaignId = z.string().refine((text): text is CampaignId => isId('cmp', text), {
  error: 'must be the id of a campaign',
});

/** For whoever names a campaign that there is not, by this parameter or in this field. */
export function noSuchCampaign(place: { parameter: string } | { pointer: string }): Problem {
  const detail = 'must be the id of a campaign';
  return invalidRequest([{ ...place, detail, suggestion: 'GET /v1/campaigns lists them.' }]);
}
