import { chosenLanguage } from './chosen-language.ts';
import type { Flow } from './compile-flow.ts';
import { stepsBefore } from './steps-before.ts';
import type { FlowSession, FlowValue, SessionPerson, SessionResponse } from './flow-session.ts';

/** What a talk starts from. */
export interface SessionStart {
  language: string;
  variables: Readonly<Record<string, FlowValue>>;
  /** Answers that are known already, from the request or from earlier attempts: those questions are passed along the route that they choose. */
  responses: Readonly<Record<string, SessionResponse>>;
  /** What earlier talks have heard of each step, in milliseconds; left out: nothing. */
  heardMs?: Readonly<Record<string, number>>;
  /** The step that the request names; null for the flow's first. */
  startAt: string | null;
  /** Where an earlier attempt left off; goes before `startAt`. */
  resumeAt: string | null;
  /** Who shares the phone, and what their talks came to. */
  people?: readonly SessionPerson[];
  /** Whether to begin with a word of welcome back: somebody was spoken to before. */
  welcomeBack: boolean;
  /** Whether to say first that the call is recorded; left out: no. */
  announceRecording?: boolean;
}

/** The session of a call that has not been answered yet; the input `started` sets it going. */
export function createSession(flow: Flow, start: SessionStart): FlowSession {
  const begun = beginningOf(flow, start);
  return {
    step: begun,
    begun,
    phase: { phase: 'idle' },
    language: chosenLanguage(flow, start.responses) ?? start.language,
    variables: { ...start.variables },
    responses: { ...start.responses },
    human: false,
    heardMs: { ...start.heardMs },
    met: [],
    passed: [],
    settled: false,
    confirming: null,
    recorded: null,
    lookup: null,
    transfer: null,
    lateTerminator: null,
    // Whoever takes a shared phone may never have been spoken to.
    welcomeBack: start.welcomeBack && begun !== flow.personStep,
    announceRecording: start.announceRecording ?? false,
    attempts: { noInput: 0, invalid: 0 },
    typed: [],
    ahead: [],
    givenUp: [],
    completionHeard: false,
    people: [...(start.people ?? [])],
    person: null,
    common: null,
    onward: start.startAt !== null && needsPerson(flow, start.startAt) ? start.startAt : null,
    result: null,
    ending: null,
    lastPrompt: 0,
    lastTimer: 0,
    lastRecording: 0,
    lastLookup: 0,
    lastTransfer: 0,
  };
}

/** On a shared phone nothing that lies behind the question who is there is said before it is answered. */
function beginningOf(flow: Flow, { resumeAt, startAt }: SessionStart): string {
  const wanted = [resumeAt, startAt].find((id) => id !== null && flow.steps.has(id)) ?? flow.first;
  return needsPerson(flow, wanted) ? (flow.personStep ?? wanted) : wanted;
}

function needsPerson(flow: Flow, step: string): boolean {
  if (flow.personStep === null || !flow.steps.has(step)) return false;
  return !stepsBefore(flow.definition.steps, 'person').has(step);
}
