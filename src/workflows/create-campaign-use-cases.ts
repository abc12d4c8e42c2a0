import type { CampaignCalls } from '../db/campaign-calls.ts';
import type { CampaignStore } from '../db/campaign-store.ts';
import type { Ledger } from '../db/ledger.ts';
import {
  cancelCampaign,
  closeCampaign,
  pauseCampaign,
  resumeCampaign,
  startCampaign,
} from '../domain/campaigns/campaign-moves.ts';
import { noCalls } from '../domain/campaigns/campaign-counts.ts';
import { questionIds, type FlowDefinition, type FlowReference } from '../domain/flows/flow-definition.ts';
import type { Clock } from '../lib/clock.ts';
import type { CampaignAction, CampaignUseCases, ReadCampaign } from './campaign-use-cases.ts';
import { changeCampaign } from './change-campaign.ts';
import { createCampaign } from './create-campaign.ts';
import type { DraftCallDependencies } from './draft-call.ts';
import { importCalls } from './import-calls.ts';
import { moveCampaign } from './move-campaign.ts';
import {
  exportCalls,
  listCampaigns,
  listStartedCampaigns,
  readCampaign,
  readCampaignReport,
} from './read-campaigns.ts';

export interface CampaignUseCaseDependencies extends DraftCallDependencies {
  clock: Clock;
  ledger: Ledger;
  campaigns: CampaignStore;
  campaignCalls: CampaignCalls;
  definitionOf: (flow: FlowReference) => Promise<FlowDefinition | null>;
  onAccepted: () => void;
  /** A campaign was moved: the dialler and whoever settles campaigns have something to look at. */
  onCampaignMoved: () => void;
}

export function createCampaignUseCases(deps: CampaignUseCaseDependencies): CampaignUseCases {
  return {
    async createCampaign(request) {
      const created = await createCampaign(deps, request);
      if (created.result === 'invalid') return created;
      return { result: 'created', campaign: { campaign: created.campaign, counts: noCalls } };
    },
    changeCampaign: (request) => changeCampaign({ ...deps, onChanged: deps.onCampaignMoved }, request),
    async moveCampaign({ id, ...action }) {
      const moved = await moveCampaign(deps, id, (campaign) =>
        moveOf(action, { campaign, at: deps.clock.now() }),
      );
      if (moved.result === 'moved') deps.onCampaignMoved();
      return moved;
    },
    readCampaign: (id) => readCampaign(deps, id),
    listCampaigns: (page) => listCampaigns(deps, page),
    listStartedCampaigns: () => listStartedCampaigns(deps),
    importCalls: (request) => importCalls(deps, request),
    readCampaignReport: (request) => readCampaignReport(deps, request),
    async exportCalls(request) {
      const campaign = await deps.campaigns.get(request.id);
      const calls = campaign && (await exportCalls(deps, request));
      if (!campaign || !calls) return null;
      const definition = await deps.definitionOf(campaign.flow);
      return {
        questions: definition === null ? [] : questionIds(definition),
        metadataKeys: () =>
          deps.campaignCalls.metadataKeys({ campaign: request.id, outcomes: request.outcomes }),
        calls,
      };
    },
  };
}

function moveOf(
  action: CampaignAction,
  { campaign, at }: { campaign: ReadCampaign['campaign']; at: number },
) {
  switch (action.action) {
    case 'start':
      return startCampaign(campaign, { at, pilot: action.pilot });
    case 'pause':
      return pauseCampaign(campaign, 'requested');
    case 'resume':
      return resumeCampaign(campaign);
    case 'close':
      return closeCampaign(campaign);
    case 'cancel':
      return cancelCampaign(campaign, at);
  }
}
