import type { Ledger } from '../db/ledger.ts';
import { commitMove, type CommitDependencies } from './commit-move.ts';
import { endUndialled } from './decide-claim.ts';

export interface ExpireCallsDependencies extends CommitDependencies {
  ledger: Pick<Ledger, 'commit' | 'call' | 'expiredCalls'>;
}

const batchSize = 100;

/** Ends waiting calls whose time is over, so that each is reported and somebody else can care for the person. Gives their number. */
export async function expireCalls(deps: ExpireCallsDependencies): Promise<number> {
  const now = deps.clock.now();
  let expired = 0;
  for (;;) {
    const calls = await deps.ledger.expiredCalls(now, batchSize);
    const commits = await Promise.all(
      calls.map((call) => commitMove(deps, call, (each) => endUndialled(each, now, null))),
    );
    const ended = commits.filter((commit) => commit.result === 'committed').length;
    expired += ended;
    if (calls.length < batchSize || ended === 0) return expired;
  }
}
