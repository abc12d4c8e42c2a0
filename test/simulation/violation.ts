/** Something that must never happen did. `trace` has what happened before, oldest first. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly trace: readonly string[];

  constructor(message: string, trace: readonly string[]) {
    super(message);
    this.trace = trace;
  }
}
