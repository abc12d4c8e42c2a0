import { describe, expect, it } from 'vitest';
import { postpone } from '../../../src/domain/calls/call-moves.ts';
import { LedgerUnavailable } from '../../../src/db/ledger.ts';
import { commitPatiently, type WaitingTalk } from '../../../src/workflows/commit-patiently.ts';
import { sampleCall, sampleIds } from '../../support/sample-call.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const t0 = 1_800_000_000_000;
const second = 1_000;

/** What somebody hears, and when by the second, while their call cannot be kept until `backAfterMs`. */
async function heardWhile(outage: {
  backAfterMs: number;
  aloneAfterMs?: number;
}): Promise<{ heard: string[]; waited: boolean }> {
  const clock = new VirtualClock(t0);
  const heard: string[] = [];
  const hear = (what: string): void => void heard.push(`${Math.round((clock.now() - t0) / second)} ${what}`);
  const call = sampleCall({ at: t0 });
  const talk: WaitingTalk = {
    get hasCompany() {
      return clock.now() < t0 + (outage.aloneAfterMs ?? 0);
    },
    dependentSpeechMs: null,
    asides: {
      pleaseWait: [{ kind: 'text', text: 'wait' }],
      goodbye: [{ kind: 'text', text: 'bye' }],
    } as never,
    sayAside: ([part]) => hear((part as unknown as { text: string }).text),
    hangUp: () => hear('hung up'),
  };
  const ledger = {
    commit: () =>
      clock.now() < t0 + outage.backAfterMs
        ? Promise.reject(new LedgerUnavailable('away'))
        : Promise.resolve('committed' as const),
    call: () => Promise.resolve(call),
  };
  const deps = { ledger, clock, ids: sampleIds, signal: new AbortController().signal };
  const kept = commitPatiently(deps, call, (now) => postpone(now, t0 + 60 * second), talk);
  await clock.advanceBy(outage.backAfterMs + 10 * second);
  return { heard, waited: (await kept).waited };
}

describe('while a call cannot be kept', () => {
  it('a moment passes without a word', async () => {
    expect(await heardWhile({ backAfterMs: 600 })).toEqual({ heard: [], waited: false });
  });

  it('the person is asked to wait', async () => {
    const { heard, waited } = await heardWhile({ backAfterMs: 8 * second });
    expect(heard.slice(0, 2)).toEqual(['1 wait', '6 wait']);
    expect(waited).toBe(true);
  });

  it('they are let go after half a minute', async () => {
    const { heard } = await heardWhile({ backAfterMs: 60 * second });
    expect(heard.slice(0, 8)).toEqual([
      ...['1 wait', '6 wait', '11 wait', '16 wait', '21 wait', '26 wait'],
      ...['31 bye', '36 hung up'],
    ]);
  });

  it('nothing is said into a talk with somebody else', async () => {
    const outage = { backAfterMs: 60 * second, aloneAfterMs: 90 * second };
    expect(await heardWhile(outage)).toEqual({ heard: [], waited: false });
  });

  it('whoever the other one has left waits from then on', async () => {
    const { heard } = await heardWhile({ backAfterMs: 120 * second, aloneAfterMs: 40 * second });
    expect(heard[0]).toBe('40 wait');
    expect(heard.slice(-2)).toEqual(['70 bye', '75 hung up']);
  });
});
