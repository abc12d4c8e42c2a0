import type { CallStatus, Outcome } from '../calls/call.ts';

/** How many calls of a campaign there are, by status and, of those that have ended, by outcome. What is not there is none. */
export interface CampaignCounts {
  readonly total: number;
  readonly byStatus: Readonly<Partial<Record<CallStatus, number>>>;
  readonly byOutcome: Readonly<Partial<Record<Outcome, number>>>;
}

export const noCalls: CampaignCounts = { total: 0, byStatus: {}, byOutcome: {} };

export function openCalls({ total, byStatus }: CampaignCounts): number {
  return total - (byStatus.ended ?? 0);
}
