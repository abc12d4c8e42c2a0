import { paceOf } from '../calls/pace.ts';
import type { Pace } from './campaign.ts';

/** What a campaign that runs allows at the moment of a claim, and what the claim has used of it. */
export interface CampaignGate {
  readonly id: string;
  /** The first instant that its pace has not given away; as it was seen, and as it is after what was claimed. */
  readonly seenSendAt: number;
  nextSendAt: number;
  /** Null where it has no pace of its own. */
  readonly spacingMs: number | null;
  /** Calls that may still be on the line beside those that are; Infinity for no limit. */
  free: number;
  /** Calls that may still be begun; null where it is no pilot. */
  pilotLeft: number | null;
  /** Calls that this claim has begun. */
  begun: number;
}

export function openGate(campaign: {
  id: string;
  nextSendAt: number;
  pace: Pace;
  live: number;
  pilotLeft: number | null;
}): CampaignGate {
  const { id, nextSendAt, pace, live, pilotLeft } = campaign;
  const { callsPerSecond, maxConcurrent } = pace;
  return {
    id,
    seenSendAt: nextSendAt,
    nextSendAt,
    spacingMs: callsPerSecond === null ? null : paceOf(callsPerSecond).spacingMs,
    free: maxConcurrent === null ? Infinity : maxConcurrent - live,
    pilotLeft,
    begun: 0,
  };
}

/** Whether a call may be dialled at this instant. `isFirst`: it was never dialled before, so it counts as one of a pilot's. */
export function mayPass(gate: CampaignGate, call: { sendAt: number; isFirst: boolean }): boolean {
  if (gate.free <= 0 || (call.isFirst && gate.pilotLeft === 0)) return false;
  return gate.spacingMs === null || gate.nextSendAt <= call.sendAt;
}

/**
 * A late attempt may keep its trunk idle for so long, until the next instant of its campaign; what the trunk has given away comes in one order, so nobody else
 * can have the time between. As long as what claims reserve ahead.
 */
export const longestIdleMs = 1_000;

/** Another claim at the same time must not use the same: so the instant moves on, even where the campaign has no pace. */
export function pass(gate: CampaignGate, call: { sendAt: number; isFirst: boolean }): void {
  const after = Math.max(gate.nextSendAt, call.sendAt);
  gate.nextSendAt = gate.spacingMs === null ? after + 1 : Math.ceil(call.sendAt + gate.spacingMs);
  gate.free -= 1;
  if (!call.isFirst || gate.pilotLeft === null) return;
  gate.pilotLeft -= 1;
  gate.begun += 1;
}

/** Whether two claims at once could break something of it; else nothing of it need be kept. */
export function hasLimits(gate: CampaignGate): boolean {
  return gate.spacingMs !== null || gate.free !== Infinity || gate.pilotLeft !== null;
}
