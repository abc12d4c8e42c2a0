import type { Flow } from './compile-flow.ts';
import { firstOpenQuestion, isHeardEnough } from './flow-route.ts';
import type { FlowSession, SessionPerson } from './flow-session.ts';
import { scoreOf } from './flow-values.ts';

/**
 * What the talks of each person on a shared phone came to: those of the person who is there as the session stands now, the others as they left
 * off.
 */
export function peopleOf(flow: Flow, session: FlowSession): SessionPerson[] {
  return session.people.map((person) =>
    person.id === session.person ? asItStands(flow, session, person) : person,
  );
}

function asItStands(flow: Flow, session: FlowSession, person: SessionPerson): SessionPerson {
  const open = firstOpenQuestion(flow, session);
  const completed = person.completed || (open === null && isHeardEnough(flow, session));
  return {
    ...person,
    completed,
    variables: session.variables,
    resumeAt: completed ? null : (open ?? session.step),
    score: scoreOf(flow, session.responses),
  };
}
