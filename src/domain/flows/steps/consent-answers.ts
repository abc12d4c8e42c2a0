import type { Key } from '../keys.ts';

/** What can be answered, on which key, and what is said about it. */
export const consentAnswers = [
  { key: '1', value: 'yes', words: 'system.consent_yes_done' },
  { key: '2', value: 'no', words: 'system.consent_no_done' },
  { key: '3', value: 'do_not_know', words: 'system.consent_unsure_done' },
] as const satisfies readonly { key: Key; value: string; words: string }[];
