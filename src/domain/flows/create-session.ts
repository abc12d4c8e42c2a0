import type { Flow } from './compile-flow.ts';
import type { FlowSession, FlowValue, SessionResponse } from './flow-session.ts';

/** What a talk starts from. */
export interface SessionStart {
  language: string;
  variables: Readonly<Record<string, FlowValue>>;
  /** Answers that are known already, from the request or from earlier attempts: those questions are passed along the route that they choose. */
  responses: Readonly<Record<string, SessionResponse>>;
  /** The step that the request names; null for the flow's first. */
  startAt: string | null;
  /** Where an earlier attempt left off; goes before `startAt`. */
  resumeAt: string | null;
  /** Whether to begin with a word of welcome back: somebody was spoken to before. */
  welcomeBack: boolean;
}

/** The session of a call that has not been answered yet; the input `started` sets it going. */
export function createSession(flow: Flow, start: SessionStart): FlowSession {
  const wanted = [start.resumeAt, start.startAt].find((id) => id !== null && flow.steps.has(id));
  const begun = wanted ?? flow.first;
  return {
    step: begun,
    begun,
    phase: { phase: 'idle' },
    language: start.language,
    variables: { ...start.variables },
    responses: { ...start.responses },
    human: false,
    heardMs: {},
    met: [],
    passed: [],
    settled: false,
    confirming: null,
    lateTerminator: null,
    welcomeBack: start.welcomeBack,
    attempts: { noInput: 0, invalid: 0 },
    typed: [],
    ahead: [],
    givenUp: [],
    completionHeard: false,
    result: null,
    ending: null,
    lastPrompt: 0,
    lastTimer: 0,
  };
}
