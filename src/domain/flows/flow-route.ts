import { isQuestion, type StepDefinition } from './flow-definition.ts';
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
  const isOpen = (id: string): boolean => !Object.hasOwn(session.responses, id);
  const givenUp = session.givenUp.find(isOpen);
  if (givenUp !== undefined) return givenUp;
  for (const step of routeFrom(flow, session, session.step)) {
    if (isQuestion(step) && isOpen(step.id)) return step.id;
  }
  return null;
}

/** Nobody knows where an unanswered question will lead: the way that most answers take is `next`. */
function onwardFrom(flow: Flow, step: StepDefinition, knowledge: Knowledge): string | null {
  if (isQuestion(step) && !Object.hasOwn(knowledge.responses, step.id))
    return targetOf(flow, step.id, step.next);
  return behaviourOf(step).leave(flow, step, knowledge);
}
