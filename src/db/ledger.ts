import type { Call, CallPerson, PersonHash } from '../domain/calls/call.ts';
import type { StoredEvent, TimelineEntry } from '../domain/calls/call-event.ts';
import type { SeenAgent } from '../domain/calls/choose-agent.ts';
import type { TransferResult } from '../domain/flows/transfer.ts';
import type { Lease } from '../domain/asterisks/lease.ts';
import type { AttemptId, CallId, CampaignId } from '../domain/ids.ts';
import type { OptIn } from '../domain/lines/opt-in.ts';
import type { VoiceMessage } from '../domain/voice-messages/voice-message.ts';

/**
 * Where calls are kept, as the workflows see it. A move of a call, its events and their deliveries commit together or not at all.
 * Implemented on PostgreSQL in this folder, and in memory, deterministic, in `test/support`; one contract suite runs on both.
 *
 * Everything throws LedgerUnavailable when the database cannot be reached: nothing of the request was kept then, unless the connection
 * broke while it committed, which the caller must take for «perhaps».
 */
export interface Ledger {
  /** Stores a new call with its first events; the idempotency key decides which of several equal requests makes it. */
  accept(acceptance: Acceptance): Promise<AcceptResult>;
  /**
   * Stores new calls of one campaign, all at once: those whose reference it has already are left out. Their idempotency is the
   * reference, and nothing else.
   */
  acceptAll(acceptances: readonly Acceptance[]): Promise<AcceptAllResult>;
  /**
   * What became of an earlier request with this idempotency key; null where none was accepted. For a repeat that would not be accepted any
   * more, since its time has passed for instance: it gets the reply of then all the same. `still_running` while one is being stored.
   */
  acceptedBefore(
    request: IdempotencyRequest,
  ): Promise<Extract<AcceptResult, { result: 'replayed' | 'key_reused' | 'still_running' }> | null>;
  /**
   * Stores a call that came in and was answered, with its leg. `lost_race` where it is on record already, be it as a missed call, and where somebody else
   * holds the lease: then nothing was written.
   */
  admit(admission: Admission): Promise<'committed' | 'lost_race'>;
  /** What is known of somebody who calls, and how many talk over the trunk that they came by. */
  whoCalls(caller: { person: PersonHash; trunk: string }): Promise<KnownCaller>;
  /** Compare-and-set on the call's revision: `lost_race` when somebody else moved it first, and then nothing was written. */
  commit(transition: Transition): Promise<'committed' | 'lost_race'>;
  /**
   * Takes due calls among `candidates` for a trunk, most urgent first, as if one claim came after the other: at most as many as it has
   * channels free, never two for one person, none of a campaign that does not run, or over its pace, its limit of concurrent calls or the
   * rest of its pilot (which a call that was dialled before does not use up); nothing for who does not hold the lease, nothing over a trunk that is drained, down or closed, and no faster than a trunk that is slowed down (`TrunkState`). Campaigns of one priority share what is free: who has the fewest on the line goes first. `decide` says what becomes of each; it must be pure, since it is called again where another
   * claim came first. Resolves the transitions that were committed.
   */
  claim(request: ClaimRequest): Promise<Transition[]>;
  /**
   * Reserves the next instant for an INVITE whose first one went by, e.g. because the machine was busy: of the trunk, and of the call's campaign
   * where that has a pace of its own. Null where the trunk is not to be dialled over any more, somebody has paused the campaign, or the trunk would have
   * to be idle for too long until the campaign's next instant (`longestIdleMs`): that attempt is to be given back.
   */
  reserveInstant(request: ReserveInstant): Promise<number | null>;
  /**
   * Puts on record that the INVITE of an attempt is about to leave: it may, once this has resolved. Resolves the scopes of opt-outs on record
   * for the person at that moment; null where the attempt has ended, or is attended under another epoch: then it may not leave.
   */
  noteLeaving(attempt: { id: AttemptId; epoch: number }): Promise<string[] | null>;
  /**
   * Takes that back, for an attempt whose INVITE has not left and waits for another instant: it may not leave before `noteLeaving` has resolved once
   * more. Nothing happens where it has ended, or is attended under another epoch.
   */
  noteStaying(attempt: { id: AttemptId; epoch: number }): Promise<void>;
  /**
   * Whether the INVITE of a live attempt is known not to have left. That holds for as long as nobody lets it leave, which nobody else can than who attends it.
   */
  isUnsent(attempt: AttemptId): Promise<boolean>;
  /**
   * Waiting calls whose next attempt is due by `until`, in the order in which they should be dialled (priority, then campaigns in turn, then how
   * long they are due), without persons who have a live attempt, and without campaigns that do not run or whose pilot has no place left. A look without a lock: their
   * prompts are made ready before they are claimed.
   * @param after to look through all that is due, page by page, by priority and how long they are due alone: null for the first page, then the
   * call that the page before ended with
   */
  dueCalls(until: number, limit: number, after?: Call | null): Promise<Call[]>;

  call(id: CallId): Promise<Call | null>;
  /** Every call with a live attempt, of one Asterisk or of all: what must be taken up after a restart. */
  liveCalls(asterisk?: string): Promise<Call[]>;
  /** Calls with a live attempt whose leg the network itself has ended by now. */
  overdueCalls(now: number, limit: number): Promise<Call[]>;
  /** Live attempts of an Asterisk whose end was requested, by whichever gateway. */
  requestedEnds(asterisk: string): Promise<AttemptId[]>;
  /** Waiting calls whose `notAfter` has passed, oldest first. */
  expiredCalls(now: number, limit: number): Promise<Call[]>;
  /** Newest first, by id; `before` is the id that the page before ended with. */
  calls(filter: CallFilter): Promise<Call[]>;
  timeline(id: CallId): Promise<TimelineEntry[]>;
  /** Scopes of opt-outs on record for this person: `all`, `campaign:…`, `list:…`. */
  optOuts(person: PersonHash): Promise<string[]>;
  /**
   * Instants after `since` at which the person was dialled and their phone rang, or may have (`frequency-cap.ts`), oldest first. A live attempt
   * is one of them.
   */
  rangAt(person: PersonHash, since: number): Promise<number[]>;
  /**
   * Reserves a channel and an instant of a trunk for the leg of a transfer, as a claim does for attempts, and puts it on record: only then it may be
   * dialled, once. Resolves the instant, or why there is none now: a trunk that is not to
   * be dialled over has no channel. An agent of a queue is engaged while any leg to them is live, be it of a transfer or an attempt; of those who
   * claim one agent at once, one gets them.
   */
  claimTransfer(
    claim: TransferClaim,
  ): Promise<{ sendAt: number } | 'no_channel' | 'no_instant' | 'agent_engaged'>;
  /** Its leg is known to be gone, or was never made: the channel is free again. Without `as` nobody saw how it ended. */
  endTransfer(leg: AttemptId, at: number, as?: TransferResult): Promise<void>;
  /** How each of these agents is, in this order; `calls` are those for this call since then. */
  seeAgents(agents: readonly PersonHash[], hunt: { callId: CallId; since: number }): Promise<SeenAgent[]>;
  /** The same for all that the network itself has ended before `goneBefore`: those of Asterisks that nobody can ask. */
  endGoneTransfers(goneBefore: number, at: number): Promise<void>;
  /** The last transfer that was put on record for this call since then, be its leg gone or not; null for none. */
  lastTransfer(callId: CallId, since: number): Promise<LastTransfer | null>;
  /** Every transfer of an Asterisk whose leg was not seen to end. */
  liveTransfers(asterisk: string): Promise<LiveTransferRow[]>;
  /** The clear number of a person, from the vault; null when it was erased. */
  numberOf(person: PersonHash): Promise<string | null>;
}

/**
 * A move: the call as it is afterwards, and what is to be reported and kept with it. `call.revision` is one more than `from.revision`.
 */
export interface Transition {
  from: { revision: number };
  call: Call;
  events: StoredEvent[];
  timeline: TimelineEntry[];
  /** A scope that the person opted out of in this move. */
  optOut: string | null;
  /** Consents that were given in this move. */
  optIns: OptIn[];
  /** Messages that became answers in this move. */
  voiceMessages: VoiceMessage[];
}

export interface Acceptance {
  transition: Transition;
  /** The number in E.164, for the vault: sealed there, kept nowhere else. */
  number: string;
  idempotency: IdempotencyRequest | null;
  /** Text of the 202 reply, kept with the idempotency key. */
  reply: string;
}

export interface Admission {
  transition: Transition;
  /** In E.164, for the vault; null where the caller shows none. */
  number: string | null;
  /** Of the Asterisk that has the leg. */
  lease: Lease;
}

export interface KnownCaller {
  /** In which they were spoken to last; null where that never was. */
  language: string | null;
  /** Who shares the phone, as whoever asked for a call to it said last; empty where nobody did. */
  people: readonly CallPerson[];
  /** Live attempts and legs of transfers on the trunk, in both directions. */
  liveOnTrunk: number;
}

export interface IdempotencyRequest {
  owner: string;
  key: string;
  /** Hash of the parsed body. */
  bodyHash: string;
}

export type AcceptResult =
  | { result: 'accepted' }
  /** The same key with the same body was accepted before: the reply of then. */
  | { result: 'replayed'; callId: CallId; reply: string }
  /** The same key came with another body. */
  | { result: 'key_reused' }
  /** The first request with this key has not finished. */
  | { result: 'still_running' }
  /** The campaign has a call with this reference. */
  | { result: 'already_there' }
  /** The campaign takes no calls any more. */
  | { result: 'campaign_over' };

export type AcceptAllResult =
  | { result: 'accepted'; ids: ReadonlySet<CallId> }
  /** The campaign takes no calls any more: nothing was stored. */
  | { result: 'campaign_over' };

export interface ClaimRequest {
  trunk: string;
  /** Of the Asterisk that will dial. A claim under a lease that somebody else has taken since takes nothing. */
  lease: Lease;
  now: number;
  /** Only these are taken: the calls whose prompts are ready. */
  candidates: readonly CallId[];
  /** Most attempts to claim at once. */
  limit: number;
  /** Live attempts that the trunk can carry beside those that are reserved for who calls us. */
  channels: number;
  /** So many who call us take none of `channels`; left out: each does. */
  reservedForIncoming?: number;
  /** Least time between two INVITEs of the trunk: 1000 / calls per second. */
  spacingMs: number;
  /** No instant after this one is reserved: what is claimed cannot make way for something more urgent. */
  reserveUntil: number;
  /** No instant before this one is given either, since the attempt would be late for it; left out: none before `now`. */
  sendFrom?: number;
  /**
   * @param sendAt the instant that the trunk's pace reserves for this INVITE
   * @param optOuts scopes on record for the person at this moment
   * @param rangAt when their phone rang after `rangSince`; where that changes before the claim is kept, the call is left for a later claim
   */
  decide: (call: Call, sendAt: number, optOuts: readonly string[], rangAt: readonly number[]) => Transition;
  /** Null or left out: nobody wants to know. */
  rangSince?: number | null;
}

export interface TransferClaim {
  leg: AttemptId;
  callId: CallId;
  callee: PersonHash;
  /** One of a queue of agents, to whom one leg at most is live. */
  isAgent: boolean;
  trunk: string;
  callerId: string | null;
  lease: Lease;
  now: number;
  /** The longest that the leg may last. */
  legLimitMs: number;
  /** These as of `ClaimRequest`. */
  channels: number;
  reservedForIncoming?: number;
  spacingMs: number;
  reserveUntil: number;
}

export interface LiveTransferRow {
  leg: AttemptId;
  callId: CallId;
  trunk: string;
  startedAt: number;
  /** Null for what an earlier version of the program called. */
  callee: PersonHash | null;
}

/** `legs`: how many were put on record since then, with this one. */
export interface LastTransfer extends LiveTransferRow {
  legs: number;
}

export interface ReserveInstant {
  trunk: string;
  campaignId: string | null;
  now: number;
  /** The first instant that may be reserved, where not `now`: who asks must come to know of it in time. */
  sendFrom?: number;
  spacingMs: number;
}

export interface CallFilter {
  status?: string;
  outcome?: string;
  campaignId?: CampaignId;
  reference?: string;
  direction?: string;
  createdAfter?: number;
  before?: CallId;
  limit: number;
}

export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable';
  readonly code = 'ledger_unavailable';
}
