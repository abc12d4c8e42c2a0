/** A mistake in what somebody wrote: where (a JSON pointer into it), and what (a sentence's end: «must …», or a sentence). */
export interface Fault {
  pointer: string;
  detail: string;
  /** What would mend it, or what was perhaps meant. */
  suggestion?: string;
}

/** A fault that says what would mend it, as each of a flow does: a whole sentence, and more than its detail again. */
export interface MendableFault extends Fault {
  suggestion: string;
}
