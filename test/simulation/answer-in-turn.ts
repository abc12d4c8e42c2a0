import type { LookupClient } from '../../src/webhooks/look-up.ts';
import type { ComingReply } from '../support/flow-line.ts';

/** Other systems, which answer with these replies in turn, each after its time or with the failure that its limit is; nobody is there afterwards. */
export function answerInTurn(
  replies: readonly ComingReply[],
  later: (delayMs: number, action: () => void) => void,
): LookupClient['lookUp'] {
  const coming = [...replies];
  return ({ limitMs }) => {
    const { afterMs, result } = coming.shift() ?? nobody;
    const isLate = afterMs > limitMs;
    const { promise, resolve } = Promise.withResolvers<typeof result>();
    later(isLate ? limitMs : afterMs, () =>
      resolve(isLate ? { result: 'failed', problem: 'too slow' } : result),
    );
    return promise;
  };
}

const nobody: ComingReply = { afterMs: 0, result: { result: 'failed', problem: 'nobody is there' } };
