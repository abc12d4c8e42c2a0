import type { Transition } from '../../src/db/ledger.ts';
import type { StoredEvent, TimelineEntry } from '../../src/domain/calls/call-event.ts';
import { liveAttempt } from '../../src/domain/calls/call-moves.ts';
import type { Call, PersonHash, Priority } from '../../src/domain/calls/call.ts';
import { mayHaveRung } from '../../src/domain/calls/frequency-cap.ts';
import type { CallId } from '../../src/domain/ids.ts';
import type { VoiceMessage } from '../../src/domain/voice-messages/voice-message.ts';
import { assert } from '../../src/lib/assert.ts';
import { SortedList } from './sorted-list.ts';

/** The place of a waiting call in its queue. */
interface Waiting {
  id: CallId;
  dueAt: number;
}

/**
 * All calls of the in-memory ledger, with what a database would have as indexes. Every change is one step that nothing can come between.
 *
 * Calls are kept as the JSON that they become in PostgreSQL, frozen unless `freezes` is false: whoever changes one that was stored fails at once. What the schema's constraints
 * refuse is refused here: two live attempts of one person, gaps in the sequence of a call's events.
 */
export class StoredCalls {
  readonly byId = new Map<CallId, Call>();
  readonly events: StoredEvent[] = [];
  readonly voiceMessages = new Map<string, VoiceMessage>();
  readonly optOuts = new Map<PersonHash, Set<string>>();
  readonly #references = new Set<string>();
  readonly #timelines = new Map<CallId, TimelineEntry[]>();
  readonly #callsByPerson = new Map<PersonHash, Set<CallId>>();
  readonly #liveByPerson = new Map<PersonHash, Set<CallId>>();
  readonly #liveByTrunk = new Map<string, number>();
  readonly #incomingByTrunk = new Map<string, number>();
  readonly #liveByCampaign = new Map<string, number>();
  readonly #queues: Record<Priority, SortedList<Waiting>> = {
    emergency: queue(),
    high: queue(),
    normal: queue(),
  };

  readonly #freezes: boolean;

  constructor(freezes: boolean) {
    this.#freezes = freezes;
  }

  /** False where the call's campaign has its reference already: nothing was added. */
  add(transition: Transition): boolean {
    const { call } = transition;
    assert(!this.byId.has(call.id), `call ${call.id} is new`);
    if (call.campaignId !== null && call.reference !== null) {
      const place = JSON.stringify([call.campaignId, call.reference]);
      if (this.#references.has(place)) return false;
      this.#references.add(place);
    }
    this.#write(transition, null);
    return true;
  }

  move(transition: Transition): 'committed' | 'lost_race' {
    const before = this.byId.get(transition.call.id);
    if (before?.revision !== transition.from.revision) return 'lost_race';
    assert(transition.call.revision === before.revision + 1, 'a move counts the revision up by one');
    if (this.#disturbsAnother(transition.call)) return 'lost_race';
    this.#write(transition, before);
    return 'committed';
  }

  liveOn(trunk: string): number {
    return this.#liveByTrunk.get(trunk) ?? 0;
  }

  /** Of these, those who call us. */
  incomingOn(trunk: string): number {
    return this.#incomingByTrunk.get(trunk) ?? 0;
  }

  /** Live attempts on it since then that have neither rung nor been answered. */
  unprovenOn(trunk: string, since: number | null): number {
    if (since === null) return 0;
    return this.live().filter((call) => {
      const attempt = liveAttempt(call);
      if (attempt?.trunk !== trunk || attempt.startedAt < since) return false;
      return attempt.ringingAt === null && attempt.answeredAt === null;
    }).length;
  }

  /** Calls on the line, of this campaign; '' for those that belong to none. */
  liveIn(campaign: string): number {
    return this.#liveByCampaign.get(campaign) ?? 0;
  }

  live(): Call[] {
    return [...this.#liveByPerson.values()].flatMap((ids) => [...ids].map((id) => this.get(id))).sort(byId);
  }

  hasLiveAttempt(person: PersonHash): boolean {
    return this.#liveByPerson.has(person);
  }

  /** When the phone of this person rang, or may have, after `since`; oldest first. */
  rangAt(person: PersonHash, since: number): number[] {
    const calls = [...this.callsOf(person)].filter(({ direction }) => direction === 'outgoing');
    const attempts = calls.flatMap((call) => call.attempts);
    const rings = attempts.filter((each) => each.sendAt > since && mayHaveRung(each));
    return rings.map(({ sendAt }) => sendAt).sort((one, other) => one - other);
  }

  callsOf(person: PersonHash): Call[] {
    return [...(this.#callsByPerson.get(person) ?? [])].map((id) => this.get(id));
  }

  timeline(id: CallId): TimelineEntry[] {
    return this.#timelines.get(id) ?? [];
  }

  /** Calls that wait for an attempt due by then, in the order in which they should be dialled; never two of one person, nobody who is on the phone. */
  *due(until: number, look: { after: Call | null; isHeld: (call: Call) => boolean }): Generator<Call> {
    const { after, isHeld } = look;
    const persons = new Set<PersonHash>();
    for (const waiting of this.#waiting((each) => each.dueAt <= until)) {
      const call = this.get(waiting.id);
      if (after && byUrgency(call, after) <= 0) continue;
      if (isHeld(call)) continue;
      if (persons.has(call.person) || this.hasLiveAttempt(call.person)) continue;
      persons.add(call.person);
      yield call;
    }
  }

  /** The same, but only of these calls. */
  dueAmong(ids: readonly CallId[], until: number): Call[] {
    const calls = ids
      .flatMap((id) => this.byId.get(id) ?? [])
      .filter((call) => (dueAtOf(call) ?? Infinity) <= until);
    calls.sort(byUrgency);
    const firstOfPerson = new Map(calls.toReversed().map((call) => [call.person, call.id]));
    return calls.filter(
      (call) => firstOfPerson.get(call.person) === call.id && !this.hasLiveAttempt(call.person),
    );
  }

  waiting(): Call[] {
    return [...this.#waiting(() => true)].map(({ id }) => this.get(id));
  }

  get(id: CallId): Call {
    const call = this.byId.get(id);
    assert(call, `call ${id} is stored`);
    return call;
  }

  *#waiting(isWanted: (waiting: Waiting) => boolean): Generator<Waiting> {
    for (const each of Object.values(this.#queues)) {
      for (const waiting of each) {
        if (!isWanted(waiting)) break;
        yield waiting;
      }
    }
  }

  #disturbsAnother(call: Call): boolean {
    if (call.direction === 'incoming' || liveAttempt(call) === null) return false;
    const onThePhone = [...(this.#liveByPerson.get(call.person) ?? [])];
    return onThePhone.some((id) => id !== call.id && this.get(id).direction === 'outgoing');
  }

  #write({ call, events, timeline, optOut, voiceMessages }: Transition, before: Call | null): void {
    const after = this.#freezes ? frozen(call) : call;
    assertSequence(after, { events, last: before?.sequence ?? 0 });
    this.byId.set(after.id, after);
    this.#reindex(before, after);
    this.events.push(...(this.#freezes ? events.map((event) => Object.freeze({ ...event })) : events));
    const entries = this.#freezes ? timeline.map(frozenEntry) : timeline;
    const lines = this.#timelines.get(after.id) ?? [];
    lines.push(...entries);
    this.#timelines.set(after.id, lines);
    for (const message of voiceMessages) this.voiceMessages.set(message.id, Object.freeze({ ...message }));
    if (optOut !== null)
      this.optOuts.set(after.person, (this.optOuts.get(after.person) ?? new Set()).add(optOut));
  }

  #reindex(before: Call | null, after: Call): void {
    if (before !== null && dueAtOf(before) !== null) this.#queues[before.priority].remove(placeOf(before));
    if (dueAtOf(after) !== null) this.#queues[after.priority].add(placeOf(after));
    this.#count(before, -1);
    const live = liveAttempt(after);
    if (before === null)
      this.#callsByPerson.set(
        after.person,
        (this.#callsByPerson.get(after.person) ?? new Set()).add(after.id),
      );
    this.#count(after, 1);
    const lives = this.#liveByPerson.get(after.person) ?? new Set();
    if (live !== null) this.#liveByPerson.set(after.person, lives.add(after.id));
    else if (lives.delete(after.id) && lives.size === 0) this.#liveByPerson.delete(after.person);
  }

  #count(call: Call | null, change: 1 | -1): void {
    const live = call === null ? null : liveAttempt(call);
    if (call === null || live === null) return;
    const campaign = call.campaignId ?? '';
    this.#liveByTrunk.set(live.trunk, this.liveOn(live.trunk) + change);
    if (call.direction === 'incoming')
      this.#incomingByTrunk.set(live.trunk, this.incomingOn(live.trunk) + change);
    this.#liveByCampaign.set(campaign, this.liveIn(campaign) + change);
  }
}

export function byId(a: Call, b: Call): number {
  return a.id < b.id ? -1 : 1;
}

function queue(): SortedList<Waiting> {
  return new SortedList(byPlace);
}

function byPlace(a: Waiting, b: Waiting): number {
  return a.dueAt - b.dueAt || (a.id < b.id ? -1 : Number(a.id > b.id));
}

const urgency: Record<Priority, number> = { emergency: 0, high: 1, normal: 2 };

function byUrgency(a: Call, b: Call): number {
  return urgency[a.priority] - urgency[b.priority] || byPlace(placeOf(a), placeOf(b));
}

function dueAtOf({ state }: Call): number | null {
  return state.status === 'queued' || state.status === 'waiting_retry' ? state.nextAttemptAt : null;
}

function placeOf(call: Call): Waiting {
  return { id: call.id, dueAt: dueAtOf(call) ?? 0 };
}

function assertSequence(
  call: Call,
  { events, last }: { events: readonly StoredEvent[]; last: number },
): void {
  for (const [index, event] of events.entries()) {
    assert(
      event.callId === call.id && event.sequence === last + index + 1,
      'events of a call are counted without gaps',
    );
  }
  assert(call.sequence === last + events.length, 'a call knows the number of its last event');
}

/** What was stored already: a move keeps most of a call as it was, and that needs no copy. */
const stored = new WeakSet<object>();

/**
 * As PostgreSQL would give it back: plain JSON, and nobody's to change. What can be is frozen where it lies, since a move is made of immutable
 * values anyway; only where something is undefined, which JSON does not know, a copy leaves it out.
 */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || stored.has(value)) return value;
  const plain = Array.isArray(value) ? frozenItems(value) : frozenMembers(value);
  stored.add(Object.freeze(plain));
  return plain as T;
}

function frozenItems(items: readonly unknown[]): readonly unknown[] {
  const plain = items.map(frozen);
  return plain.every((item, index) => item === items[index]) ? items : plain;
}

function frozenMembers(value: object): object {
  let isPlain = true;
  const members = value as Record<string, unknown>;
  for (const name in members) {
    const member = members[name];
    if (member === undefined || frozen(member) !== member) isPlain = false;
  }
  if (isPlain) return value;
  const known = Object.entries(members).filter(([, member]) => member !== undefined);
  return Object.fromEntries(known.map(([name, member]) => [name, frozen(member)]));
}

/** The same for what is flat, without the long way through JSON. */
function frozenEntry(entry: TimelineEntry): TimelineEntry {
  return Object.freeze({ ...entry, detail: Object.freeze({ ...entry.detail }) });
}
