/** A fault in a request: `pointer` is a JSON pointer into the body. */
export interface Fault {
  pointer: string;
  detail: string;
  /** What would mend it, or what was perhaps meant. */
  suggestion?: string;
}
