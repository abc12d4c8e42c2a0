import { join } from 'node:path';
import type { Clock } from '../../src/lib/clock.ts';
import { loadBuiltInWords } from '../../src/speech/load-built-in-words.ts';
import { Simulator } from '../../src/telephony/simulator/simulator.ts';
import { storeFlow } from '../../src/workflows/store-flow.ts';
import { noLibrary } from '../support/no-library.ts';
import { InMemoryFlowStore } from '../support/in-memory-flow-store.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { silentLog } from '../support/silent-log.ts';
import { SimulatedGateway } from '../support/simulated-gateway.ts';
import type { Stores, Surroundings } from '../support/surroundings.ts';
import { TextRenditions, textSoundMs } from '../support/text-renditions.ts';
import { simulatedFlows } from './simulated-flows.ts';

/** A phone network of its own, for one process that nothing happens to. */
export class QuietNetwork extends Simulator {
  constructor(clock: Clock) {
    super({ clock, soundDurationMs: textSoundMs });
  }

  silence(): void {}
}

type Chosen = Pick<Surroundings, 'trunks'> &
  Pick<Stores, 'ledger'> &
  Partial<
    Pick<
      Surroundings,
      | 'renditions'
      | 'weather'
      | 'onCrash'
      | 'holdBack'
      | 'isLeaseSafe'
      | 'onDial'
      | 'frequencyCap'
      | 'pauseMs'
      | 'lines'
      | 'missedCalls'
    >
  > & {
    clock: Clock;
    /** Where another process was there before. */
    network?: QuietNetwork;
    flows?: InMemoryFlowStore;
    /** Stored before it starts, by id; left out: the simulated flows. */
    definitions?: Readonly<Record<string, unknown>>;
  };

/** A gateway in fair weather. */
export async function startQuietGateway(chosen: Chosen): Promise<SimulatedGateway> {
  const { clock } = chosen;
  const words = await loadBuiltInWords(join(import.meta.dirname, '..', '..', 'prompts'));
  const { flows = new InMemoryFlowStore(), network = new QuietNetwork(clock) } = chosen;
  for (const [id, definition] of Object.entries(chosen.definitions ?? simulatedFlows))
    await storeFlow({ flows, words, clock, ...noLibrary }, { id, definition });
  const gateway = new SimulatedGateway({
    words,
    weather: { latencyMs: () => 0, strike: () => 'nothing' },
    dialFault: () => null,
    onDial: () => undefined,
    random: new SeededRandom(1),
    renditions: new TextRenditions('words that nobody can say'),
    log: silentLog,
    pauseMs: (usualMs) => usualMs,
    takeUpEveryMs: 60_000,
    onCrash: () => undefined,
    ...{ ...chosen, flows, network, stores: () => ({ ledger: chosen.ledger }) },
  });
  network.onEvent((event) => {
    gateway.deliver(event);
  });
  await network.start();
  void gateway.start();
  return gateway;
}
