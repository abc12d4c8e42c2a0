import { join } from 'node:path';
import { expect, it } from 'vitest';
import { simulatorTrunk } from '../../src/domain/calls/trunk.ts';
import type { CallId } from '../../src/domain/ids.ts';
import { assert } from '../../src/lib/assert.ts';
import { loadBuiltInWords } from '../../src/speech/load-built-in-words.ts';
import { Simulator } from '../../src/telephony/simulator/simulator.ts';
import { storeFlow } from '../../src/workflows/store-flow.ts';
import { InMemoryFlowStore } from '../support/in-memory-flow-store.ts';
import { InMemoryLedger } from '../support/in-memory-ledger.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { silentLog } from '../support/silent-log.ts';
import { SimulatedGateway } from '../support/simulated-gateway.ts';
import { TextRenditions, textSoundMs } from '../support/text-renditions.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { simulatedFlows } from './simulated-flows.ts';

const words = await loadBuiltInWords(join(import.meta.dirname, '..', '..', 'prompts'));
const full = { ...simulatorTrunk, name: 'full', channels: 1 };
const idle = { ...simulatorTrunk, name: 'idle', channels: 10 };

/** A phone network of its own, for one process that nothing happens to. */
class QuietNetwork extends Simulator {
  silence(): void {}
}

async function startGateway(clock: VirtualClock, ledger: InMemoryLedger): Promise<SimulatedGateway> {
  const flows = new InMemoryFlowStore();
  for (const [id, definition] of Object.entries(simulatedFlows))
    await storeFlow({ flows, words, clock, speaks: () => true }, { id, definition });
  const network = new QuietNetwork({ clock, soundDurationMs: textSoundMs });
  const gateway = new SimulatedGateway({
    ...{ clock, ledger, flows, network, words, trunks: [full, idle] },
    weather: { latencyMs: () => 0, strike: () => 'nothing' },
    dialFault: () => null,
    onDial: () => undefined,
    random: new SeededRandom(1),
    renditions: new TextRenditions('words that nobody can say'),
    log: silentLog,
    pauseMs: (usualMs) => usualMs,
    onCrash: () => undefined,
  });
  network.onEvent((event) => {
    gateway.deliver(event);
  });
  await network.start();
  void gateway.start();
  return gateway;
}

it.each([
  { backlog: 130, withinMs: 2_000 },
  { backlog: 1_000, withinMs: 10_000 },
])(
  'a call over an idle trunk is dialled soon behind a backlog of $backlog calls of a full one',
  async ({ backlog, withinMs }) => {
    const clock = new VirtualClock();
    const ledger = new InMemoryLedger();
    const gateway = await startGateway(clock, ledger);
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
