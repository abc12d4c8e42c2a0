import { LedgerUnavailable } from '../../src/db/ledger.ts';
import type { MissedCalls } from '../../src/db/missed-calls.ts';
import type { ProcessGate } from './process-gate.ts';

/** As the ledger is reached: each request may be cut on its way there, or after all of it was kept. */
export function gatedMissedCalls(gate: ProcessGate, missedCalls: MissedCalls): MissedCalls {
  const ask = async <T>(operation: string, effect: () => Promise<T>): Promise<T> => {
    const cut = (): Error => new LedgerUnavailable('the connection was cut');
    await gate.pass({ operation, stage: 'before' }, cut);
    const result = await gate.act(effect);
    await gate.pass({ operation, stage: 'after' }, cut);
    return result;
  };
  return {
    record: (received, now) => ask('record', () => missedCalls.record(received, now)),
    takeCallBacks: (request) => ask('takeCallBacks', () => missedCalls.takeCallBacks(request)),
    settleCallBack: (id, settled) => ask('settleCallBack', () => missedCalls.settleCallBack(id, settled)),
    list: (filter) => ask('list', () => missedCalls.list(filter)),
  };
}
