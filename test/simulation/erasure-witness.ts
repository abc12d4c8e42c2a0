import { isDeepStrictEqual } from 'node:util';
import type { Call, CallResponse, PersonHash } from '../../src/domain/calls/call.ts';
import type { CallId, ErasureId } from '../../src/domain/ids.ts';
import type { Erasure } from '../../src/domain/privacy/erasure.ts';
import type { TraceRow } from '../support/find-traces.ts';
import type { CallWitness } from './call-witness.ts';
import { markOf } from './erasure-plan.ts';
import { erasureTally, type ErasureTally } from './erasure-tally.ts';
import type { KeptErasure, WatchedErasure } from './kept-erasure.ts';
import type { PhoneWitness } from './phone-witness.ts';

/** What was known of a call before it was about nobody. */
interface Owned {
  person: PersonHash;
  mark: string;
  /** Null while it is its person's. */
  responses: readonly CallResponse[] | null;
}

/** Good weather: a round or two of work, a hang-up and its report, and what may be on its way to a receiver or be spoken for 25 s. */
const longestMs = 60_000;

/**
 * Watches who is to be forgotten, and what becomes of their calls:
 *
 * - an erasure is done within a minute of the asking, of what was undisturbed of it; and again, where something that it reaches comes on record late;
 * - when it is done, no phone rings for a call that it reaches, and no row of any table tells of its person but those that may: `found`;
 * - nothing is forgotten that nobody asked for; of what is, only the person goes: when it was, how it ended and what was tried stay.
 */
export class ErasureWitness {
  readonly #calls: CallWitness;
  readonly #phones: Pick<PhoneWitness, 'isOnTheLine'>;
  readonly #now: () => number;
  readonly #note: (line: string) => void;
  readonly #report: (violation: string) => void;
  readonly #watched = new Map<ErasureId, WatchedErasure>();
  readonly #owned = new Map<CallId, Owned>();
  /** Time that went by while the gateway could do all that it has to, and nothing disturbed it. */
  #ableMs = 0;
  #disturbedUntil = -Infinity;
  #lookedAt: number;
  #asking = 0;

  constructor(
    calls: CallWitness,
    world: {
      phones: Pick<PhoneWitness, 'isOnTheLine'>;
      now: () => number;
      note: (line: string) => void;
      report: (violation: string) => void;
    },
  ) {
    this.#calls = calls;
    this.#phones = world.phones;
    this.#now = world.now;
    this.#note = world.note;
    this.#report = world.report;
    this.#lookedAt = world.now();
  }

  /** A request leaves. */
  asking(): void {
    this.#asking += 1;
  }

  answered(id: ErasureId): void {
    this.#asking -= 1;
    if (!this.#watched.has(id)) this.#report(`${id} was promised, and is not on record`);
  }

  /** Whether nobody is being forgotten, or is to be. */
  get isIdle(): boolean {
    return this.#asking === 0 && this.isSettled;
  }

  get isSettled(): boolean {
    return [...this.#watched.values()].every(
      (each) => each.kept.doneAt !== null && this.#left(each) === null,
    );
  }

  /** Until when there is nothing to do but wait that what is on its way has come; null where there is. */
  get quietUntil(): number | null {
    const pending = [...this.#watched.values()].filter(({ kept }) => kept.doneAt === null);
    const waits = pending.every(({ kept }) => kept.recordsGone && kept.quietAt > this.#now());
    return waits ? Math.min(...pending.map(({ kept }) => kept.quietAt)) : null;
  }

  get tally(): ErasureTally {
    return erasureTally([...this.#watched.values()], (each) => this.#newer(each));
  }

  /** Looked at again and again: whether the process can do all that it has to, and has been able to since it was looked at before. */
  look(isAble: boolean): void {
    const from = Math.max(this.#lookedAt, this.#disturbedUntil);
    if (isAble) this.#ableMs += Math.max(0, this.#now() - from);
    this.#lookedAt = this.#now();
    for (const [id, { kept, sinceMs }] of this.#watched)
      if (kept.doneAt === null && this.#ableMs - sinceMs > longestMs)
        this.#report(`${id} is not done after ${this.#ableMs - sinceMs} ms that nothing disturbed`);
  }

  /** A request takes long, or failed, and what was under way is begun anew: the time until then is lost. */
  disturbed(lostMs: number): void {
    this.#disturbedUntil = Math.max(this.#disturbedUntil, this.#now() + lostMs);
  }

  crashed(): void {
    for (const each of this.#watched.values()) if (each.kept.doneAt === null) each.crashes += 1;
  }

  /** A call was moved, or came on record. */
  moved(call: Call): void {
    if (this.#owned.has(call.id)) return;
    const mark = markOf(call.reference ?? '') || call.id;
    this.#owned.set(call.id, { person: call.person, mark, responses: null });
    for (const each of this.#watched.values())
      if (reaches(each.kept, { call, person: call.person })) each.sinceMs = this.#ableMs;
  }

  /** It came on record, or has changed there. */
  kept(erasure: KeptErasure): void {
    const { id, recordsGone, doneAt } = erasure;
    this.#note(
      `kept ${id} ${doneAt === null ? 'pending' : 'done'}${recordsGone ? ', its records are gone' : ''}`,
    );
    const watched = this.#watched.get(erasure.id) ?? this.#begun(erasure);
    const before = watched.kept;
    watched.kept = erasure;
    if (erasure.doneAt !== null && before.doneAt === null) this.#done(watched);
    if (erasure.doneAt === null && before.doneAt !== null && this.#left(watched) === null)
      this.#report(`${erasure.id} is pending again, and nothing is left`);
  }

  #begun(erasure: KeptErasure): WatchedErasure {
    const beyond = this.#of(erasure.person).find(({ createdAt }) => createdAt > erasure.reachesUntil);
    if (beyond) this.#report(`${beyond.id} is on record before ${erasure.id}, which does not reach it`);
    const reached = this.#of(erasure.person);
    const saidNo = this.#calls.optOuts.has(erasure.person);
    const begun = { kept: erasure, reached, saidNo, sinceMs: this.#ableMs, crashes: 0, wasDone: false };
    this.#watched.set(erasure.id, begun);
    return begun;
  }

  #done(watched: WatchedErasure): void {
    const { id } = watched.kept;
    watched.wasDone = true;
    const left = this.#left(watched);
    if (left) this.#report(`${id} is said to be done, and ${left.id} is its person's`);
    for (const call of this.#reached(watched))
      if (this.#phones.isOnTheLine(call))
        this.#report(`${id} is said to be done, and the phone of ${call.id} rings`);
    for (const { id: call, state } of watched.reached) if (state.status !== 'ended') this.#checkEnd(call);
  }

  /** Who was waited for or rung is not called any more; what was over by then, or came to its end by itself, ended so. */
  #checkEnd(id: CallId): void {
    const { state, attempts } = this.#calls.calls.get(id) ?? {};
    const wasAsked = attempts?.at(-1)?.endRequested === 'erased';
    const outcome = state?.status === 'ended' ? state.outcome : 'none';
    if (outcome === 'none' || (wasAsked && !['cancelled', 'completed', 'opted_out'].includes(outcome)))
      this.#report(`${id} was to end for an erasure, and its outcome is ${outcome}`);
  }

  /** It is on record as about nobody. */
  forgotten(call: Call): void {
    const { id } = call;
    this.#note(`forgotten ${id}`);
    const owned = this.#owned.get(id);
    const before = this.#calls.calls.get(id);
    if (owned === undefined || before === undefined || owned.responses !== null) {
      this.#report(`${id} is forgotten once more, or was never there`);
      return;
    }
    const asked = [...this.#watched.values()].some(({ kept }) => reaches(kept, { call, ...owned }));
    if (!asked) this.#report(`${id} is forgotten, and nobody asked for it`);
    if (before.state.status !== 'ended') this.#report(`${id} is forgotten before its end`);
    if (!isDeepStrictEqual(whatStays(before), whatStays(call)))
      this.#report(`${id} has lost more than its person: ${JSON.stringify([before, call])}`);
    owned.responses = before.responses;
    this.#calls.forgotten(call);
  }

  /** What is looked for when it is done. */
  textsOf(id: ErasureId): string[] {
    const watched = this.#watched.get(id);
    if (watched === undefined) return [];
    const reached = this.#reached(watched);
    const marks = reached.map((call) => this.#owned.get(call.id)?.mark ?? call.id);
    return [watched.kept.person, ...marks, ...reached.map((call) => call.id)];
  }

  /** Where any of these texts was, when it was done. */
  found(id: ErasureId, rows: readonly TraceRow[]): void {
    const watched = this.#watched.get(id);
    if (watched === undefined) return;
    const newer = this.#newer(watched).map((call) => call.id);
    const reached = this.#reached(watched).map((call) => call.id);
    for (const { table, text, row } of rows) {
      const isOfCall = reached.includes(text as CallId);
      const isOfNewer = newer.some((call) => row.includes(call));
      const isHash = text === watched.kept.person;
      const stays =
        table === 'erasures' || table === 'opt_outs' || (table === 'phone_numbers' && newer.length > 0);
      if (isOfCall && personal.test(row))
        this.#report(`${id} is done, and what is in ${table} of its call is personal: ${row}`);
      if (isHash && reached.some((call) => row.includes(call)))
        this.#report(`${id} is done, and ${table} leads from its person to a call that it reached: ${row}`);
      if ((isHash && !stays && !isOfNewer) || (!isHash && !isOfCall))
        this.#report(`${id} is done, and ${text} is in ${table}: ${row}`);
    }
  }

  /** Answers that a call has on record, or had before it was about nobody. */
  answersOf({ id, responses }: Call): { responses: readonly CallResponse[]; isForgotten: boolean } {
    const before = this.#owned.get(id)?.responses ?? null;
    return { responses: before ?? responses, isForgotten: before !== null };
  }

  get done(): ErasureId[] {
    return [...this.#watched.values()].filter(({ kept }) => kept.doneAt !== null).map(({ kept }) => kept.id);
  }

  #of(person: PersonHash): Call[] {
    return [...this.#calls.calls.values()].filter((call) => this.#owned.get(call.id)?.person === person);
  }

  #reached({ kept }: WatchedErasure): Call[] {
    return this.#of(kept.person).filter(({ createdAt }) => createdAt <= kept.reachesUntil);
  }

  #newer({ kept }: WatchedErasure): Call[] {
    return this.#of(kept.person).filter(({ createdAt }) => createdAt > kept.reachesUntil);
  }

  /** A call that it reaches and that is still its person's. */
  #left(watched: WatchedErasure): Call | null {
    return this.#reached(watched).find(({ id }) => this.#owned.get(id)?.responses === null) ?? null;
  }
}

/** In a row that tells of a call that is about nobody: digits of a number, a key that was pressed, an answer. */
const personal = /\*{6}|"(key|value)"+: ?"+[a-z0-9*#]/;

function reaches(
  erasure: Erasure,
  { call, person }: { call: Pick<Call, 'createdAt'>; person: PersonHash },
): boolean {
  return erasure.person === person && call.createdAt <= erasure.reachesUntil;
}

const ofThePerson = ['person', 'reference', 'toMasked', 'variables', 'people', 'metadata', 'responses'];
const ofTheirTalk = ['result', 'people', 'variables'];

/** All but what tells of the person. */
function whatStays(call: Call): unknown {
  const attempts = call.attempts.map((attempt) => ({ ...attempt, recording: null }));
  return { ...without(call, ofThePerson), attempts, progress: without(call.progress ?? {}, ofTheirTalk) };
}

function without(value: object, fields: readonly string[]): object {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !fields.includes(name)));
}
