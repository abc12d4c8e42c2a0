import type { CampaignStore } from '../../src/db/campaign-store.ts';
import type { CampaignRequest } from '../../src/domain/campaigns/campaign-request.ts';
import type { Campaign } from '../../src/domain/campaigns/campaign.ts';
import { isId, type CampaignId } from '../../src/domain/ids.ts';
import { assert } from '../../src/lib/assert.ts';
import type { CampaignAction, MovedCampaign } from '../../src/workflows/campaign-use-cases.ts';
import {
  createCampaignUseCases,
  type CampaignUseCaseDependencies,
} from '../../src/workflows/create-campaign-use-cases.ts';
import { settleCampaigns, type SettleCampaignsDependencies } from '../../src/workflows/settle-campaigns.ts';

type Dependencies = Omit<CampaignUseCaseDependencies, 'campaignCalls' | 'definitionOf'> &
  SettleCampaignsDependencies & { campaigns: CampaignStore };

/** What a simulated process does about campaigns, as `service.ts` puts it together. */
export class SimulatedCampaigns {
  readonly #deps: Dependencies;
  readonly #useCases: ReturnType<typeof createCampaignUseCases>;

  constructor(deps: Dependencies) {
    this.#deps = deps;
    this.#useCases = createCampaignUseCases({
      ...deps,
      // for reports and exports, which nobody asks for here
      campaignCalls: null as never,
      definitionOf: () => Promise.resolve(null),
    });
  }

  async create(request: CampaignRequest): Promise<CampaignId> {
    const created = await this.#useCases.createCampaign(request);
    assert(created.result === 'created', 'what is planned is valid');
    return created.campaign.campaign.id;
  }

  move(id: CampaignId, action: CampaignAction): Promise<MovedCampaign> {
    return this.#useCases.moveCampaign({ id, ...action });
  }

  /** Null where there is no such campaign. */
  get(id: string): Promise<Campaign | null> {
    return isId('cmp', id) ? this.#deps.campaigns.get(id) : Promise.resolve(null);
  }

  settle(): Promise<void> {
    return settleCampaigns(this.#deps);
  }
}
