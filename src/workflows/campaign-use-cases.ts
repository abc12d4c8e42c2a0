import type { ReportGroup } from '../db/campaign-calls.ts';
import type { Call, Outcome } from '../domain/calls/call.ts';
import type { CampaignChange, CampaignRequest } from '../domain/campaigns/campaign-request.ts';
import type { CampaignReport } from '../domain/campaigns/campaign-report.ts';
import type { Estimate } from '../domain/campaigns/estimate-end.ts';
import type { CampaignId } from '../domain/ids.ts';
import type { ChangedCampaign } from './change-campaign.ts';
import type { Fault } from '../domain/fault.ts';
import type { ImportResult, ImportRow } from './import-calls.ts';
import type { MovedCampaign } from './move-campaign.ts';
import type { ReadCampaign } from './read-campaigns.ts';

/** HTTP shows these, and may not know the database. */
export type { ReadCampaign, ReportGroup, ImportRow, ImportResult, MovedCampaign, ChangedCampaign };

export type CampaignAction =
  { action: 'start'; pilot: number | null } | { action: 'pause' | 'resume' | 'close' | 'cancel' };

/** What can be asked of campaigns from outside. */
export interface CampaignUseCases {
  createCampaign(
    request: CampaignRequest,
  ): Promise<{ result: 'created'; campaign: ReadCampaign } | { result: 'invalid'; faults: Fault[] }>;
  changeCampaign(request: { id: CampaignId; change: CampaignChange }): Promise<ChangedCampaign>;
  moveCampaign(request: { id: CampaignId } & CampaignAction): Promise<MovedCampaign>;
  readCampaign(id: CampaignId): Promise<(ReadCampaign & { estimate: Estimate | null }) | null>;
  /** Newest first, after the id that the page before ended with. */
  listCampaigns(page: { after: CampaignId | null; limit: number }): Promise<ReadCampaign[]>;
  /** Those that are started and not over, newest first. */
  listStartedCampaigns(): Promise<ReadCampaign[]>;
  importCalls(request: { campaign: CampaignId; rows: AsyncIterable<ImportRow> }): Promise<ImportResult>;
  readCampaignReport(request: { id: CampaignId; by: ReportGroup }): Promise<CampaignReport | null>;
  /** Its calls, oldest first, the questions of its flow, and the keys of their metadata; null where there is no such campaign. */
  exportCalls(request: { id: CampaignId; outcomes: readonly Outcome[] | null }): Promise<{
    questions: string[];
    metadataKeys: () => Promise<string[]>;
    calls: AsyncIterable<{ call: Call; number: string | null }>;
  } | null>;
}
