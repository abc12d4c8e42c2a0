/**
 * Handles messages one after the other, in the order in which they were posted. Whoever posts never waits, and never hears an
 * error: what the handler throws goes to `onError`, and the next message is handled all the same.
 */
export class Mailbox<Message> {
  readonly #handle: (message: Message) => Promise<void>;
  readonly #onError: (error: unknown, message: Message) => void;
  readonly #waiting: Message[] = [];
  #working: Promise<void> | null = null;
  #closed = false;

  constructor(
    handle: (message: Message) => Promise<void>,
    onError: (error: unknown, message: Message) => void,
  ) {
    this.#handle = handle;
    this.#onError = onError;
  }

  post(message: Message): void {
    if (this.#closed) return;
    this.#waiting.push(message);
    this.#working ??= this.#work();
  }

  /** Takes no more messages and forgets those that wait; the one in hand is finished. */
  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
  }

  /** Resolves when nothing is in hand and nothing waits. */
  async idle(): Promise<void> {
    while (this.#working) await this.#working;
  }

  async #work(): Promise<void> {
    // Begin in a microtask of its own, so that `post` returns before anything is done.
    await Promise.resolve();
    for (let message = this.#waiting.shift(); message !== undefined; message = this.#waiting.shift()) {
      try {
        await this.#handle(message);
      } catch (error) {
        this.#onError(error, message);
      }
    }
    this.#working = null;
  }
}
