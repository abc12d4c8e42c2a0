import { expect, it } from 'vitest';
import { simulatorTrunk, type Trunk } from '../../src/domain/calls/trunk.ts';
import { createIdSource } from '../../src/domain/ids.ts';
import { lineOf } from '../../src/domain/lines/line-request.ts';
import type { LineNumber } from '../../src/domain/lines/line.ts';
import { loadBuiltInWords } from '../../src/speech/load-built-in-words.ts';
import { storeFlow } from '../../src/workflows/store-flow.ts';
import { InMemoryFlowStore } from '../support/in-memory-flow-store.ts';
import { InMemoryLedger } from '../support/in-memory-ledger.ts';
import { InMemoryMissedCalls } from '../support/in-memory-missed-calls.ts';
import { noLibrary } from '../support/no-library.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { personOf } from '../support/simulated-gateway.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { QuietNetwork, startQuietGateway } from './quiet-gateway.ts';

const number = '+911412345678' as LineNumber;
const say = { text: { hi: 'आपने मिस्ड कॉल दिया।', en: 'You gave us a missed call.' } };
const hello = { title: 'Hello', languages: ['hi', 'en'], steps: [{ id: 'hello', type: 'message', say }] };
const minuteMs = 60_000;

/** A line that calls back in Hindi, on a trunk of its own. */
async function start(of: { startsAt: string; trunk?: Partial<Trunk> }) {
  const clock = new VirtualClock(Date.parse(of.startsAt));
  const random = new SeededRandom(1);
  const ids = createIdSource(clock, (count) => random.bytes(count));
  const ledger = new InMemoryLedger();
  const missedCalls = new InMemoryMissedCalls(ledger, ids);
  const network = new QuietNetwork(clock);
  const flows = new InMemoryFlowStore();
  const words = await loadBuiltInWords(`${import.meta.dirname}/../../prompts`);
  await storeFlow({ flows, words, clock, ...noLibrary }, { id: 'hello', definition: hello });
  const asked = { mode: 'missed_call', call_back: { flow: 'hello', language: 'hi', delay: 'PT1S' } } as const;
  const line = lineOf(number, asked, { createdAt: 0, changedAt: 0 });
  /** Each request to dial, and how many calls were live then. */
  const dialled: { at: number; live: number }[] = [];
  const gateway = await startQuietGateway({
    ...{ clock, ledger, network, flows, missedCalls, lines: new Map([[number, line]]) },
    trunks: [{ ...simulatorTrunk, prefixes: ['+91'], ...of.trunk }],
    onDial: () => dialled.push({ at: clock.now(), live: gateway.runner.liveCalls.size }),
    // nobody is called at night: nobody need look twice a second
    pauseMs: (usualMs) => (gateway.runner.liveCalls.size === 0 ? Math.max(usualMs, 5_000) : usualMs),
  });
  const call = (from: string): void => {
    const way = { callerNumber: from, callerWithheld: false, endpoint: 'simulator' };
    network.receive({ leg: ids.newId('att'), dialled: '01412345678', ...way, givesUpAfterMs: 10_000 });
  };
  const callsOf = async (from: string) =>
    (await ledger.calls({ limit: 10_000 })).filter(({ person }) => person === personOf(from));
  return { clock, ledger, gateway, dialled, call, callsOf };
}

it('a caller is called back in the language in which they were spoken to last, else in the line’s', async () => {
  const { clock, gateway, call, callsOf } = await start({ startsAt: '2026-03-02T12:00:00+05:30' });
  const [known, unheard, stranger] = ['+919000000199', '+919000190299', '+919000000399'];
  // the second one's phone rings, and nobody picks it up
  for (const to of [known, unheard]) {
    const body = { to, flow: 'hello', language: 'en', retry: { max_attempts: 1 } };
    expect(await gateway.accept({ key: to, body })).toMatchObject({ result: 'accepted' });
  }
  await clock.advanceBy(5 * minuteMs);
  for (const from of [known, unheard, stranger]) call(from);
  await clock.advanceBy(5 * minuteMs);
  const languageOfNewest = async (from: string) => {
    const [newest, ...others] = await callsOf(from);
    return [newest?.language, newest?.state.status, others.length];
  };
  expect(await languageOfNewest(known)).toEqual(['en', 'ended', 1]);
  expect(await languageOfNewest(unheard)).toMatchObject(['hi', expect.any(String), 1]);
  expect(await languageOfNewest(stranger)).toEqual(['hi', 'ended', 0]);
});

it('thousands who call at once are called back once each, at the trunk’s pace, within its channels and the hours', async () => {
  const [callers, callsPerSecond, channels] = [2_000, 10, 40];
  const trunk = { callsPerSecond, channels };
  const { clock, ledger, dialled, call } = await start({ startsAt: '2026-03-02T20:56:00+05:30', trunk });
  for (let index = 0; index < callers; index += 1) call(`+91900000${String(1_000 + index)}`.padEnd(13, '9'));
  await clock.advanceBy(14 * 60 * minuteMs);

  const dialledAt = dialled.map(({ at }) => at);
  expect(dialledAt).toHaveLength(callers);
  const inSecondFrom = (at: number): number =>
    dialledAt.filter((other) => other >= at && other < at + 1_000).length;
  expect(Math.max(...dialledAt.map(inSecondFrom))).toBeLessThanOrEqual(callsPerSecond);
  expect(Math.max(...dialled.map(({ live }) => live))).toBeLessThanOrEqual(channels);
  const hourOf = (at: number): number => new Date(at + 5.5 * 60 * minuteMs).getUTCHours();
  expect(dialledAt.filter((at) => hourOf(at) < 9 || hourOf(at) >= 21)).toEqual([]);
  // some in the evening, the others in the morning
  expect(new Set(dialledAt.map(hourOf))).toEqual(new Set([20, 9]));
  const calls = await ledger.calls({ limit: 10_000 });
  expect(new Set(calls.map(({ person }) => person)).size).toBe(callers);
  expect(calls.filter(({ state }) => state.status !== 'ended')).toEqual([]);
}, 60_000);
