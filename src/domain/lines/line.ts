import type { CallingHoursRequest } from '../calls/calling-hours-schema.ts';

/**
 * A number of ours that people call. `missed_call`: the call is refused before it is answered and costs the caller nothing; that it came is
 * what counts. `answer`: a flow runs for whoever calls.
 */
export type Line = MissedCallLine | AnsweredLine;

interface LineBase {
  /** E.164 with +; ours, so nothing to hide. */
  readonly number: LineNumber;
  /** Whoever opts in or out by this line, does so of this list. */
  readonly list: string | null;
  readonly createdAt: number;
  readonly changedAt: number;
}

/** Beside the numbers of persons, which are not what it is: it may be of any type, also one that nobody may be called on. */
export type LineNumber = string & { readonly __kind: 'line_number' };

export interface MissedCallLine extends LineBase {
  readonly mode: 'missed_call';
  /** Of one caller, what follows a missed call sooner than this is taken for a repeat of it. */
  readonly debounceMs: number;
  readonly callBack: CallBack | null;
  /** Whether it takes the call-back's consent to be an opt-in to the list; else the missed call is one. */
  readonly confirm: boolean;
  /** A missed call to it is an opt-out: of its list, of everything where it has none. */
  readonly optOut: boolean;
}

export interface CallBack {
  /** `welcome` (the newest version when called back) or `welcome@3`. */
  readonly flow: string;
  /** For whoever was never spoken to in another; null for the flow's first. */
  readonly language: string | null;
  readonly delayMs: number;
}

export interface AnsweredLine extends LineBase {
  readonly mode: 'answer';
  readonly flow: string;
  readonly language: string | null;
  /** Null: at all hours. */
  readonly openingHours: CallingHoursRequest | null;
  /** What runs outside the opening hours; null where the call is refused then, as a missed call. */
  readonly closedFlow: string | null;
  /** Nobody is free to take the call: the caller is called back, or hears that the line is busy. */
  readonly full: 'call_back' | 'busy';
}

const lineNumberForm = /^\+[1-9]\d{2,14}$/;

export function isLineNumber(text: string): text is LineNumber {
  return lineNumberForm.test(text);
}
