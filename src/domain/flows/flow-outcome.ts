import type { Flow } from './compile-flow.ts';
import { firstOpenQuestion, isHeardEnough, routeFrom } from './flow-route.ts';
import type { FlowScore, FlowSession, FlowValue, SessionPerson } from './flow-session.ts';
import { scoreOf } from './flow-values.ts';
import { peopleOf } from './people-of.ts';
import { ownValue } from './own-value.ts';

/** What a talk came to, or has come to so far. */
export interface FlowOutcome {
  /** Every question on the route is answered, and the flow was heard to `complete_after`; on a shared phone: by one of its people. */
  completed: boolean;
  optedOut: boolean;
  /** True after a key press or a message that was recorded; null while nothing proves or disproves a person. */
  human: true | null;
  /** Where another talk would go on: the first open question, else the step that was interrupted; null when completed. */
  resumeAt: string | null;
  result: FlowValue;
  score: FlowScore | null;
  /** Of a shared phone: what the talks of each came to. */
  people: SessionPerson[];
}

export function summarise(flow: Flow, session: FlowSession): FlowOutcome {
  const open = firstOpenQuestion(flow, session);
  const people = peopleOf(flow, session);
  const isShared = flow.personStep !== null;
  const completed = isShared
    ? people.some((person) => person.completed)
    : open === null && isHeardEnough(flow, session);
  // Whoever takes a shared phone the next time is asked for first, and goes on at a point of their own.
  const resumeAt = isShared && (session.person !== null || open === null) ? flow.personStep : open;
  return {
    completed,
    optedOut: session.ending === 'opted_out',
    human: session.human ? true : null,
    resumeAt: completed ? null : (resumeAt ?? session.step),
    result: session.result,
    score: scoreOf(flow, session.responses),
    people,
  };
}

/**
 * How much of the speech on the route was heard, as a whole percentage. The route is what was met in this talk and what lies on the way
 * from where it began.
 *
 * @param durationMsByStep how long each step's own words last, in milliseconds
 */
export function heardPercent(
  flow: Flow,
  session: FlowSession,
  durationMsByStep: Readonly<Record<string, number>>,
): number {
  const isPassed = (id: string): boolean =>
    session.passed.includes(id) || (Object.hasOwn(session.responses, id) && !session.met.includes(id));
  const onRoute = [...routeFrom(flow, session, session.begun)]
    .map((step) => step.id)
    .filter((id) => !isPassed(id));
  const ids = [...new Set([...Object.keys(session.heardMs), ...onRoute])];
  const durationMs = (id: string): number => ownValue(durationMsByStep, id) ?? 0;
  const heardMs = (id: string): number => Math.min(ownValue(session.heardMs, id) ?? 0, durationMs(id));
  const total = sum(ids.map(durationMs));
  if (total === 0) return session.ending === 'flow_ended' ? 100 : 0;
  return Math.floor((100 * sum(ids.map(heardMs))) / total);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
