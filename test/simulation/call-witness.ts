import type { StoredEvent } from '../../src/domain/calls/call-event.ts';
import { liveAttempt } from '../../src/domain/calls/call-moves.ts';
import type { Call, PersonHash } from '../../src/domain/calls/call.ts';
import type { AttemptId, CallId } from '../../src/domain/ids.ts';
import type { KeptMove } from './world-database.ts';

type Report = (violation: string) => void;

/**
 * Watches what is kept of calls, move by move:
 *
 * 1. every call that was accepted gets exactly one `call.ended`, and nothing after it;
 * 2. no person has two live attempts;
 * 4. a response that was kept is in the call for good, and is reported once; where a flow may ask again, what is in the call is what was reported last;
 * 5. events of a call are numbered 1, 2, 3 … in the order of their keeping, and are in the end what they were.
 */
export class CallWitness {
  readonly calls = new Map<CallId, Call>();
  readonly optOuts = new Map<PersonHash, Set<string>>();
  /** When the end of an attempt was requested. */
  readonly endRequests = new Map<AttemptId, number>();
  readonly #report: Report;
  readonly #now: () => number;
  readonly #answersMayChange: boolean;
  readonly #callByAttempt = new Map<AttemptId, CallId>();
  readonly #liveByPerson = new Map<PersonHash, CallId>();
  readonly #reported = new Map<CallId, Set<string>>();
  readonly #events = new Map<CallId, StoredEvent[]>();
  readonly #forgotten = new Set<CallId>();

  constructor(report: Report, { now, answersMayChange }: { now: () => number; answersMayChange: boolean }) {
    this.#report = report;
    this.#now = now;
    this.#answersMayChange = answersMayChange;
  }

  callOf(attempt: AttemptId): Call | null {
    const id = this.#callByAttempt.get(attempt);
    return (id && this.calls.get(id)) ?? null;
  }

  ofPerson(person: PersonHash): Call[] {
    return [...this.calls.values()].filter((call) => call.person === person);
  }

  get liveCount(): number {
    return this.#liveByPerson.size;
  }

  get openCount(): number {
    let open = 0;
    for (const call of this.calls.values()) if (call.state.status !== 'ended') open += 1;
    return open;
  }

  /** When the next waiting call is due, or its time is over. */
  nextChangeAt(): number {
    let next = Infinity;
    for (const { state, notAfter } of this.calls.values())
      if ('nextAttemptAt' in state) next = Math.min(next, state.nextAttemptAt, notAfter);
    return next;
  }

  kept({ call, events, optOut }: KeptMove): void {
    const before = this.calls.get(call.id) ?? null;
    if (before && call.revision !== before.revision + 1)
      this.#report(`${call.id} went from revision ${before.revision} to ${call.revision}`);
    if (before?.state.status === 'ended') this.#report(`${call.id} was moved after its end`);
    this.#checkEvents(call, { events, before });
    if (this.#answersMayChange) this.#checkLastReported(call, { events, before });
    else this.#checkResponses(call, { events, before });
    this.calls.set(call.id, call);
    this.#events.set(call.id, [...(this.#events.get(call.id) ?? []), ...events]);
    this.#noteAttempt(call);
    if (optOut !== null)
      this.optOuts.set(call.person, (this.optOuts.get(call.person) ?? new Set()).add(optOut));
  }

  /** The call as it is now, about nobody. */
  forgotten(call: Call): void {
    this.calls.set(call.id, call);
    this.#forgotten.add(call.id);
  }

  /** When all is over. */
  checkEnd(events: readonly StoredEvent[]): void {
    const endings = Map.groupBy(
      events.filter((event) => event.type === 'call.ended'),
      (event) => event.callId,
    );
    for (const call of this.calls.values()) {
      const count = endings.get(call.id)?.length ?? 0;
      if (count !== 1) this.#report(`${call.id} has ${count} call.ended`);
      if (call.state.status !== 'ended') this.#report(`${call.id} is ${call.state.status} at the end`);
    }
    const kept = Map.groupBy(events, (event) => event.callId);
    for (const [id, told] of this.#events) this.#checkKept(id, { told, kept: kept.get(id) ?? [] });
  }

  /** What was reported of a call that is about nobody has lost words, and nothing else. */
  #checkKept(id: CallId, { told, kept }: Record<'told' | 'kept', readonly StoredEvent[]>): void {
    const words = this.#forgotten.has(id) ? () => '' : ({ body }: StoredEvent) => body;
    const linesOf = (events: readonly StoredEvent[]): string =>
      events
        .map((event) => `${event.sequence} ${event.id} ${event.type} ${event.at} ${words(event)}`)
        .join('\n');
    const inOrder = kept.toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
    if (linesOf(inOrder) !== linesOf(told)) this.#report(`${id}: its events are not what they were`);
  }

  #checkEvents(
    call: Call,
    { events, before }: { events: readonly StoredEvent[]; before: Call | null },
  ): void {
    let last = before?.sequence ?? 0;
    for (const event of events) {
      if (event.sequence !== last + 1)
        this.#report(`${call.id}: event ${event.sequence} comes after ${last}`);
      last = event.sequence ?? last;
    }
    const ends = events.findIndex((event) => event.type === 'call.ended');
    if (ends !== -1 && ends !== events.length - 1)
      this.#report(`${call.id}: something follows its call.ended`);
    if ((ends !== -1) !== (call.state.status === 'ended'))
      this.#report(`${call.id}: its end and its call.ended differ`);
  }

  #checkResponses(
    call: Call,
    { events, before }: { events: readonly StoredEvent[]; before: Call | null },
  ): void {
    for (const kept of before?.responses ?? []) {
      const { question, person } = kept;
      // Who is there is asked in every talk anew, and may be somebody else.
      if (question === 'who') continue;
      const now = call.responses.find((each) => each.question === question && each.person === person);
      if (now?.value !== kept.value) this.#report(`${call.id}: the response to ${kept.question} was lost`);
    }
    const reported = this.#reported.get(call.id) ?? new Set();
    this.#reported.set(call.id, reported);
    for (const { question, person, attempt } of responsesIn(events)) {
      const answer = `${question} ${person ?? ''} ${question === 'who' ? (attempt ?? '') : ''}`;
      if (reported.has(answer)) this.#report(`${call.id}: the response to ${question} is reported twice`);
      reported.add(answer);
    }
  }

  #checkLastReported(
    call: Call,
    { events, before }: { events: readonly StoredEvent[]; before: Call | null },
  ): void {
    const told = before === null ? call.responses : [...before.responses, ...responsesIn(events)];
    const expected = new Map(told.map((response) => [placeOf(response), response.value]));
    const kept = new Map(call.responses.map((response) => [placeOf(response), response.value]));
    const differs = (place: string): boolean => expected.get(place) !== kept.get(place);
    const wrong = [...new Set([...expected.keys(), ...kept.keys()])].find(differs);
    if (wrong !== undefined)
      this.#report(`${call.id}: the response to ${wrong} is not what was reported last`);
    if (kept.size !== call.responses.length) this.#report(`${call.id}: a question has two responses`);
  }

  #noteAttempt(call: Call): void {
    const live = liveAttempt(call);
    const other = this.#liveByPerson.get(call.person);
    if (live) {
      if (other !== undefined && other !== call.id)
        this.#report(`${call.id} and ${other} ring one person at once`);
      this.#callByAttempt.set(live.id, call.id);
      this.#liveByPerson.set(call.person, call.id);
      if (live.endRequested !== null && !this.endRequests.has(live.id))
        this.endRequests.set(live.id, this.#now());
    } else if (other === call.id) this.#liveByPerson.delete(call.person);
  }
}

interface ReportedResponse {
  question: string;
  person: string | null;
  attempt: number | null;
  value: string;
}

function responsesIn(events: readonly StoredEvent[]): ReportedResponse[] {
  return events
    .filter(({ type }) => type === 'call.response_recorded')
    .map(({ body }) => (JSON.parse(body) as { data: { response: ReportedResponse } }).data.response);
}

function placeOf({ question, person }: Pick<ReportedResponse, 'question' | 'person'>): string {
  return `${question} ${person ?? ''}`;
}
