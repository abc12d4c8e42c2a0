import type { Clock, Timer } from '../lib/clock.ts';
import { SpeechFault } from './speech-fault.ts';

export interface TurnRules {
  /** Works that run at a time. */
  mostAtOnce: number;
  /** Least time from the beginning of one to the beginning of the next. */
  spacingMs: number;
  /** Whoever has waited for so long is sent away: others may serve them sooner. */
  longestWaitMs: number;
}

/** Runs a work when its turn comes, in the order in which they were asked for. */
export type TakeTurn = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

interface Waiting {
  begin: () => void;
}

/**
 * Keeps to what a service allows: so many requests at a time, and so many a second.
 *
 * @throws SpeechFault `synthesiser_busy` from a turn that did not come in time, `closed` from one whose signal aborted before it came
 */
export function createTurns(clock: Clock, rules: TurnRules): TakeTurn {
  const waiting: Waiting[] = [];
  let running = 0;
  let nextAt = 0;
  let timer: Timer | null = null;

  function admit(): void {
    timer?.cancel();
    timer = null;
    if (waiting.length === 0 || running >= rules.mostAtOnce) return;
    const waitMs = nextAt - clock.now();
    if (waitMs > 0) {
      timer = clock.setTimer(waitMs, admit);
      return;
    }
    running += 1;
    nextAt = clock.now() + rules.spacingMs;
    waiting.shift()?.begin();
    admit();
  }

  async function turn(signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const place: Waiting = { begin: () => resolve(undefined) };
    const leave = (fault: SpeechFault): void => {
      const index = waiting.indexOf(place);
      if (index >= 0) waiting.splice(index, 1);
      reject(fault);
      admit(); // nobody may be left for whom the timer was set
    };
    const aborted = (): void => leave(new SpeechFault('closed', 'the request was called off'));
    const limit = clock.setTimer(rules.longestWaitMs, () =>
      leave(new SpeechFault('synthesiser_busy', 'more is to be spoken than the service takes at a time')),
    );
    signal?.addEventListener('abort', aborted, { once: true });
    waiting.push(place);
    if (signal?.aborted === true) aborted();
    else admit();
    await promise.finally(() => {
      limit.cancel();
      signal?.removeEventListener('abort', aborted);
    });
  }

  return async (work, signal) => {
    await turn(signal);
    try {
      return await work();
    } finally {
      running -= 1;
      admit();
    }
  };
}
