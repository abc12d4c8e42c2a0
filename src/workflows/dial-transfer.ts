import type { Purpose, PersonHash } from '../domain/calls/call.ts';
import { chooseTrunk, endpointFor, type Way } from '../domain/calls/choose-trunk.ts';
import { legLimitMs } from '../domain/calls/leg-limit.ts';
import { decideSending, paceOf } from '../domain/calls/pace.ts';
import type { TrunkVerdictRow } from '../domain/calls/trunk-verdict.ts';
import type { Trunk } from '../domain/calls/trunk.ts';
import type { VerdictReason } from '../domain/calls/verdict.ts';
import type { AttemptId, CallId, IdSource } from '../domain/ids.ts';
import { parsePhoneNumber, type PhoneNumber } from '../domain/phone-numbers/phone-number.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { wait } from '../lib/wait.ts';
import { LedgerUnavailable, type Ledger } from '../db/ledger.ts';
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
  personOf: (number: PhoneNumber) => PersonHash;
  verdictRowsOf: (trunk: string) => readonly TrunkVerdictRow[];
}

export interface WantedTransfer {
  number: string;
  callId: CallId;
  purpose: Purpose;
  until: number;
  talkUntil: number;
  signal: AbortSignal;
}

export interface TransferSteps {
  /** The leg's id is about to be put on record: from now on somebody may ask whose it is. */
  onClaim: (claim: { leg: AttemptId; trunk: string }) => void;
  /** The request to dial leaves. */
  onDial: () => void;
}

/** `reason` is that of a verdict, as of an attempt. Nothing has left unless it was `dialled`. */
export type DialledTransfer =
  { result: 'dialled'; unsure: boolean } | { result: 'failed' | 'lost'; reason: VerdictReason | null };

/** How soon a trunk that is full is asked again. */
const betweenClaimsMs = 500;
/** A reserved instant is never further off than the person would be kept waiting for it. */
const reserveAheadMs = 5_000;

/**
 * Calls somebody for a person on the line, under every rule of dialling: the number may be called and has not opted out, a trunk serves it, and
 * its channels and its pace allow it. Its id is on record before the request leaves, and is dialled once; a channel that is not free is
 * waited for.
 */
export async function dialTransfer(
  deps: DialTransferDependencies,
  wanted: WantedTransfer,
  steps: TransferSteps,
): Promise<DialledTransfer> {
  const parsed = parsePhoneNumber(wanted.number);
  if (parsed.result === 'refused') return { result: 'failed', reason: 'invalid_number' };
  const { number } = parsed;
  const way = chooseTrunk(deps.trunks, {
    ...{ number, purpose: wanted.purpose },
    requested: { trunk: null, callerId: null },
  });
  if (way.result === 'none') return { result: 'failed', reason: 'trunk_failure' };
  const optOuts = await deps.ledger.optOuts(deps.personOf(number));
  if (optOuts.includes('all')) return { result: 'failed', reason: 'cancelled' };
  const leg = deps.ids.newId('att');
  steps.onClaim({ leg, trunk: way.trunk.name });
  const claimed = await claim(deps, wanted, { leg, way });
  if (claimed === null) return { result: 'failed', reason: 'congestion' };
  const given = await waitForInstant(deps, wanted, { way, sendAt: claimed.sendAt });
  if (given === 'given_up') return giveBack(deps, leg);
  steps.onDial();
  return send(deps, wanted, { leg, way, number });
}

interface ClaimedWay {
  leg: AttemptId;
  way: Way;
}

/** Null where no channel and no instant was free in time. */
async function claim(
  deps: DialTransferDependencies,
  wanted: WantedTransfer,
  { leg, way }: ClaimedWay,
): Promise<{ sendAt: number } | null> {
  const { trunk, callerId } = way;
  const { callId, signal } = wanted;
  const { spacingMs } = paceOf(trunk.callsPerSecond);
  for (;;) {
    if (signal.aborted) return null;
    const now = deps.clock.now();
    const claimed = await deps.ledger.claimTransfer({
      ...{ leg, callId, trunk: trunk.name, callerId, now, spacingMs },
      ...{ channels: trunk.channels, reserveUntil: now + reserveAheadMs, lease: deps.lease },
      legLimitMs: limitOf(trunk, wanted, now),
    });
    if (typeof claimed === 'object') return claimed;
    if ((await wait(deps.clock, betweenClaimsMs, signal)) === 'aborted') return null;
  }
}

async function waitForInstant(
  deps: DialTransferDependencies,
  { signal }: WantedTransfer,
  { way, sendAt: first }: { way: Way; sendAt: number },
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
  { leg, way, number }: ClaimedWay & { number: PhoneNumber },
): Promise<DialledTransfer> {
  const { trunk, callerId } = way;
  const { setupTimeoutMs, ringTimeoutMs } = trunk;
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
  await giveBack(deps, leg);
  return { result: 'failed', reason: 'trunk_failure' };
}

/** Of the leg, from now on: it outlives nobody's wait and nobody's talk by much. */
function limitOf(trunk: Trunk, { until, talkUntil }: WantedTransfer, now: number): number {
  return legLimitMs(trunk, Math.max(until, talkUntil) - now);
}

/** Nothing has left. Where that cannot be kept, the comparison with the legs that exist will find it. */
async function giveBack(deps: DialTransferDependencies, leg: AttemptId): Promise<DialledTransfer> {
  try {
    await deps.ledger.endTransfer(leg, deps.clock.now());
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
  }
  return { result: 'failed', reason: null };
}
