import { LedgerUnavailable } from '../../src/db/ledger.ts';
import type { ProcessGate } from './process-gate.ts';

export type Ask = <T>(operation: string, effect: () => Promise<T>) => Promise<T>;

/** How one process reaches a store: each request may be cut on its way there, or after all of it was kept. */
export function askThrough(gate: ProcessGate): Ask {
  return async (operation, effect) => {
    await gate.pass({ operation, stage: 'before' }, cutBefore);
    const result = await gate.act(effect);
    await gate.pass({ operation, stage: 'after' }, cutAfter);
    return result;
  };
}

function cutBefore(): Error {
  return new LedgerUnavailable('the connection broke before anything was kept');
}

function cutAfter(): Error {
  return new LedgerUnavailable('the connection broke after all was kept');
}
