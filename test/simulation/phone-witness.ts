import { isAllowed, weekdays } from '../../src/domain/calls/calling-hours.ts';
import { liveAttempt } from '../../src/domain/calls/call-moves.ts';
import { blockingOptOut, hoursThatBind, ringingSpanMs } from '../../src/domain/calls/dialling-rules.ts';
import type { Attempt, Call, PersonHash } from '../../src/domain/calls/call.ts';
import { decideVerdict } from '../../src/domain/calls/decide-verdict.ts';
import { mayHaveRung, type FrequencyCap } from '../../src/domain/calls/frequency-cap.ts';
import type { Trunk } from '../../src/domain/calls/trunk.ts';
import type { HangUpEvidence, Verdict } from '../../src/domain/calls/verdict.ts';
import type { CallId } from '../../src/domain/ids.ts';
import type {
  DialRequest,
  JoinedLegs,
  LegId,
  PromptRequest,
  PromptSound,
  TelephonyEvent,
} from '../../src/telephony/telephony.ts';
import { assert } from '../../src/lib/assert.ts';
import { textSoundMs } from '../support/text-renditions.ts';
import type { CallWitness } from './call-witness.ts';
import { missingResponse } from './simulated-flows.ts';
import { isStray } from './stray-dial.ts';
import type { TransferWitness } from './transfer-witness.ts';
import type { NetworkWitness } from './watched-network.ts';

interface WatchedLeg {
  request: DialRequest;
  pressed: boolean;
  talking: boolean;
  person: PersonHash | null;
  /** Null for a leg of nobody's. */
  trunk: Trunk | null;
  answered: boolean;
  prompt: PromptRequest | null;
  /** Who is heard, and hears. */
  joinedTo: LegId | null;
  /** Whether whoever ordered the prompt could still have it stopped. */
  inReach: boolean;
  /** Nothing is to be heard from then on; Infinity while that is not known. */
  quietFrom: number;
}

/** No plan has a shorter wait between two attempts. */
const shortestWaitMs = 1_000;

/** Who speaks over a whole message may be a machine: that is waited for. */
const longestDoubtMs = 10_000;
/** From a request to end a call to the end of its leg, where the request found nobody to tell: the next commit finds it on record. */
const longestEndMs = 30_000;

/** The default, where the agents of the simulated flows are. */
const agentHours = {
  ...{ start: '09:00', end: '21:00', days: weekdays, timeZone: 'Asia/Kolkata', holidays: [] },
};

/**
 * Stands at the phones and knows nothing of the gateway but what it has kept:
 *
 * 2. at most one INVITE for an attempt, and that attempt is on record and live; one phone of a person rings or talks at a time, and for one try it rings once;
 * 3. no more rings in a period than the frequency cap allows; no INVITE, and no attempt on record, outside the call's hours; no INVITE over the trunk's channels or pace, after an opt-out, or for a call that was cancelled;
 * 4. what depends on a response is not heard to its end before that response is on record, as long as the process that said it lives;
 * 8. nobody listens to silence for long, no leg of nobody's stays on the line, no attempt stays live without a phone.
 */
export class PhoneWitness implements NetworkWitness {
  readonly #calls: CallWitness;
  readonly #report: (violation: string) => void;
  readonly #trunks: readonly Trunk[];
  readonly #frequencyCap: FrequencyCap | null;
  readonly #transfers: TransferWitness;
  readonly #now: () => number;
  readonly #longestSilenceMs: number;
  readonly #longestDoubtMs: number;
  readonly #takeUpEveryMs: number;
  readonly #invited = new Set<LegId>();
  readonly #legs = new Map<LegId, WatchedLeg>();
  /** The last leg that rang each person. */
  readonly #legByPerson = new Map<PersonHash, LegId>();
  readonly #strayedAt = new Map<LegId, number>();
  readonly #cancelled = new Set<CallId>();
  readonly #ends = new Map<LegId, HangUpEvidence>();
  /** Those who spoke like one, and never pressed a key. */
  readonly #machines = new Set<LegId>();
  /** Requests to dial in the last second. */
  #requests: { at: number; trunk: Trunk }[] = [];
  /** From when on the gateway has what it needs to speak. */
  #ableFrom = Infinity;
  #databaseFrom = Infinity;

  constructor(
    calls: CallWitness,
    world: {
      trunks: readonly Trunk[];
      frequencyCap: FrequencyCap | null;
      now: () => number;
      /** By our doing nobody listens to nothing for longer; faults that the world knows of do not count. */
      longestSilenceMs: number;
      /** From the instant of an INVITE that never left to the end of its attempt, where the gateway is able to look. */
      longestDoubtMs: number;
      takeUpEveryMs: number;
      transfers: TransferWitness;
      report: (violation: string) => void;
    },
  ) {
    this.#calls = calls;
    this.#trunks = world.trunks;
    this.#frequencyCap = world.frequencyCap;
    this.#now = world.now;
    this.#longestSilenceMs = world.longestSilenceMs;
    this.#longestDoubtMs = world.longestDoubtMs;
    this.#takeUpEveryMs = world.takeUpEveryMs;
    this.#report = world.report;
    this.#transfers = world.transfers;
  }

  get invites(): number {
    return this.#invited.size;
  }

  get legCount(): number {
    return this.#legs.size;
  }

  /** Whether the gateway has all that it needs to speak, and its database. */
  setAble(able: boolean, hasDatabase: boolean): void {
    this.#ableFrom = able ? Math.min(this.#ableFrom, this.#now()) : Infinity;
    this.#databaseFrom = hasDatabase ? Math.min(this.#databaseFrom, this.#now()) : Infinity;
  }

  /** The connection is gone, or the process: what is being said cannot be stopped any more, whatever becomes of it. */
  voiceLost(): void {
    for (const leg of this.#legs.values()) leg.inReach = false;
  }

  /** A call was moved: its last attempt begins within its hours, ends soon where its INVITE never left, and is given back only there. */
  kept(call: Call): void {
    const attempt = call.attempts.at(-1);
    if (!attempt) return;
    const hours = hoursThatBind(call);
    const { id, sendAt, ended } = attempt;
    if (hours && !isAllowed(hours, sendAt, sendAt + ringingSpanMs))
      this.#report(`${id} is on record for an instant outside its hours`);
    if (ended?.verdict.fault === 'gateway' && this.#invited.has(id))
      this.#report(`${id} was given back, and its INVITE had left`);
    if (ended === null || this.#invited.has(id)) return;
    const lateMs = ended.at - Math.max(sendAt, this.#ableFrom, this.#databaseFrom);
    if (lateMs > this.#longestDoubtMs)
      this.#report(`${id} was live for ${lateMs} ms, and its INVITE never left`);
  }

  /** The API said that nobody's phone rings any more. */
  cancelled(id: CallId): void {
    const call = this.#calls.calls.get(id);
    if (call?.state.status !== 'ended') this.#report(`${id} was cancelled and has not ended`);
    if (call && this.isOnTheLine(call)) this.#report(`${id} was cancelled, and its phone is not silent`);
    this.#cancelled.add(id);
  }

  /** Whether a phone rings or talks for it. */
  isOnTheLine({ attempts }: Pick<Call, 'attempts'>): boolean {
    return attempts.some((attempt) => this.#legs.has(attempt.id));
  }

  requested(request: DialRequest): void {
    const now = this.#now();
    const trunk = this.#trunkOf(request);
    this.#requests = [...this.#requests.filter(({ at }) => at > now - 1_000), { at: now, trunk }];
    const inLastSecond = this.#requests.filter((each) => each.trunk === trunk).length;
    if (inLastSecond > trunk.callsPerSecond)
      this.#report(`${request.leg}: ${inLastSecond} INVITEs in a second`);
    const call = this.#calls.callOf(request.leg);
    const hours = call && hoursThatBind(call);
    if (hours && !isAllowed(hours, now, now + ringingSpanMs))
      this.#report(`${request.leg} is dialled outside its hours`);
  }

  invited(request: DialRequest): void {
    const { leg } = request;
    if (this.#invited.has(leg)) this.#report(`${leg} was invited twice`);
    this.#invited.add(leg);
    const call = this.#calls.callOf(leg);
    const transferring = this.#transfers.callOf(leg);
    if (isStray(leg)) this.#strayedAt.set(leg, this.#now());
    else if (transferring !== null) this.#checkTransfer(leg, transferring);
    else if (!call || liveAttempt(call)?.id !== leg)
      this.#report(`${leg} was invited while it is not a live attempt`);
    else if (this.#cancelled.has(call.id)) this.#report(`${leg} was invited after its call was cancelled`);
    else if (blockingOptOut(call, [...(this.#calls.optOuts.get(call.person) ?? [])]) !== null)
      this.#report(`${leg} was invited after an opt-out`);
    const person = call?.person ?? null;
    const other = person && this.#legByPerson.get(person);
    if (other && this.#legs.has(other)) this.#report(`${leg} and ${other} ring one person at once`);
    if (person) this.#legByPerson.set(person, leg);
    if (call) this.#checkRound(call, leg);
    if (call) this.#checkCap(call, leg);
    const trunk = isStray(leg) ? null : this.#trunkOf(request);
    this.#legs.set(leg, {
      ...{ person, trunk, request, pressed: false, talking: false },
      answered: false,
      ...{ prompt: null, joinedTo: null },
      inReach: false,
      quietFrom: Infinity,
    });
    const taken = [...this.#legs.values()].filter((each) => each.trunk === trunk).length;
    if (trunk !== null && taken > trunk.channels) this.#report(`${leg}: ${taken} channels are taken`);
  }

  /** One try rings a phone once: what follows at once is another trunk after one that never came to a phone, and no trunk twice. */
  #checkRound(call: Call, leg: LegId): void {
    const [before, attempt] = call.attempts.slice(-2);
    if (attempt?.id !== leg || before?.ended == null) return;
    if (this.#now() - before.ended.at >= shortestWaitMs || before.ended.verdict.fault === 'gateway') return;
    if (this.#ends.get(before.id)?.rang === true || this.#ends.get(before.id)?.answered === true)
      this.#report(`${leg} rings at once after ${before.id}, which rang`);
    if (before.trunk === attempt.trunk) this.#report(`${leg} tries the trunk of ${before.id} at once again`);
  }

  /** By what is on record: who was deaf when a phone rang may not have known of it. */
  #checkCap({ person }: Call, leg: LegId): void {
    if (this.#frequencyCap === null) return;
    const since = this.#now() - this.#frequencyCap.periodMs;
    const attempts = this.#calls.ofPerson(person).flatMap((call) => call.attempts);
    const rings = attempts.filter((each) => each.sendAt > since && mayHaveRung(each)).length;
    if (rings > this.#frequencyCap.most) this.#report(`${leg} is ring ${rings} in the period of the cap`);
  }

  #trunkOf({ endpoint }: DialRequest): Trunk {
    const trunk = this.#trunks.find((each) => endpoint.endsWith(each.endpoint.replace(/^.*@/, '@')));
    assert(trunk, 'what is dialled goes over a trunk');
    return trunk;
  }

  said(id: LegId, prompt: PromptRequest): void {
    const leg = this.#legs.get(id);
    if (!leg?.answered) return;
    this.#checkSilence(id, leg);
    leg.prompt = prompt;
    leg.inReach = true;
    const speechMs = prompt.sounds.reduce((sum, sound) => sum + lengthMs(sound), 0);
    leg.quietFrom = this.#now() + speechMs + prompt.silenceMs;
  }

  silenced(id: LegId, promptId: string): void {
    const leg = this.#legs.get(id);
    if (leg?.prompt?.promptId === promptId) leg.quietFrom = Math.min(leg.quietFrom, this.#now());
  }

  joined({ person, other }: JoinedLegs): void {
    this.#connect(person, other);
    this.#connect(other, person);
  }

  parted(person: LegId): void {
    const other = this.#legs.get(person)?.joinedTo;
    if (other) this.#leave(person, other);
    for (const id of this.#legs.keys()) this.#leave(id, person);
  }

  #connect(id: LegId, to: LegId): void {
    const leg = this.#legs.get(id);
    if (!leg || leg.joinedTo === to) return;
    this.#checkSilence(id, leg);
    Object.assign(leg, { joinedTo: to, prompt: null, quietFrom: Infinity });
  }

  /** Nothing is heard of who is gone. */
  #leave(id: LegId, from: LegId): void {
    const leg = this.#legs.get(id);
    if (leg?.joinedTo !== from) return;
    leg.quietFrom = Math.min(leg.quietFrom, this.#now());
    leg.joinedTo = null;
  }

  /** Only for somebody who waits for it, and at a time for calling them. */
  #checkTransfer(leg: LegId, id: CallId): void {
    const { state, purpose } = this.#calls.calls.get(id) ?? {};
    if (purpose !== 'emergency' && !isAllowed(agentHours, this.#now(), this.#now() + ringingSpanMs))
      this.#report(`${leg} was invited outside the hours for agents`);
    if (state?.status !== 'in_progress' || state.session.transfer === null)
      this.#report(`${leg} was invited for ${id}, which is in no transfer`);
    this.#transfers.invited(leg, { now: this.#now(), live: new Set(this.#legs.keys()) });
  }

  happened(event: TelephonyEvent): void {
    if (!('leg' in event)) return;
    const leg = this.#legs.get(event.leg);
    if (!leg) return;
    if (event.type === 'answered') {
      leg.answered = true;
      leg.quietFrom = this.#now();
    }
    if (event.type === 'key') leg.pressed = true;
    if (event.type === 'talking_started') leg.talking = true;
    if (event.type === 'talking_ended') {
      // whoever spoke over a message that is over was listened to until now
      this.#checkSilence(event.leg, leg);
      if (leg.quietFrom < this.#now()) leg.quietFrom = this.#now();
      leg.talking = false;
    }
    if (event.type === 'prompt_ended' && leg.inReach && leg.prompt?.promptId === event.promptId)
      this.#checkHeard(event.leg, leg.prompt);
    if (event.type === 'hung_up') {
      this.#checkSilence(event.leg, leg);
      this.#checkEndRequest(event.leg);
      this.#checkStray(event.leg);
      this.#ends.set(event.leg, event.evidence);
      if (mayBeTakenForMachine(leg)) this.#machines.add(event.leg);
      this.#legs.delete(event.leg);
      for (const [id, each] of this.#legs) if (each.joinedTo === event.leg) this.#leave(id, event.leg);
    }
  }

  /** When all is over: what is on record of an attempt is what happened to its phone, or that nobody knows. */
  checkEnd(): void {
    for (const call of this.#calls.calls.values())
      for (const attempt of call.attempts) this.#checkVerdict(attempt);
  }

  #checkVerdict(attempt: Attempt): void {
    const { id, endRequested, ended } = attempt;
    const reason = ended?.verdict.reason;
    const evidence = this.#endOf(attempt);
    const fits =
      reason === 'lost' ||
      (reason === 'machine' && this.#machines.has(id)) ||
      (reason === 'cancelled' && endRequested !== null) ||
      reason === (evidence ? decideVerdict(evidence).reason : 'trunk_failure') ||
      (evidence?.endedByUs === 'hang_up' && endRequested === null && reason === rungOut(evidence).reason);
    if (!fits) this.#report(`${id} is on record as ${reason}, which is not how its phone ended`);
  }

  #checkHeard(id: LegId, prompt: PromptRequest): void {
    const call = this.#calls.callOf(id);
    for (const sound of prompt.sounds) {
      const question = call && typeof sound === 'string' && missingResponse(call, sound);
      if (question)
        this.#report(`${id}: «${sound}» was heard, and the response to ${question} is not on record`);
    }
  }

  /** Whose end was requested does not ring or talk on, where the gateway could do something about it. */
  /** To a process after the one that dialled, the end of the time that a phone may ring is a request like any other. */
  #endOf({ id, trunk, sendAt, ended }: Attempt): HangUpEvidence | undefined {
    const evidence = this.#ends.get(id);
    const mayRingMs = this.#trunks.find(({ name }) => name === trunk)?.ringTimeoutMs ?? Infinity;
    if (evidence?.endedByUs !== 'hang_up' || evidence.answered) return evidence;
    return (ended?.at ?? 0) - sendAt < mayRingMs ? evidence : { ...evidence, endedByUs: 'ring_timeout' };
  }

  #checkEndRequest(id: LegId): void {
    const requestedAt = this.#calls.endRequests.get(id);
    if (requestedAt === undefined) return;
    const lateMs = this.#now() - Math.max(requestedAt, this.#ableFrom, this.#databaseFrom);
    if (lateMs > longestEndMs) this.#report(`${id} went on for ${lateMs} ms after its end was requested`);
  }

  #checkStray(id: LegId): void {
    const strayedAt = this.#strayedAt.get(id);
    if (strayedAt === undefined) return;
    this.#strayedAt.delete(id);
    const lateMs = this.#now() - Math.max(strayedAt, this.#ableFrom, this.#databaseFrom);
    if (lateMs > this.#takeUpEveryMs + longestEndMs)
      this.#report(`${id} belongs to nobody, and was on the line for ${lateMs} ms`);
  }

  #checkSilence(id: LegId, leg: WatchedLeg): void {
    if (isStray(id)) return;
    const silentMs = this.#now() - Math.max(leg.quietFrom, this.#ableFrom);
    const mostMs = this.#longestSilenceMs + (leg.talking ? longestDoubtMs : 0);
    if (leg.answered && silentMs > mostMs) this.#report(`${id}: ${silentMs} ms of silence`);
  }
}

/** Whoever took the leg up ends the ringing of a phone that nobody takes, as whoever dialled it would have. */
function rungOut(evidence: HangUpEvidence): Verdict {
  return decideVerdict({ ...evidence, endedByUs: 'ring_timeout' });
}

/** The handsets that speak from the answer on; all others are persons, or nobody. */
function mayBeTakenForMachine({ request, answered, pressed }: WatchedLeg): boolean {
  return request.detectTalk && answered && !pressed && /9000(50|60)\d{4}@/.test(request.endpoint);
}

/** Nobody here knows how long somebody's own words last; they last a moment at least. */
function lengthMs(sound: PromptSound): number {
  return typeof sound === 'string' ? textSoundMs(sound) : 1_000;
}
