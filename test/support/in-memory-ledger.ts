import type {
  Admission,
  KnownCaller,
  AcceptAllResult,
  AcceptResult,
  Acceptance,
  CallFilter,
  ClaimRequest,
  IdempotencyRequest,
  Ledger,
  LastTransfer,
  LiveTransferRow,
  ReserveInstant,
  TransferClaim,
  Transition,
} from '../../src/db/ledger.ts';
import type { StoredEvent, TimelineEntry } from '../../src/domain/calls/call-event.ts';
import type { Call, PersonHash } from '../../src/domain/calls/call.ts';
import { paceOf } from '../../src/domain/calls/pace.ts';
import {
  longestIdleMs,
  mayPass,
  openGate,
  pass,
  type CampaignGate,
} from '../../src/domain/campaigns/campaign-gate.ts';
import { neverDialled } from '../../src/domain/campaigns/pilot-place.ts';
import { pilotPlaceOf } from '../../src/db/pilot-places.ts';
import { takesCalls, type Campaign } from '../../src/domain/campaigns/campaign.ts';
import type { Lease } from '../../src/domain/asterisks/lease.ts';
import { liveAttempt } from '../../src/domain/calls/call-moves.ts';
import type { AttemptId, CallId } from '../../src/domain/ids.ts';
import { paceFactor } from '../../src/domain/trunks/trunk-pace.ts';
import { freeChannels, newTrunkState, type TrunkState } from '../../src/domain/trunks/trunk-state.ts';
import type { SeenAgent } from '../../src/domain/calls/choose-agent.ts';
import type { TransferResult } from '../../src/domain/flows/transfer.ts';
import { InMemoryTransfers } from './in-memory-transfers.ts';
import { assert } from '../../src/lib/assert.ts';
import { byId, StoredCalls } from './stored-calls.ts';

/** What a test may do to the ledger. */
export interface LedgerFaults {
  /**
   * Called before and after each operation takes effect. What it throws is what the operation rejects with: before, nothing of it was kept; after,
   * all of it was, as when the connection breaks while it commits. What it returns is awaited: time that the operation takes.
   */
  around?: (operation: keyof Ledger, stage: 'before' | 'after') => void | Promise<void>;
  /** Something was committed that somebody may be waiting for. */
  onWake?: () => void;
  /** Whether a lease stands as a claim has it; by default every lease does. */
  isHeld?: (lease: Lease) => boolean;
  /** False where so many calls are kept that freezing each would be a good part of the work. */
  freezes?: boolean;
}

interface StoredReply {
  bodyHash: string;
  callId: CallId;
  reply: string;
}

/**
 * The deterministic twin of the ledger on PostgreSQL: operations take effect one after the other, each wholly, in the order in which they were asked
 * for (unless `around` delays them), and only where `around` lets them.
 */
export class InMemoryLedger implements Ledger {
  readonly #calls: StoredCalls;
  readonly #numbers = new Map<PersonHash, string>();
  readonly #replies = new Map<string, StoredReply>();
  readonly #running = new Set<string>();
  readonly #nextSendAt = new Map<string, number>();
  readonly #transfers = new InMemoryTransfers();
  /** Attempts that were claimed, and whether nobody has let their INVITEs leave. */
  readonly #claimed = new Map<AttemptId, { call: CallId; isUnsent: boolean }>();
  readonly #faults: LedgerFaults;
  /** Campaigns as they are now; who moves one puts it here. */
  readonly campaigns = new Map<string, Campaign>();
  /** How trunks are; who changes one puts it here. One that is not here is as new. */
  readonly trunks = new Map<string, TrunkState>();

  constructor(faults: LedgerFaults = {}) {
    this.#faults = faults;
    this.#calls = new StoredCalls(faults.freezes ?? true);
  }

  /** Everything that was committed, in the order of its committing. */
  get events(): readonly StoredEvent[] {
    return this.#calls.events;
  }

  /** Legs that are on record as missed calls; who keeps those puts them here. */
  readonly missedLegs = new Set<string>();

  /** Messages that became answers, by id. */
  get voiceMessages(): StoredCalls['voiceMessages'] {
    return this.#calls.voiceMessages;
  }

  /** What the twins of other stores share with it. */
  scopesOf(person: PersonHash): string[] {
    return this.#optOutsOf(person);
  }

  optOut(person: PersonHash, scope: string): void {
    this.#calls.optOuts.set(person, (this.#calls.optOuts.get(person) ?? new Set()).add(scope));
  }

  keepNumber(person: PersonHash, number: string): void {
    this.#numbers.set(person, number);
  }

  numberNow(person: PersonHash): string | null {
    return this.#numbers.get(person) ?? null;
  }

  callNow(id: CallId): Call | null {
    return this.#calls.byId.get(id) ?? null;
  }

  callsIn(campaign: string): Call[] {
    return [...this.#calls.byId.values()].filter(({ campaignId }) => campaignId === campaign);
  }

  legs(): string[] {
    return [...this.#calls.byId.values()].flatMap(({ attempts }) => attempts.map(({ id }) => id));
  }

  lastLanguageOf(person: PersonHash): string | null {
    const spokenTo = [...this.#calls.byId.values()].filter(
      (call) => call.person === person && call.attempts.some(({ answeredAt }) => answeredAt !== null),
    );
    return spokenTo.sort(byId).at(-1)?.language ?? null;
  }

  get liveTransferCount(): number {
    return this.#transfers.live.length;
  }

  /** Of each transfer whose leg was not seen to end. */
  get transferTrunks(): string[] {
    return this.#transfers.live.map(({ trunk }) => trunk);
  }

  async accept(acceptance: Acceptance): Promise<AcceptResult> {
    const place = placeOf(acceptance.idempotency);
    if (place !== null && this.#running.has(place)) return { result: 'still_running' };
    if (place !== null) this.#running.add(place);
    try {
      return await this.#perform('accept', () => this.#accept(acceptance, place));
    } finally {
      if (place !== null) this.#running.delete(place);
    }
  }

  admit(admission: Admission): Promise<'committed' | 'lost_race'> {
    return this.#perform('admit', () => {
      const { call } = admission.transition;
      const leg = liveAttempt(call)?.id;
      if (this.#calls.byId.has(call.id) || this.missedLegs.has(leg ?? '')) return 'lost_race';
      if (this.#faults.isHeld?.(admission.lease) === false) return 'lost_race';
      this.#calls.add(admission.transition);
      if (admission.number !== null) this.#numbers.set(call.person, admission.number);
      return 'committed';
    });
  }

  whoCalls({ person, trunk }: { person: PersonHash; trunk: string }): Promise<KnownCaller> {
    return this.#perform('whoCalls', () => {
      const calls = this.#calls.callsOf(person).sort(byId);
      const withPeople = calls.findLast(({ people }) => people.length > 0);
      return {
        language: this.lastLanguageOf(person),
        people: withPeople?.people ?? [],
        liveOnTrunk: this.#liveOn(trunk),
      };
    });
  }

  acceptAll(acceptances: readonly Acceptance[]): Promise<AcceptAllResult> {
    return this.#perform('acceptAll', () => {
      if (!acceptances.every(({ transition }) => this.#takesCalls(transition.call)))
        return { result: 'campaign_over' };
      const accepted = acceptances.filter((each) => this.#accept(each, null).result === 'accepted');
      return { result: 'accepted', ids: new Set(accepted.map(({ transition }) => transition.call.id)) };
    });
  }

  acceptedBefore(request: IdempotencyRequest): ReturnType<Ledger['acceptedBefore']> {
    return this.#perform('acceptedBefore', () => {
      const place = placeOf(request) ?? '';
      const earlier = this.#replies.get(place);
      if (earlier === undefined) return this.#running.has(place) ? { result: 'still_running' } : null;
      if (earlier.bodyHash !== request.bodyHash) return { result: 'key_reused' };
      return { result: 'replayed', callId: earlier.callId, reply: earlier.reply };
    });
  }

  commit(transition: Transition): Promise<'committed' | 'lost_race'> {
    return this.#perform('commit', () => {
      const result = this.#calls.move(transition);
      if (result === 'committed') this.#freePilotPlace(pilotPlaceOf(transition));
      return result;
    });
  }

  claim(request: ClaimRequest): Promise<Transition[]> {
    return this.#perform('claim', () => this.#claim(request));
  }

  reserveInstant(request: ReserveInstant): Promise<number | null> {
    return this.#perform('reserveInstant', () => {
      const { trunk, campaignId, spacingMs } = request;
      if (this.#freeChannels({ ...request, channels: Infinity }, { unproven: 0 }) === 0) return null;
      const campaign = campaignId === null ? null : this.campaigns.get(campaignId);
      if (campaign?.state.status === 'paused' && campaign.state.reason === 'requested') return null;
      const rate = campaign?.pace.callsPerSecond ?? null;
      const earliest = this.#instantFrom(request);
      const ofCampaign = rate === null ? 0 : (this.#nextSendAt.get(campaignId ?? '') ?? 0);
      if (ofCampaign > earliest + longestIdleMs) return null;
      const sendAt = Math.max(earliest, ofCampaign);
      this.#nextSendAt.set(trunk, sendAt + spacingMs / this.#paceFactor(request));
      if (rate !== null) this.#nextSendAt.set(campaignId ?? '', Math.ceil(sendAt + paceOf(rate).spacingMs));
      return sendAt;
    });
  }

  claimTransfer(claim: TransferClaim): ReturnType<Ledger['claimTransfer']> {
    return this.#perform('claimTransfer', () => {
      const sendAt = this.#instantFrom(claim);
      if (claim.isAgent && this.#isEngaged(claim.callee)) return 'agent_engaged';
      if (this.#faults.isHeld?.(claim.lease) === false) return 'no_channel';
      if (this.#trunk(claim).breaker.closedUntil !== null) return 'no_channel';
      if (this.#freeChannels(claim, { unproven: 0 }) < 1) return 'no_channel';
      if (sendAt > claim.reserveUntil) return 'no_instant';
      this.#nextSendAt.set(claim.trunk, Math.ceil(sendAt + claim.spacingMs / this.#paceFactor(claim)));
      this.#transfers.keep(claim, sendAt);
      return { sendAt };
    });
  }

  endTransfer(leg: AttemptId, at: number, as?: TransferResult): Promise<void> {
    return this.#perform('endTransfer', () => this.#transfers.end(leg, at, as ?? null));
  }

  endGoneTransfers(goneBefore: number, at: number): Promise<void> {
    return this.#perform('endGoneTransfers', () => this.#transfers.endGone(goneBefore, at));
  }

  liveTransfers(asterisk: string): Promise<LiveTransferRow[]> {
    return this.#perform('liveTransfers', () => this.#transfers.liveOf(asterisk));
  }

  lastTransfer(callId: CallId, since: number): Promise<LastTransfer | null> {
    return this.#perform('lastTransfer', () => this.#transfers.last(callId, since));
  }

  seeAgents(agents: readonly PersonHash[], hunt: Parameters<Ledger['seeAgents']>[1]): Promise<SeenAgent[]> {
    return this.#perform('seeAgents', () =>
      agents.map((agent) => ({ ...this.#transfers.see(agent, hunt), isEngaged: this.#isEngaged(agent) })),
    );
  }

  #isEngaged(person: PersonHash): boolean {
    return this.#transfers.isEngaged(person) || this.#calls.hasLiveAttempt(person);
  }

  noteLeaving(attempt: { id: AttemptId; epoch: number }): Promise<string[] | null> {
    return this.#perform('noteLeaving', () => {
      const call = this.#noteUnsent(attempt, false);
      return call === null ? null : this.#optOutsOf(call.person);
    });
  }

  noteStaying(attempt: { id: AttemptId; epoch: number }): Promise<void> {
    return this.#perform('noteStaying', () => void this.#noteUnsent(attempt, true));
  }

  /** Its call; null where it has ended, or is attended under another epoch: then nothing changes. */
  #noteUnsent({ id, epoch }: { id: AttemptId; epoch: number }, isUnsent: boolean): Call | null {
    const claimed = this.#claimed.get(id);
    const call = claimed === undefined ? undefined : this.#calls.byId.get(claimed.call);
    const attempt = call === undefined ? null : liveAttempt(call);
    if (claimed === undefined || call === undefined || attempt?.id !== id || attempt.epoch !== epoch)
      return null;
    claimed.isUnsent = isUnsent;
    return call;
  }

  isUnsent(attempt: AttemptId): Promise<boolean> {
    return this.#perform('isUnsent', () => {
      const claimed = this.#claimed.get(attempt);
      const call = claimed === undefined ? undefined : this.#calls.byId.get(claimed.call);
      return claimed?.isUnsent === true && call !== undefined && liveAttempt(call)?.id === attempt;
    });
  }

  dueCalls(until: number, limit: number, after?: Call | null): Promise<Call[]> {
    return this.#perform('dueCalls', () => {
      const isHeld = (call: Call): boolean => this.#isHeld(call, until) || this.#isPilotFull(call);
      if (after !== undefined || this.campaigns.size === 0)
        return [...this.#calls.due(until, { after: after ?? null, isHeld }).take(limit)];
      return inTurn([...this.#calls.due(until, { after: null, isHeld })], () => 0).slice(0, limit);
    });
  }

  call(id: CallId): Promise<Call | null> {
    return this.#perform('call', () => this.#calls.byId.get(id) ?? null);
  }

  liveCalls(asterisk?: string): Promise<Call[]> {
    return this.#perform('liveCalls', () => this.#liveOf(asterisk));
  }

  overdueCalls(now: number, limit: number): Promise<Call[]> {
    return this.#perform('overdueCalls', () =>
      this.#calls
        .live()
        .filter((call) => (liveAttempt(call)?.goneBy ?? Infinity) <= now)
        .slice(0, limit),
    );
  }

  requestedEnds(asterisk: string): Promise<AttemptId[]> {
    return this.#perform('requestedEnds', () =>
      this.#liveOf(asterisk)
        .flatMap((call) => liveAttempt(call) ?? [])
        .filter(({ endRequested }) => endRequested !== null)
        .map(({ id }) => id)
        .toSorted(),
    );
  }

  expiredCalls(now: number, limit: number): Promise<Call[]> {
    return this.#perform('expiredCalls', () => {
      const expired = this.#calls.waiting().filter((call) => call.notAfter <= now);
      return expired.sort((a, b) => a.notAfter - b.notAfter || byId(a, b)).slice(0, limit);
    });
  }

  calls(filter: CallFilter): Promise<Call[]> {
    return this.#perform('calls', () => {
      const found = [...this.#calls.byId.values()].filter((call) => matches(call, filter));
      return found.sort((a, b) => byId(b, a)).slice(0, filter.limit);
    });
  }

  timeline(id: CallId): Promise<TimelineEntry[]> {
    return this.#perform('timeline', () => [...this.#calls.timeline(id)]);
  }

  optOuts(person: PersonHash): Promise<string[]> {
    return this.#perform('optOuts', () => this.#optOutsOf(person));
  }

  rangAt(person: PersonHash, since: number): Promise<number[]> {
    return this.#perform('rangAt', () => this.#calls.rangAt(person, since));
  }

  numberOf(person: PersonHash): Promise<string | null> {
    return this.#perform('numberOf', () => this.#numbers.get(person) ?? null);
  }

  /** Each operation takes effect in one step, between the two chances to go wrong. */
  async #perform<T>(operation: keyof Ledger, effect: () => T): Promise<T> {
    await this.#faults.around?.(operation, 'before');
    const result = effect();
    if (writing.has(operation)) this.#faults.onWake?.();
    await this.#faults.around?.(operation, 'after');
    return result;
  }

  #accept({ transition, number, idempotency, reply }: Acceptance, place: string | null): AcceptResult {
    const earlier = place === null ? undefined : this.#replies.get(place);
    if (earlier && earlier.bodyHash !== idempotency?.bodyHash) return { result: 'key_reused' };
    if (earlier) return { result: 'replayed', callId: earlier.callId, reply: earlier.reply };
    if (!this.#takesCalls(transition.call)) return { result: 'campaign_over' };
    if (!this.#calls.add(transition)) return { result: 'already_there' };
    this.#numbers.set(transition.call.person, number);
    if (idempotency !== null && place !== null) {
      this.#replies.set(place, { bodyHash: idempotency.bodyHash, callId: transition.call.id, reply });
    }
    return { result: 'accepted' };
  }

  #liveOf(asterisk?: string): Call[] {
    const live = this.#calls.live();
    return asterisk === undefined ? live : live.filter((call) => liveAttempt(call)?.asterisk === asterisk);
  }

  #claim(request: ClaimRequest): Transition[] {
    if (this.#faults.isHeld?.(request.lease) === false) return [];
    const unproven = this.#calls.unprovenOn(request.trunk, this.#trunk(request).breaker.closedUntil);
    const most = Math.min(request.limit, this.#freeChannels(request, { unproven }));
    const gates = new Map<string, CampaignGate>();
    const due = this.#calls
      .dueAmong(request.candidates, request.now)
      .filter((call) => isFor(request.trunk, call) && !this.#isHeld(call, request.reserveUntil));
    const claimed: Transition[] = [];
    for (const call of inTurn(due, (campaign) => this.#calls.liveIn(campaign))) {
      const sendAt = this.#instantFrom(request);
      if (sendAt > request.reserveUntil || claimed.length >= most) break;
      const gate = this.#gateOf(call, gates);
      const dial = { sendAt, isFirst: neverDialled(call) };
      if (gate !== null && !mayPass(gate, dial)) continue;
      const { rangSince = null } = request;
      const rangAt = rangSince === null ? [] : this.#calls.rangAt(call.person, rangSince);
      const transition = request.decide(call, sendAt, this.#optOutsOf(call.person), rangAt);
      if (this.#calls.move(transition) !== 'committed') continue;
      claimed.push(transition);
      // Only what is really dialled uses an instant of the trunk's pace.
      if (transition.call.state.status !== 'dialing') continue;
      const attempt = liveAttempt(transition.call);
      if (attempt) this.#claimed.set(attempt.id, { call: call.id, isUnsent: true });
      this.#nextSendAt.set(request.trunk, sendAt + request.spacingMs / this.#paceFactor(request));
      if (gate !== null) pass(gate, dial);
    }
    gates.forEach((gate) => this.#keep(gate));
    return claimed;
  }

  #trunk({ trunk }: { trunk: string }): TrunkState {
    return this.trunks.get(trunk) ?? newTrunkState(trunk);
  }

  #paceFactor(request: { trunk: string; now: number }): number {
    return paceFactor(this.#trunk(request).pace, request.now);
  }

  #freeChannels(
    request: { trunk: string; channels: number; reservedForIncoming?: number; now: number },
    { unproven }: { unproven: number },
  ): number {
    const { channels, reservedForIncoming = 0, now } = request;
    const reserved = Math.min(reservedForIncoming, this.#calls.incomingOn(request.trunk));
    const live = { all: this.#liveOn(request.trunk) - reserved, unproven };
    return freeChannels(this.#trunk(request), { channels, live, now });
  }

  #liveOn(trunk: string): number {
    const transfers = this.transferTrunks.filter((each) => each === trunk);
    return this.#calls.liveOn(trunk) + transfers.length;
  }

  /** Of a campaign that does not run, or whose next instant comes later. */
  #isHeld({ campaignId }: Call, until: number): boolean {
    if (campaignId === null) return false;
    const campaign = this.campaigns.get(campaignId);
    if (campaign?.state.status !== 'running') return true;
    return campaign.pace.callsPerSecond !== null && (this.#nextSendAt.get(campaignId) ?? 0) > until;
  }

  /** It is about to pause by itself: nobody looks up what it has due, though a call that was dialled may still be tried again. */
  #isPilotFull({ campaignId }: Call): boolean {
    const state = this.campaigns.get(campaignId ?? '')?.state;
    return state?.status === 'running' && state.pilotLeft === 0;
  }

  #gateOf({ campaignId }: Call, gates: Map<string, CampaignGate>): CampaignGate | null {
    if (campaignId === null) return null;
    const campaign = this.campaigns.get(campaignId);
    assert(campaign?.state.status === 'running', 'what is due belongs to campaigns that run');
    const gate =
      gates.get(campaignId) ??
      openGate({
        id: campaignId,
        nextSendAt: this.#nextSendAt.get(campaignId) ?? 0,
        pace: campaign.pace,
        live: this.#calls.liveIn(campaignId),
        pilotLeft: campaign.state.pilotLeft,
      });
    gates.set(campaignId, gate);
    return gate;
  }

  #keep({ id, nextSendAt, pilotLeft }: CampaignGate): void {
    this.#nextSendAt.set(id, nextSendAt);
    const campaign = this.campaigns.get(id);
    if (campaign?.state.status === 'running')
      this.campaigns.set(id, { ...campaign, state: { ...campaign.state, pilotLeft } });
  }

  #freePilotPlace(id: string | null): void {
    const campaign = this.campaigns.get(id ?? '');
    if (campaign?.state.status !== 'running' || campaign.state.pilotLeft === null) return;
    const pilotLeft = campaign.state.pilotLeft + 1;
    this.campaigns.set(campaign.id, { ...campaign, state: { ...campaign.state, pilotLeft } });
  }

  #takesCalls({ campaignId }: Call): boolean {
    const campaign = campaignId === null ? null : this.campaigns.get(campaignId);
    return campaign === null || (campaign !== undefined && takesCalls(campaign));
  }

  /** Whole milliseconds, rounded up: never faster than the trunk's pace. */
  #instantFrom({ trunk, now, sendFrom = now }: { trunk: string; now: number; sendFrom?: number }): number {
    return Math.ceil(Math.max(sendFrom, this.#nextSendAt.get(trunk) ?? now));
  }

  #optOutsOf(person: PersonHash): string[] {
    return [...(this.#calls.optOuts.get(person) ?? [])].sort();
  }
}

const writing: ReadonlySet<keyof Ledger> = new Set(['accept', 'acceptAll', 'admit', 'commit', 'claim']);

/** By priority, then one campaign's turn after the other's, whose turns begin behind what it has on the line; `calls` are in the order of their places. */
function inTurn(calls: readonly Call[], liveIn: (campaign: string) => number): Call[] {
  const turns = new Map<string, number>();
  const turnOf = new Map<CallId, number>();
  for (const { id, campaignId } of calls) {
    const campaign = campaignId ?? '';
    const turn = (turns.get(campaign) ?? liveIn(campaign)) + 1;
    turns.set(campaign, turn);
    turnOf.set(id, turn);
  }
  const rank = { emergency: 0, high: 1, normal: 2 } as const;
  // the sort is stable, so calls of one turn stay in the order of their places
  return calls.toSorted(
    (a, b) => rank[a.priority] - rank[b.priority] || (turnOf.get(a.id) ?? 0) - (turnOf.get(b.id) ?? 0),
  );
}

function placeOf(idempotency: IdempotencyRequest | null): string | null {
  return idempotency && JSON.stringify([idempotency.owner, idempotency.key]);
}

function isFor(trunk: string, call: Call): boolean {
  return call.trunk === null || call.trunk === trunk;
}

function matches(call: Call, filter: CallFilter): boolean {
  const outcome = call.state.status === 'ended' ? call.state.outcome : null;
  return (
    is(filter.status, call.state.status) &&
    is(filter.outcome, outcome) &&
    is(filter.campaignId, call.campaignId) &&
    is(filter.reference, call.reference) &&
    is(filter.direction, call.direction) &&
    (filter.createdAfter === undefined || call.createdAt > filter.createdAfter) &&
    (filter.before === undefined || call.id < filter.before)
  );
}

function is(wanted: string | undefined, value: string | null): boolean {
  return wanted === undefined || wanted === value;
}
