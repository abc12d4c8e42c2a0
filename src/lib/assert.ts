/** A bug in this program, not a fault of the world: never caught to be worked around, only to be reported. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** States what the code relies on; `message` says what was expected, for the engineer who reads the log. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** For the default branch of a switch over a union: the compiler refuses a forgotten kind. */
export function unreachable(value: never): never {
  throw new AssertionError(`unexpected value ${JSON.stringify(value)}`);
}
