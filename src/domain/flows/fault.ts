/** A mistake in what somebody wrote: where (a JSON pointer), what (a sentence's end: «must …», or a sentence), and what was perhaps meant. */
export interface FlowFault {
  pointer: string;
  detail: string;
  suggestion?: string;
}

/** A fault that says what would mend it, as each of a flow does: a whole sentence, and more than its detail again. */
export interface MendableFault extends FlowFault {
  suggestion: string;
}

/** RFC 6901. */
export function pointerTo(...segments: readonly PropertyKey[]): string {
  return segments
    .map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
