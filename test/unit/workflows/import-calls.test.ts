import { beforeEach, describe, expect, it } from 'vitest';
import { LedgerUnavailable, type Acceptance } from '../../../src/db/ledger.ts';
import { simulatorTrunk } from '../../../src/domain/calls/trunk.ts';
import type { Campaign } from '../../../src/domain/campaigns/campaign.ts';
import { importCalls, type ImportResult, type ImportRow } from '../../../src/workflows/import-calls.ts';
import { resolveFlow } from '../../../src/workflows/resolve-flow.ts';
import { countTurns } from '../../support/count-turns.ts';
import { InMemoryFlowStore } from '../../support/in-memory-flow-store.ts';
import { InMemoryLedger } from '../../support/in-memory-ledger.ts';
import { noLibrary } from '../../support/no-library.ts';
import { sampleIds, sampleVault } from '../../support/sample-call.ts';
import { sampleCampaign } from '../../support/sample-campaign.ts';
import { testFlows } from '../../support/test-flows.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** A Monday. */
const noon = Date.parse('2026-03-02T12:00:00+05:30');
/** Of which one is being stored, one waits for that, and one is read. */
const mostRowsInHand = 1_000;

let ledger: InMemoryLedger;
let campaign: Campaign;
let stored: Acceptance[][];
let pulled: number;
/** What comes between an acceptance and its answer. */
let gate: () => Promise<void>;

beforeEach(() => {
  ledger = new InMemoryLedger();
  campaign = sampleCampaign({ flow: { id: 'quiz', version: 1 } });
  ledger.campaigns.set(campaign.id, campaign);
  [stored, pulled, gate] = [[], 0, () => Promise.resolve()];
});

async function imported(rows: Iterable<ImportRow> | AsyncIterable<ImportRow>): Promise<ImportResult> {
  const flows = new InMemoryFlowStore();
  const clock = new VirtualClock(noon);
  await flows.putFlow({ id: 'quiz', definition: testFlows.quiz as never, at: noon });
  const counted = async function* (): AsyncGenerator<ImportRow> {
    for await (const row of rows) {
      pulled += 1;
      yield row;
    }
  };
  return importCalls(
    {
      ...{ clock, ids: sampleIds, trunks: [simulatorTrunk] },
      personOf: (number) => sampleVault.personOf(number),
      resolveFlow: (flow) => resolveFlow({ flows, clock, ...noLibrary } as never, flow),
      missingPrompts: () => Promise.resolve([]),
      campaigns: { get: (id) => Promise.resolve(ledger.campaigns.get(id) ?? null) },
      policy: {
        ...{ callingHours: { start: '09:00', end: '21:00' }, emergencyCalls: false, frequencyCap: null },
        ...{ callLifetimeMs: 86_400_000, recordingNumbers: [] },
      },
      ledger: {
        optOuts: (person) => ledger.optOuts(person),
        rangAt: (person, since) => ledger.rangAt(person, since),
        async acceptAll(acceptances) {
          const kept = await ledger.acceptAll(acceptances);
          stored.push([...acceptances]);
          await gate();
          return kept;
        },
      },
      onAccepted: () => undefined,
    },
    { campaign: campaign.id, rows: counted() },
  );
}

const numberOf = (index: number): string => `+9190000${String(index).padStart(5, '0')}`;
const rowOf = (index: number, reference = `r${index}`): ImportRow => ({
  line: index + 2,
  request: { to: numberOf(index), reference },
});
const rowsOf = (count: number): ImportRow[] => Array.from({ length: count }, (_, index) => rowOf(index));

async function keptReferences(): Promise<(string | null)[]> {
  const calls = await ledger.calls({ campaignId: campaign.id, limit: 10_000 });
  return calls.map(({ reference }) => reference);
}

describe('an upload', () => {
  it('adds every row that is right, and names the others by their lines', async () => {
    const rows = rowsOf(600);
    rows[3] = { line: 5, request: { to: '+123', reference: 'r3' } };
    rows[300] = { line: 302, faults: [{ pointer: '/form', detail: 'is not a known field' }] };
    rows[599] = { line: 601, request: { to: numberOf(599) } };
    expect(await imported(rows)).toMatchObject({
      result: 'imported',
      report: {
        ...{ accepted: 597, alreadyThere: 0, rejected: 3 },
        errors: [
          { line: 5, pointer: '/to' },
          { line: 302, pointer: '/form' },
          { line: 601, pointer: '/reference' },
        ],
      },
    });
    expect(await keptReferences()).toHaveLength(597);
    expect(stored.map((batch) => batch.length)).toEqual([250, 250, 97]);
  });

  it('keeps of equal references the first, also where the second comes much later', async () => {
    const rows = [...rowsOf(600), rowOf(700, 'r0'), rowOf(701, 'r599')];
    expect(await imported(rows)).toMatchObject({ report: { accepted: 600, alreadyThere: 2 } });
    const [first] = await ledger.calls({ campaignId: campaign.id, reference: 'r0', limit: 10 });
    expect(first?.person).toBe(sampleVault.personOf(numberOf(0)));
  });

  it('adds who opted out as blocked', async () => {
    ledger.optOut(sampleVault.personOf(numberOf(1)), 'all');
    expect(await imported(rowsOf(3))).toMatchObject({ report: { accepted: 3 } });
    const calls = await ledger.calls({ campaignId: campaign.id, outcome: 'blocked', limit: 10 });
    expect(calls.map(({ reference }) => reference)).toEqual(['r1']);
  });

  it('that breaks keeps what came whole', async () => {
    const breaking = async function* (): AsyncGenerator<ImportRow> {
      yield* rowsOf(620);
      await Promise.resolve();
      throw new Error('planted');
    };
    await expect(imported(breaking())).rejects.toThrow('planted');
    expect(await keptReferences()).toHaveLength(620);
  });

  it('hears of a database that is away, and has nothing under way any more then', async () => {
    let begun = 0;
    let ended = 0;
    gate = async () => {
      const place = (begun += 1);
      await new Promise((resolve) => setImmediate(resolve));
      ended += 1;
      if (place === 2) throw new LedgerUnavailable('planted');
    };
    await expect(imported(rowsOf(5_000))).rejects.toThrow(LedgerUnavailable);
    expect(ended).toBe(begun);
    expect(pulled).toBeLessThanOrEqual(250 + mostRowsInHand);
  });

  it('is not read further ahead than it is stored, whatever its length', async () => {
    const opened = Promise.withResolvers<undefined>();
    const reached = Promise.withResolvers<undefined>();
    gate = async () => {
      if (stored.length === 2) reached.resolve(undefined);
      await opened.promise;
    };
    const importing = imported(rowsOf(5_000));
    await reached.promise;
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(pulled).toBeLessThanOrEqual(mostRowsInHand);
    opened.resolve(undefined);
    expect(await importing).toMatchObject({ report: { accepted: 5_000 } });
  });

  it('ends where somebody closes the campaign meanwhile, and keeps what came before', async () => {
    gate = () => {
      ledger.campaigns.set(campaign.id, {
        ...campaign,
        state: { status: 'cancelled', startedAt: noon, endedAt: noon, settled: false },
      });
      return Promise.resolve();
    };
    expect(await imported(rowsOf(5_000))).toEqual({ result: 'campaign_over' });
    expect(await keptReferences()).toHaveLength(250);
  });

  it('leaves others their turn, also where every row is at fault', async () => {
    const others = countTurns();
    await imported(
      rowsOf(1_000).map(({ line }) => ({ line, faults: [{ pointer: '', detail: 'is wrong' }] })),
    );
    expect(others.end()).toBeGreaterThanOrEqual(20);
  });
});
