import { isAsking, isQuestion, type StepDefinition } from './flow-definition.ts';
import { targetOf, type Flow } from './compile-flow.ts';
import type { FlowSession } from './flow-session.ts';
import type { Knowledge } from './flow-values.ts';
import { behaviourOf } from './step-behaviours.ts';

/**
 * The steps that lie ahead from `from` on, by what is known now: answered questions are followed along their answers, `set` works on a copy. It ends
 * at the end of the flow, or before a step that was there already.
 */
export function* routeFrom(
  flow: Flow,
  session: FlowSession,
  from: string | null,
): Generator<StepDefinition, void, undefined> {
  const knowledge: Knowledge = { ...session, variables: { ...session.variables } };
  const passed = new Set<string>();
  for (let id = from; id !== null && !passed.has(id);) {
    const step = flow.steps.get(id);
    if (step === undefined) return;
    passed.add(id);
    yield step;
    id = onwardFrom(flow, step, knowledge);
  }
}

/**
 * The first question on the route that has no answer: one that was given up, else the next one ahead; null when nothing is open.
 */
export function firstOpenQuestion(flow: Flow, session: FlowSession): string | null {
  const isOpen = (step: StepDefinition): boolean => !Object.hasOwn(session.responses, step.id);
  const givenUp = session.givenUp.map((id) => flow.steps.get(id)).filter((step) => step !== undefined);
  const first = givenUp.find((step) => isQuestion(step) && isOpen(step));
  if (first !== undefined) return first.id;
  for (const step of routeFrom(flow, session, session.step)) {
    // Behind the question who is there lies somebody else's way.
    if (step.type === 'person') return session.person === null ? step.id : null;
    if (isAsking(step) && isOpen(step) && !session.givenUp.includes(step.id)) return step.id;
  }
  return null;
}

/** Nobody knows where an unanswered question will lead: the way that most answers take is `next`. */
function onwardFrom(flow: Flow, step: StepDefinition, knowledge: Knowledge): string | null {
  if (isAsking(step) && !Object.hasOwn(knowledge.responses, step.id))
    return targetOf(flow, step.id, step.next);
  return behaviourOf(step).leave(flow, step, knowledge);
}

/** Without `complete_after`: to the last question of the route; where the route has none, to the end. */
export function isHeardEnough(flow: Flow, session: FlowSession): boolean {
  if (session.ending === 'flow_ended' || session.completionHeard) return true;
  return flow.definition.complete_after === undefined && session.met.some((id) => isQuestionOf(flow, id));
}

function isQuestionOf(flow: Flow, id: string): boolean {
  const step = flow.steps.get(id);
  return step !== undefined && isQuestion(step);
}
