import { chosenLanguage } from '../chosen-language.ts';
import type { Flow } from '../compile-flow.ts';
import type { FlowSession, SessionPerson } from '../flow-session.ts';

/** From here on the talk is with this person: their answers, their variables, their language. */
export function knowPerson(flow: Flow, session: FlowSession, person: SessionPerson): void {
  session.person = person.id;
  session.responses = { ...session.responses, ...person.responses };
  session.variables = { ...session.variables, ...person.variables };
  session.language = chosenLanguage(flow, person.responses) ?? session.language;
  session.welcomeBack = person.resumeAt !== null;
  session.met = [];
  session.passed = [];
}

/** Nobody is known any more: only what was there before somebody was asked for stays. */
export function forgetPerson(session: FlowSession): void {
  const { common } = session;
  session.person = null;
  if (common !== null) {
    session.responses = { ...common.responses };
    session.variables = { ...common.variables };
    session.givenUp = [...common.givenUp];
  }
  session.common = {
    responses: { ...session.responses },
    variables: { ...session.variables },
    givenUp: [...session.givenUp],
  };
  session.completionHeard = false;
}
