import type { CallingHoursRequest } from '../calls/calling-hours-schema.ts';
import type { Priority, Purpose } from '../calls/call.ts';
import type { RetryRequest } from '../calls/retry-policy.ts';
import type { FlowReference } from '../flows/flow-definition.ts';
import type { CampaignId } from '../ids.ts';

/**
 * A campaign: many calls with one flow, one pace and one set of hours.
 *
 *     draft ──start──► running ◄──resume── paused
 *       │                │  └─────pause──────▲
 *       │                ├── closed and every call has ended, or its end has come ──► ended
 *       └────────────────┴── cancel ──► cancelled
 *
 * Only a running campaign's calls are dialled. Whatever its state, a call that was accepted ends with its `call.ended`: a campaign that is
 * cancelled ends its calls as `cancelled`, one whose time is over as `expired`. `revision` counts the moves: each is a compare-and-set on it.
 * Instants are milliseconds since 1970.
 */
export interface Campaign {
  readonly id: CampaignId;
  readonly name: string;
  readonly state: CampaignState;
  readonly flow: FlowReference;
  readonly list: string | null;
  /** As they were asked for: what is left out comes from the configuration and from each person's number. */
  readonly callingHours: CallingHoursRequest;
  readonly retry: RetryRequest;
  readonly priority: Priority;
  readonly purpose: Purpose;
  readonly pace: Pace;
  /** Nothing is dialled before this instant, though the campaign runs. */
  readonly startsAt: number | null;
  /** No attempt after this instant. */
  readonly endsAt: number | null;
  readonly callerId: string | null;
  /** Whether its calls listen for answering machines. */
  readonly machineDetection: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly revision: number;
}

/** Limits of this campaign beside those of the trunks; null for none. */
export interface Pace {
  readonly callsPerSecond: number | null;
  readonly maxConcurrent: number | null;
}

export type CampaignState =
  | { status: 'draft' }
  /** `closed`: no more calls are added, and it ends with the last of them. `pilotLeft`: calls that may still be begun before it pauses by itself. */
  | { status: 'running'; startedAt: number; closed: boolean; pilotLeft: number | null }
  | { status: 'paused'; startedAt: number; closed: boolean; reason: PauseReason }
  /** `startedAt` is null where it never ran. */
  | { status: 'ended'; startedAt: number | null; endedAt: number; reason: EndReason }
  /** `settled`: every call of it has ended, and that was reported. */
  | { status: 'cancelled'; startedAt: number | null; endedAt: number; settled: boolean };

export type CampaignStatus = CampaignState['status'];
export type PauseReason = 'requested' | 'pilot_done';
export type EndReason = 'all_calls_ended' | 'ends_at';

export const campaignStatuses = [
  'draft',
  'running',
  'paused',
  'ended',
  'cancelled',
] as const satisfies readonly CampaignStatus[];

/** Whether calls may still be added. */
export function takesCalls({ state }: Pick<Campaign, 'state'>): boolean {
  switch (state.status) {
    case 'draft':
      return true;
    case 'running':
    case 'paused':
      return !state.closed;
    case 'ended':
    case 'cancelled':
      return false;
  }
}
