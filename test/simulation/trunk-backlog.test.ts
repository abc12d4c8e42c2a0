import { expect, it } from 'vitest';
import { simulatorTrunk } from '../../src/domain/calls/trunk.ts';
import type { CallId } from '../../src/domain/ids.ts';
import { assert } from '../../src/lib/assert.ts';
import { InMemoryLedger } from '../support/in-memory-ledger.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { startQuietGateway } from './quiet-gateway.ts';

const full = { ...simulatorTrunk, name: 'full', channels: 1 };
const idle = { ...simulatorTrunk, name: 'idle', channels: 10 };

it.each([
  { backlog: 130, withinMs: 2_000 },
  { backlog: 1_000, withinMs: 10_000 },
])(
  'a call over an idle trunk is dialled soon behind a backlog of $backlog calls of a full one',
  async ({ backlog, withinMs }) => {
    const clock = new VirtualClock();
    const ledger = new InMemoryLedger();
    const gateway = await startQuietGateway({ clock, ledger, trunks: [full, idle] });
    await clock.advanceBy(1_000);
    const accept = async (trunk: string, digits: number): Promise<string> => {
      const to = `+91900000${String(digits)}`;
      const body = { to, flow: 'quiz', trunk, variables: { name: 'Asha' } };
      const accepted = await gateway.accept({ key: to, body });
      assert(accepted.result === 'accepted', 'the call is accepted');
      return accepted.call.view.id;
    };
    const ids: string[] = [];
    for (let each = 0; each < backlog; each++) void accept('full', 1_000 + each).then((id) => ids.push(id));
    await clock.runUntil(() => ids.length === backlog);
    void accept('idle', 9_999).then((id) => ids.push(id));
    await clock.runUntil(() => ids.length === backlog + 1);
    const id = ids.at(-1) as CallId;
    await clock.advanceBy(withinMs);
    expect((await ledger.call(id))?.attempts).toMatchObject([{ trunk: 'idle' }]);
    expect((await ledger.dueCalls(clock.now(), backlog)).length).toBeGreaterThan(100);
  },
);
