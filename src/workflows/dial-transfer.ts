import type { Purpose, PersonHash } from '../domain/calls/call.ts';
import type { DefaultHours } from '../domain/calls/calling-hours-request.ts';
import type { CallingHoursRequest } from '../domain/calls/calling-hours-schema.ts';
import { endpointFor, rankTrunks, type Way } from '../domain/calls/choose-trunk.ts';
import { legLimitMs } from '../domain/calls/leg-limit.ts';
import { decideSending, paceOf } from '../domain/calls/pace.ts';
import type { TrunkVerdictRow } from '../domain/calls/trunk-verdict.ts';
import { mayRingForTransfer } from '../domain/calls/transfer-hours.ts';
import { channelsForOutgoing, type Trunk } from '../domain/calls/trunk.ts';
import type { VerdictReason } from '../domain/calls/verdict.ts';
import type { TransferResult } from '../domain/flows/transfer.ts';
import type { AttemptId, CallId, IdSource } from '../domain/ids.ts';
import { parsePhoneNumber, type PhoneNumber } from '../domain/phone-numbers/phone-number.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { wait } from '../lib/wait.ts';
import { LedgerUnavailable, type Ledger, type TransferClaim } from '../db/ledger.ts';
import type { HeldLease } from './held-lease.ts';
import type { Telephony } from '../telephony/telephony.ts';

export interface DialTransferDependencies {
  telephony: Telephony;
  ledger: Pick<Ledger, 'claimTransfer' | 'endTransfer' | 'reserveInstant' | 'optOuts'>;
  clock: Clock;
  ids: IdSource;
  log: Log;
  trunks: readonly Trunk[];
  lease: HeldLease;
  /** Of the configuration. */
  callingHours: DefaultHours;
  /** Whether the Asterisk may carry this leg beside all others. */
  hasRoomFor: (leg: AttemptId) => boolean;
  personOf: (number: PhoneNumber) => PersonHash;
  /** Rows of the verdict table of the trunk with this name. */
  verdictRowsOf: (trunk: string) => readonly TrunkVerdictRow[];
}

export interface WantedTransfer {
  number: string;
  /** One of a queue of agents: whoever is engaged, or has no channel free, is not waited for, but passed over. */
  isAgent: boolean;
  /** How long the phone may ring; null for as long as the trunk lets phones ring. */
  ringTimeMs: number | null;
  /** When they may be called, as far as the flow says so. */
  hours: CallingHoursRequest;
  callId: CallId;
  purpose: Purpose;
  until: number;
  talkUntil: number;
  signal: AbortSignal;
}

export interface TransferSteps {
  /** The leg's id is about to be put on record with this trunk: from now on somebody may ask whose it is. */
  onClaim: (claim: { leg: AttemptId; trunk: string }) => void;
  /** The request to dial leaves. */
  onDial: () => void;
}

/** `reason` is that of a verdict, as of an attempt. Nothing has left unless it was `dialled`. */
export type DialledTransfer =
  { result: 'dialled'; unsure: boolean } | { result: 'failed' | 'closed'; reason: VerdictReason | null };

/** How soon a trunk that is full is asked again. */
const betweenClaimsMs = 500;
/** A reserved instant is never further off than the person would be kept waiting for it. */
const reserveAheadMs = 5_000;

/**
 * Calls somebody for a person on the line, under every rule of dialling: the number may be called, now, and has not opted out, a trunk serves it, and
 * its channels and its pace allow it. Its id is on record before the request leaves, and is dialled once; a channel that is not free on any of
 * the trunks is waited for.
 */
export async function dialTransfer(
  deps: DialTransferDependencies,
  wanted: WantedTransfer,
  steps: TransferSteps,
): Promise<DialledTransfer> {
  const parsed = parsePhoneNumber(wanted.number);
  if (parsed.result === 'refused') return { result: 'failed', reason: 'invalid_number' };
  const { number } = parsed;
  const mayRing = (): boolean => mayRingNow(deps, wanted, number);
  if (!mayRing()) return { result: 'closed', reason: null };
  const ways = rankTrunks(deps.trunks, {
    ...{ number, purpose: wanted.purpose, seed: wanted.callId },
    requested: { trunk: null, callerId: null },
  });
  if ('result' in ways) return { result: 'failed', reason: 'trunk_failure' };
  const callee = deps.personOf(number);
  const optOuts = await deps.ledger.optOuts(callee);
  if (optOuts.includes('all')) return { result: 'failed', reason: 'cancelled' };
  const leg = deps.ids.newId('att');
  const onTry = ({ trunk }: Way): void => steps.onClaim({ leg, trunk: trunk.name });
  const claimed = await claim(deps, wanted, { leg, callee, ways, onTry });
  if (claimed === null) return { result: 'failed', reason: 'congestion' };
  const given = await waitForInstant(deps, wanted, claimed);
  if (given === 'given_up' || !mayRing()) {
    const result = mayRing() ? 'failed' : 'closed';
    return giveBack(deps, leg, { result, as: wanted.signal.aborted ? 'caller_hung_up' : result });
  }
  steps.onDial();
  return send(deps, wanted, { leg, way: claimed.way, number });
}

/** Theirs, and by the clock as it is now, whatever it has done since they were wanted. */
export function mayRingNow(
  { callingHours: defaults, clock }: Pick<DialTransferDependencies, 'callingHours' | 'clock'>,
  { hours, purpose }: Pick<WantedTransfer, 'hours' | 'purpose'>,
  number: PhoneNumber,
): boolean {
  return mayRingForTransfer({ number, purpose, hours, defaults }, clock.now());
}

interface LegTo {
  leg: AttemptId;
  callee: PersonHash;
}

interface ClaimedWay {
  way: Way;
  sendAt: number;
}

/** Null where no channel and no instant was free in time on any trunk. */
async function claim(
  deps: DialTransferDependencies,
  wanted: WantedTransfer,
  { ways, onTry, ...to }: LegTo & { ways: readonly Way[]; onTry: (way: Way) => void },
): Promise<ClaimedWay | null> {
  for (;;) {
    for (const way of deps.hasRoomFor(to.leg) ? ways : []) {
      if (wanted.signal.aborted) return null;
      onTry(way);
      const claimed = await deps.ledger.claimTransfer(claimOf(deps, wanted, { ...to, way }));
      if (typeof claimed === 'object') return { way, ...claimed };
    }
    if (wanted.isAgent) return null;
    if ((await wait(deps.clock, betweenClaimsMs, wanted.signal)) === 'aborted') return null;
  }
}

function claimOf(
  { clock, lease }: DialTransferDependencies,
  wanted: WantedTransfer,
  { leg, callee, way: { trunk, callerId } }: LegTo & { way: Way },
): TransferClaim {
  const now = clock.now();
  const { spacingMs } = paceOf(trunk.callsPerSecond);
  return {
    ...{ callee, isAgent: wanted.isAgent },
    ...{ leg, callId: wanted.callId, trunk: trunk.name, callerId, now, spacingMs, lease },
    ...{ channels: channelsForOutgoing(trunk), reservedForIncoming: trunk.reservedForIncoming },
    ...{ reserveUntil: now + reserveAheadMs },
    legLimitMs: limitOf(trunk, wanted, now),
  };
}

async function waitForInstant(
  deps: DialTransferDependencies,
  { signal }: WantedTransfer,
  { way, sendAt: first }: ClaimedWay,
): Promise<'come' | 'given_up'> {
  const pace = paceOf(way.trunk.callsPerSecond);
  for (let sendAt = first; ;) {
    if (signal.aborted) return 'given_up';
    const now = deps.clock.now();
    const decision = decideSending(pace, { sendAt, now });
    if (decision.do === 'send') return deps.lease.isSafe() ? 'come' : 'given_up';
    if (decision.do === 'wait') {
      if ((await wait(deps.clock, decision.waitMs, signal)) === 'aborted') return 'given_up';
    } else {
      const { spacingMs } = pace;
      const again = { trunk: way.trunk.name, campaignId: null, now, spacingMs };
      const next = await deps.ledger.reserveInstant(again);
      if (next === null) return 'given_up';
      sendAt = next;
    }
  }
}

async function send(
  deps: DialTransferDependencies,
  wanted: WantedTransfer,
  { leg, way, number }: { leg: AttemptId; way: Way; number: PhoneNumber },
): Promise<DialledTransfer> {
  const { trunk, callerId } = way;
  const { setupTimeoutMs } = trunk;
  const ringTimeoutMs = Math.min(trunk.ringTimeoutMs, wanted.ringTimeMs ?? Infinity);
  const now = deps.clock.now();
  const sent = await deps.telephony
    .dial({
      ...{ leg, endpoint: endpointFor(trunk, number), callerId, setupTimeoutMs, ringTimeoutMs },
      detectTalk: false,
      absoluteTimeoutMs: limitOf(trunk, wanted, now),
    })
    .catch((error: unknown) => ({ result: 'unsure' as const, reason: String(error) }));
  if (sent.result !== 'refused') {
    // An unsure one is found, or not, when the legs are compared next.
    if (sent.result === 'unsure') deps.log.warn({ leg, ...sent }, 'a request to dial was not confirmed');
    return { result: 'dialled', unsure: sent.result === 'unsure' };
  }
  deps.log.warn({ leg, ...sent }, 'the leg of a transfer was not dialled');
  await giveBack(deps, leg, { result: 'failed', as: 'failed' });
  return { result: 'failed', reason: 'trunk_failure' };
}

/** Of the leg, from now on: it outlives nobody's wait and nobody's talk by much. */
function limitOf(trunk: Trunk, { until, talkUntil }: WantedTransfer, now: number): number {
  return legLimitMs(trunk, Math.max(until, talkUntil) - now);
}

/** Nothing has left. Where that cannot be kept, the comparison with the legs that exist will find it. */
async function giveBack(
  deps: DialTransferDependencies,
  leg: AttemptId,
  { result, as }: { result: 'failed' | 'closed'; as: TransferResult },
): Promise<DialledTransfer> {
  try {
    await deps.ledger.endTransfer(leg, deps.clock.now(), as);
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
  }
  return { result, reason: null };
}
