import type { SessionStart } from '../../src/domain/flows/create-session.ts';

/** A talk in English from the flow's beginning, of somebody of whom nothing is known. */
export const plainStart: SessionStart = {
  language: 'en',
  variables: {},
  responses: {},
  startAt: null,
  resumeAt: null,
  welcomeBack: false,
};
