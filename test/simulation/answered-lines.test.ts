import { join } from 'node:path';
import { expect, it } from 'vitest';
import { simulatorTrunk } from '../../src/domain/calls/trunk.ts';
import type { Call } from '../../src/domain/calls/call.ts';
import { createIdSource, type AttemptId } from '../../src/domain/ids.ts';
import { lineOf } from '../../src/domain/lines/line-request.ts';
import type { LineNumber } from '../../src/domain/lines/line.ts';
import { loadBuiltInWords } from '../../src/speech/load-built-in-words.ts';
import type { LegId, PromptRequest } from '../../src/telephony/telephony.ts';
import { Simulator } from '../../src/telephony/simulator/simulator.ts';
import { storeFlow } from '../../src/workflows/store-flow.ts';
import { InMemoryFlowStore } from '../support/in-memory-flow-store.ts';
import { InMemoryLedger } from '../support/in-memory-ledger.ts';
import { InMemoryMissedCalls } from '../support/in-memory-missed-calls.ts';
import { noLibrary } from '../support/no-library.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { silentLog } from '../support/silent-log.ts';
import { SimulatedWeather } from './simulated-weather.ts';
import type { FaultRates } from './world-plan.ts';
import { SimulatedGateway } from '../support/simulated-gateway.ts';
import type { Surroundings } from '../support/surroundings.ts';
import { TextRenditions, textSoundMs } from '../support/text-renditions.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

/** What a process before said is stopped when its call is taken up, as Asterisk stops it. */
class Network extends Simulator {
  readonly #prompts = new Map<LegId, string>();

  override say(leg: LegId, prompt: PromptRequest): Promise<'done' | 'gone'> {
    this.#prompts.set(leg, prompt.promptId);
    return super.say(leg, prompt);
  }

  silence(leg: LegId): void {
    const promptId = this.#prompts.get(leg);
    if (promptId !== undefined) void this.stopPrompt(leg, promptId);
  }
}

const number = '+911412345678' as LineNumber;
const worlds = 25;
const callers = 40;
const stormMs = 120_000;
const channels = 6;

const roughRates: FaultRates = {
  ...{ crash: 0.001, ledgerCut: 0.03, connectionCut: 0.01, dialFault: 0 },
  ...{ longestLatencyMs: 20, slowLedger: 0.05 },
};

const information = {
  title: 'Helpline',
  languages: ['en'],
  keys: { opt_out: '0' },
  steps: [
    { id: 'welcome', type: 'message', say: { text: { en: 'Hello, this is the helpline.' } } },
    {
      id: 'topic',
      type: 'choice',
      say: { text: { en: 'For schools, press one. For roads, press two.' } },
      options: { 1: { value: 'schools' }, 2: { value: 'roads' } },
    },
    {
      id: 'useful',
      type: 'choice',
      say: { text: { en: 'Did this help? If yes, press one. If not, press two.' } },
      options: { 1: { value: 'yes' }, 2: { value: 'no' } },
    },
  ],
};

/** What handsets do that call: press both keys, hang up after one second, never press anything, hang up after the first key. */
const behaviours = ['+9190000012', '+9190001099', '+9190000099', '+9190000119', '+9190000212'];

/** People call a line within two minutes, more than it has channels, some from one number and some without one; processes are killed, cut off and started again. */
async function play(seed: number): Promise<{ calls: number; missed: number; crashes: number }> {
  const clock = new VirtualClock();
  const random = new SeededRandom(seed);
  const ledger = new InMemoryLedger();
  const ids = createIdSource(clock, (count) => random.bytes(count));
  const missedCalls = new InMemoryMissedCalls(ledger, ids);
  const network = new Network({ clock, soundDurationMs: textSoundMs });
  await network.start();
  const words = await loadBuiltInWords(join(import.meta.dirname, '..', '..', 'prompts'));
  const flows = new InMemoryFlowStore();
  await storeFlow({ flows, words, clock, ...noLibrary }, { id: 'information', definition: information });
  const line = lineOf(
    number,
    { mode: 'answer', flow: 'information', full: 'busy' },
    { createdAt: 0, changedAt: 0 },
  );
  const weather = new SimulatedWeather(random.fork('weather'), roughRates, () =>
    loseConnection(random.integer(20, 6_000)),
  );
  let crashes = 0;
  const surroundings: Surroundings = {
    stores: () => ({ ledger }),
    ...{ clock, flows, network, words, missedCalls, random, log: silentLog },
    lines: new Map([[number, line]]),
    weather,
    dialFault: () => null,
    onDial: () => expect.unreachable('nobody is called'),
    trunks: [{ ...simulatorTrunk, prefixes: ['+91'], channels }],
    renditions: new TextRenditions('words that nobody can say'),
    pauseMs: (usualMs) => usualMs,
    takeUpEveryMs: 5_000,
    onCrash: () => {
      crashes += 1;
      clock.setTimer(random.integer(0, 8_000), () => startAgain());
    },
  };
  let gateway = new SimulatedGateway(surroundings);
  network.onEvent((event) => gateway.deliver(event));
  const startAgain = (): void => {
    gateway = new SimulatedGateway(surroundings);
    void gateway.start();
  };
  void gateway.start();
  for (let cutAt = 3_000; cutAt < stormMs; cutAt += random.integer(5_000, 30_000))
    clock.setTimer(cutAt, () => loseConnection(random.integer(20, 6_000)));
  const loseConnection = (lastsMs: number): void => {
    const { telephony } = gateway;
    if (!gateway.gate.alive || !telephony.connected) return;
    telephony.loseConnection();
    clock.setTimer(lastsMs, () => {
      if (gateway.telephony === telephony && gateway.gate.alive) telephony.restoreConnection();
    });
  };

  const told = new Map<AttemptId, string>();
  for (let index = 0; index < callers; index += 1) {
    const from = `${random.pick(behaviours)}${random.integer(10, 40)}`;
    clock.setTimer(random.integer(0, stormMs), () => {
      const leg = ids.newId('att');
      told.set(leg, from);
      const way = { callerNumber: from, callerWithheld: random.chance(0.2), endpoint: 'simulator' };
      network.receive({ leg, dialled: '01412345678', ...way, givesUpAfterMs: random.integer(1, 10_000) });
    });
  }
  await clock.advanceBy(stormMs + 20_000);
  weather.clear();
  await clock.advanceBy(5 * 60_000);

  const missed = new Set((await missedCalls.list({ limit: 1_000 })).map(({ missedCall }) => missedCall.leg));
  const calls = new Map((await ledger.calls({ limit: 1_000 })).map((call) => [call.attempts[0]?.id, call]));
  for (const leg of told.keys())
    expect(Number(missed.has(leg)) + Number(calls.has(leg)), `${leg} is on record once`).toBe(1);
  expect(missed.size + calls.size).toBe(told.size);
  for (const call of calls.values()) expectWhole(call, ledger);
  expect(gateway.runner.liveCalls.size).toBe(0);
  expect(await network.legs()).toEqual([]);
  expect((await network.writtenCalls()).over).toEqual([]);
  return { calls: calls.size, missed: missed.size, crashes };
}

function expectWhole(call: Call, ledger: InMemoryLedger): void {
  const types = ledger.events.filter(({ callId }) => callId === call.id).map(({ type }) => type);
  expect(types.at(0)).toBe('call.answered');
  expect(types.filter((type) => type === 'call.ended')).toHaveLength(1);
  expect(types.at(-1)).toBe('call.ended');
  expect(types).toHaveLength(2 + call.responses.length);
  expect(call).toMatchObject({ direction: 'incoming', line: number, state: { status: 'ended' } });
  expect(call.attempts).toHaveLength(1);
}

it('whoever calls a line is on record once, as a call that was told to its end or as a missed one, whatever dies', async () => {
  const sums = { calls: 0, missed: 0, crashes: 0 };
  for (let seed = 1; seed <= worlds; seed += 1) {
    const came = await play(seed).catch((error: unknown) => {
      throw new Error(`World ${seed} of answered lines is broken.`, { cause: error });
    });
    for (const what of ['calls', 'missed', 'crashes'] as const) sums[what] += came[what];
  }
  expect(sums.calls).toBeGreaterThan(worlds * 5);
  expect(sums.missed).toBeGreaterThan(worlds);
  expect(sums.crashes).toBeGreaterThan(worlds / 2);
}, 120_000);
