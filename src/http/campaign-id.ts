import { z } from '@hono/zod-openapi';
import { isId, type CampaignId } from '../domain/ids.ts';

/** As a field or a parameter: whether there is such a campaign, it does not know. */
export const campaignId = z.string().refine((text): text is CampaignId => isId('cmp', text), {
  error: 'must be the id of a campaign',
});
