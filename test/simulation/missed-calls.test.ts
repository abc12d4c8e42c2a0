import { join } from 'node:path';
import { expect, it } from 'vitest';
import { simulatorTrunk } from '../../src/domain/calls/trunk.ts';
import { createIdSource } from '../../src/domain/ids.ts';
import { lineOf } from '../../src/domain/lines/line-request.ts';
import type { LineNumber } from '../../src/domain/lines/line.ts';
import { loadBuiltInWords } from '../../src/speech/load-built-in-words.ts';
import { Simulator } from '../../src/telephony/simulator/simulator.ts';
import { storeFlow } from '../../src/workflows/store-flow.ts';
import { InMemoryFlowStore } from '../support/in-memory-flow-store.ts';
import { InMemoryLedger } from '../support/in-memory-ledger.ts';
import { InMemoryMissedCalls } from '../support/in-memory-missed-calls.ts';
import { noLibrary } from '../support/no-library.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { silentLog } from '../support/silent-log.ts';
import { personOf, SimulatedGateway } from '../support/simulated-gateway.ts';
import type { Surroundings } from '../support/surroundings.ts';
import { TextRenditions, textSoundMs } from '../support/text-renditions.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

class Network extends Simulator {
  silence(): void {}
}

const number = '+911412345678' as LineNumber;
const callers = 60;
const worlds = 40;
const stormMs = 120_000;

const hello = {
  title: 'Hello',
  languages: ['en'],
  steps: [{ id: 'hello', type: 'message', say: { text: { en: 'You gave us a missed call.' } } }],
};

/** Callers come within two minutes, some twice, while processes are killed, cut off from the network and from the database, and started again. */
async function play(seed: number): Promise<void> {
  const clock = new VirtualClock();
  const random = new SeededRandom(seed);
  const ledger = new InMemoryLedger();
  const ids = createIdSource(clock, (count) => random.bytes(count));
  const missedCalls = new InMemoryMissedCalls(ledger, ids);
  const invited: string[] = [];
  const network = new Network({
    ...{ clock, soundDurationMs: textSoundMs },
    onInvite: ({ endpoint }) => void invited.push(/\+\d+/.exec(endpoint)?.[0] ?? ''),
  });
  await network.start();
  const words = await loadBuiltInWords(join(import.meta.dirname, '..', '..', 'prompts'));
  const flows = new InMemoryFlowStore();
  await storeFlow({ flows, words, clock, ...noLibrary }, { id: 'hello', definition: hello });
  const line = lineOf(
    number,
    { mode: 'missed_call', list: 'news', call_back: { flow: 'hello', delay: 'PT20S' } },
    { createdAt: 0, changedAt: 0 },
  );
  let fair = false;
  const surroundings: Surroundings = {
    stores: () => ({ ledger }),
    ...{ clock, flows, network, words, missedCalls, random, log: silentLog },
    lines: new Map([[number, line]]),
    weather: {
      latencyMs: () => random.integer(0, 20),
      strike: () => (fair || !random.chance(0.02) ? 'nothing' : 'cut'),
    },
    dialFault: () => null,
    onDial: () => undefined,
    trunks: [{ ...simulatorTrunk, prefixes: ['+91'] }],
    renditions: new TextRenditions('words that nobody can say'),
    pauseMs: (usualMs) => usualMs,
    takeUpEveryMs: 5_000,
    onCrash: () => undefined,
  };
  let gateway = new SimulatedGateway(surroundings);
  network.onEvent((event) => gateway.deliver(event));
  const startAgain = (): void => {
    gateway = new SimulatedGateway(surroundings);
    void gateway.start();
  };
  void gateway.start();
  for (let crashAt = 0; crashAt < stormMs; crashAt += random.integer(5_000, 20_000)) {
    const awayMs = random.integer(0, 8_000);
    clock.setTimer(crashAt, () => gateway.gate.kill());
    clock.setTimer(crashAt + awayMs, () => {
      if (!gateway.gate.alive) startAgain();
    });
  }
  const told: { leg: string; from: string }[] = [];
  const call = (from: string): void => {
    const leg = ids.newId('att');
    told.push({ leg, from });
    const way = { callerNumber: from, callerWithheld: false, endpoint: 'simulator' };
    network.receive({ leg, dialled: '01412345678', ...way, givesUpAfterMs: random.integer(500, 10_000) });
  };
  for (let index = 0; index < callers; index += 1) {
    const from = `+919000001${String(200 + index)}`;
    const at = random.integer(0, stormMs);
    clock.setTimer(at, () => call(from));
    if (random.chance(0.3)) clock.setTimer(at + random.integer(100, 60_000), () => call(from));
  }
  await clock.advanceBy(stormMs + 70_000);
  fair = true;
  if (!gateway.gate.alive) startAgain();
  await clock.advanceBy(30 * 60_000);

  const kept = (await missedCalls.list({ limit: 1_000 })).map(({ missedCall }) => missedCall);
  expect(kept.map(({ leg }) => leg).toSorted()).toEqual(told.map(({ leg }) => leg).toSorted());
  for (const from of new Set(told.map((each) => each.from))) {
    const own = kept.filter(({ person }) => person === personOf(from));
    expect(own.filter(({ duplicateOf }) => duplicateOf === null)).toHaveLength(1);
    const calls = [...(await ledger.calls({ limit: 1_000 }))].filter(
      ({ person }) => person === personOf(from),
    );
    expect(calls, JSON.stringify(own)).toHaveLength(1);
    expect(invited.filter((to) => to === from).length).toBeLessThanOrEqual(calls[0]?.attempts.length ?? 0);
    expect(missedCalls.optIns.filter(({ person }) => person === personOf(from))).toHaveLength(1);
  }
}

it('each missed call is recorded once and called back by one call, whatever dies meanwhile', async () => {
  for (let seed = 1; seed <= worlds; seed += 1)
    await play(seed).catch((error: unknown) => {
      throw new Error(`World ${seed} of missed calls is broken.`, { cause: error });
    });
}, 120_000);
