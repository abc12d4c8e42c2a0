import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Call } from '../../../src/domain/calls/call.ts';
import { simulatorTrunk } from '../../../src/domain/calls/trunk.ts';
import { createIdSource, type AttemptId } from '../../../src/domain/ids.ts';
import { lineOf } from '../../../src/domain/lines/line-request.ts';
import type { LineNumber } from '../../../src/domain/lines/line.ts';
import type { MissedCall } from '../../../src/domain/lines/missed-call.ts';
import { wait } from '../../../src/lib/wait.ts';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';
import { Simulator } from '../../../src/telephony/simulator/simulator.ts';
import { storeFlow } from '../../../src/workflows/store-flow.ts';
import { InMemoryFlowStore } from '../../support/in-memory-flow-store.ts';
import { InMemoryLedger } from '../../support/in-memory-ledger.ts';
import { InMemoryMissedCalls } from '../../support/in-memory-missed-calls.ts';
import { noLibrary } from '../../support/no-library.ts';
import { said } from '../../support/said.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { silentLog } from '../../support/silent-log.ts';
import { SimulatedGateway } from '../../support/simulated-gateway.ts';
import type { Surroundings } from '../../support/surroundings.ts';
import { TextRenditions, textSoundMs } from '../../support/text-renditions.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

class Network extends Simulator {
  silence(): void {}
}

const number = '+911412345678' as LineNumber;
const words = await loadBuiltInWords(join(import.meta.dirname, '..', '..', '..', 'prompts'));
const helpline = {
  title: 'Helpline',
  languages: ['en'],
  keys: { opt_out: '0' },
  steps: [
    { id: 'who', type: 'person' },
    { id: 'join', type: 'consent', say: said('Do you want news?') },
  ],
};
/** A handset that presses 1, then listens. */
const asha = '+919000001999';

let clock: VirtualClock;
let network: Network;
let ledger: InMemoryLedger;
let missedCalls: InMemoryMissedCalls;
let surroundings: Surroundings;
/** How long each operation on the ledger or the network takes. */
let latencyMs: (operation: string) => number;
const ids = createIdSource(
  { now: () => clock.now(), setTimer: () => ({ cancel: () => undefined }) },
  (count) => new SeededRandom(count).bytes(count),
);

beforeEach(async () => {
  clock = new VirtualClock();
  network = new Network({ clock, soundDurationMs: textSoundMs });
  ledger = new InMemoryLedger();
  missedCalls = new InMemoryMissedCalls(
    ledger,
    createIdSource(clock, (count) => new SeededRandom(7).bytes(count)),
  );
  latencyMs = () => 0;
  await network.start();
  const flows = new InMemoryFlowStore();
  await storeFlow({ flows, words, clock, ...noLibrary }, { id: 'helpline', definition: helpline });
  surroundings = {
    stores: () => ({ ledger }),
    ...{ clock, flows, network, words, missedCalls, random: new SeededRandom(1), log: silentLog },
    lines: theLine('helpline'),
    weather: { latencyMs: ({ operation }) => latencyMs(operation), strike: () => 'nothing' },
    dialFault: () => null,
    onDial: () => undefined,
    trunks: [{ ...simulatorTrunk, prefixes: ['+91'] }],
    renditions: new TextRenditions('nothing'),
    pauseMs: (usualMs) => usualMs,
    takeUpEveryMs: 1_000,
    onCrash: () => undefined,
  };
});

function theLine(flow: string): ReadonlyMap<LineNumber, ReturnType<typeof lineOf>> {
  const request = { mode: 'answer', flow, list: 'news' } as const;
  return new Map([[number, lineOf(number, request, { createdAt: 0, changedAt: 0 })]]);
}

/** Somebody calls; what is on record of it a minute later. */
async function called(
  from: string,
  changes: { withheld?: boolean; givesUpAfterMs?: number } = {},
): Promise<{ calls: Call[]; missed: MissedCall[] }> {
  const gateway = new SimulatedGateway(surroundings);
  network.onEvent((event) => gateway.deliver(event));
  await clock.advanceBy(0);
  void gateway.start();
  await clock.advanceBy(2_000);
  const leg: AttemptId = ids.newId('att');
  const way = { callerNumber: from, callerWithheld: changes.withheld ?? false, endpoint: 'simulator' };
  network.receive({ leg, dialled: number, ...way, givesUpAfterMs: changes.givesUpAfterMs ?? 20_000 });
  await clock.advanceBy(60_000);
  const calls = await ledger.calls({ limit: 10 });
  const missed = (await missedCalls.list({ limit: 10 })).map(({ missedCall }) => missedCall);
  return { calls: calls.filter(({ direction }) => direction === 'incoming'), missed };
}

const isMissed = { calls: [], missed: [{ line: number, callBack: { state: 'none' } }] };

describe('somebody who calls a line', () => {
  it('is answered, and passes the question who is there where nobody is known to share the phone', async () => {
    const { calls, missed } = await called(asha);
    expect(missed).toEqual([]);
    expect(calls).toMatchObject([
      {
        ...{ direction: 'incoming', line: number, toMasked: '+91******1999', people: [] },
        responses: [{ question: 'join', value: 'yes', person: null }],
        state: { status: 'ended', outcome: 'completed' },
      },
    ]);
    expect(ledger.events.map(({ type }) => type)).toContain('opt_in.recorded');
  });

  it('is answered also without a number, and is nobody who could opt in', async () => {
    const { calls } = await called(asha, { withheld: true });
    expect(calls).toMatchObject([{ toMasked: '', state: { status: 'ended', outcome: 'completed' } }]);
    expect(await ledger.numberOf(calls[0]?.person ?? ('' as never))).toBeNull();
    expect(ledger.events.map(({ type }) => type)).not.toContain('opt_in.recorded');
  });

  it('from the line itself is refused: it would go round in a circle', async () => {
    expect(await called(number)).toMatchObject({ calls: [], missed: [{ caller: 'own_number' }] });
  });

  it('is a missed call where no channel of the trunk is free', async () => {
    const [trunk] = surroundings.trunks;
    if (trunk) surroundings = { ...surroundings, trunks: [{ ...trunk, channels: 0 }] };
    expect(await called(asha)).toMatchObject(isMissed);
  });

  it('is a missed call where the disk is full', async () => {
    surroundings = { ...surroundings, holdBack: () => 'the disk is full' };
    expect(await called(asha)).toMatchObject(isMissed);
  });

  it('is a missed call where the flow is gone', async () => {
    surroundings = { ...surroundings, lines: theLine('nothing') };
    expect(await called(asha)).toMatchObject(isMissed);
  });

  it('is a missed call where the words take longer than anybody should hear it ring', async () => {
    const { renditions } = surroundings;
    surroundings = {
      ...surroundings,
      renditions: {
        async renderAll(...asked) {
          await wait(clock, 9_000);
          return renditions.renderAll(...asked);
        },
      },
    };
    expect(await called(asha)).toMatchObject(isMissed);
  });

  it('is a missed call where they hang up before they were answered', async () => {
    latencyMs = (operation) => (operation === 'whoCalls' ? 500 : 0);
    expect(await called(asha, { givesUpAfterMs: 200 })).toMatchObject(isMissed);
  });

  it('is not cut off by a look at the legs while the call is still coming on record', async () => {
    latencyMs = (operation) => (operation === 'admit' ? 2_000 : 0);
    const { calls, missed } = await called(asha);
    expect(missed).toEqual([]);
    expect(calls).toMatchObject([
      { state: { outcome: 'completed' }, attempts: [{ ended: { verdict: { reason: 'answered' } } }] },
    ]);
  });

  it('who hung up while the call was still coming on record is on record once', async () => {
    latencyMs = (operation) => (operation === 'admit' ? 4_000 : 0);
    const { calls, missed } = await called('+919000109999');
    expect(missed).toEqual([]);
    expect(calls).toMatchObject([{ state: { status: 'ended', outcome: 'partial' } }]);
  });
});
