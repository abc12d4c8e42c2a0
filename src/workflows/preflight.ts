export interface Preflight {
  flow: { id: string; version: number };
  isReady: boolean;
  languages: PreflightLanguage[];
}

export interface PreflightLanguage {
  language: string;
  /** Whether calls in this language can be made. */
  isReady: boolean;
  /** Of everything that the flow itself says, once. */
  durationMs: number;
  prompts: PreflightPrompt[];
  /** What the gateway says by itself: reminders, numbers, lists of options. */
  ownWords: { sounds: number; state: PreflightState; detail: string | null };
  /** Ids of prompts that are not in the library in this language. */
  missing: string[];
}

export type PreflightState = 'ready' | 'missing' | 'failed' | 'preparing';

export interface PreflightPrompt {
  /** Where the flow says it: `/steps/0/say/1`. */
  pointer: string;
  step: string;
  /** Its id, where it is one of the library or of the gateway's own. */
  prompt: string | null;
  state: PreflightState | 'too_long';
  /** Null while it is not all there. */
  durationMs: number | null;
  isRecorded: boolean;
  voice: string | null;
  detail: string | null;
}
