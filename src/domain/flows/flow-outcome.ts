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
 * How much of the speech on the route was heard, as a whole percentage. The route is what was met in this talk and those before it, and what
 * lies on the way from where this one began.
 *
 * @param durationMsByStep how long each step's own words last, in milliseconds
 */
export function heardPercent(
  flow: Flow,
  session: FlowSession,
  durationMsByStep: Readonly<Record<string, number>>,
): number {
  let [totalMs, heardMs] = [0, 0];
  const add = (id: string): void => {
    const durationMs = ownValue(durationMsByStep, id) ?? 0;
    totalMs += durationMs;
    heardMs += Math.min(ownValue(session.heardMs, id) ?? 0, durationMs);
  };
  for (const id of Object.keys(session.heardMs)) add(id);
  for (const { id } of routeFrom(flow, session, session.begun))
    if (!Object.hasOwn(session.heardMs, id) && !isPassedOver(session, id)) add(id);
  if (totalMs === 0) return session.ending === 'flow_ended' ? 100 : 0;
  return Math.floor((100 * heardMs) / totalMs);
}

/** Its question was answered before this talk, or on the way to where the talk began. */
function isPassedOver({ passed, responses, met }: FlowSession, id: string): boolean {
  return passed.includes(id) || (Object.hasOwn(responses, id) && !met.includes(id));
}
