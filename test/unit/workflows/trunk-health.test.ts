import { describe, expect, it } from 'vitest';
import { simulatorTrunk } from '../../../src/domain/calls/trunk.ts';
import { downHoldMs, upHoldMs } from '../../../src/domain/trunks/damp-health.ts';
import { sightingKeptMs } from '../../../src/domain/trunks/trunk-sightings.ts';
import type { EndpointHealth } from '../../../src/telephony/endpoint-health.ts';
import { TrunkBoard } from '../../../src/workflows/trunk-board.ts';
import { TrunkHealth } from '../../../src/workflows/trunk-health.ts';
import { InMemoryLedger } from '../../support/in-memory-ledger.ts';
import { InMemoryTrunks } from '../../support/in-memory-trunks.ts';
import { sampleIds } from '../../support/sample-call.ts';
import { silentLog } from '../../support/silent-log.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const well: EndpointHealth = { up: true, reason: null };
const away: EndpointHealth = { up: false, reason: 'The carrier does not answer OPTIONS.' };

/** Two trunks through one endpoint, one through another, seen by as many Asterisks on one database. */
function watched(asterisks: number) {
  const clock = new VirtualClock();
  const store = new InMemoryTrunks(new InMemoryLedger());
  const trunks = ['carrier-a', 'carrier-a', 'carrier-b'].map((endpoint, index) => ({
    ...simulatorTrunk,
    name: `trunk-${index}`,
    endpoint: `PJSIP/{number}@${endpoint}`,
  }));
  const all = Array.from({ length: asterisks }, (_, index) => {
    const asterisk = `asterisk-${index}`;
    const board = new TrunkBoard({
      ...{
        trunkStore: store,
        clock,
        ids: sampleIds,
        log: silentLog,
        trunks,
        asterisks: ['asterisk-0', 'asterisk-1', 'asterisk-2'],
      },
      onChanged: () => undefined,
    });
    const health = new TrunkHealth({ board, trunks, asterisk, clock, wake: () => undefined });
    return { board, health };
  });
  /** A look each second, by all of them, and what follows from it. */
  async function look(
    seconds: number,
    seen: (asterisk: number) => Record<string, EndpointHealth>,
  ): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      await clock.advanceBy(1_000);
      all.forEach(({ health }, index) => health.seen(new Map(Object.entries(seen(index)))));
      await Promise.all(all.map(({ health }) => health.write()));
      await Promise.all(all.map(({ board }) => board.look()));
    }
  }
  const told = (): unknown[] =>
    store.events.map(({ body }) => {
      const { trunk, up } = (JSON.parse(body) as { data: { trunk: string; up: boolean } }).data;
      return [trunk, up];
    });
  const open = (): boolean[] =>
    trunks.map(({ name }) => all[0]!.board.waysOf('asterisk-0').isOpen(name, 'call'));
  return { clock, store, all, look, told, open };
}

describe('the health that Asterisk sees of trunks', () => {
  it('closes and opens all trunks through an endpoint, and is reported once for each', async () => {
    const { look, told, open } = watched(3);
    await look(1, () => ({ 'carrier-a': well, 'carrier-b': well }));
    await look(downHoldMs / 1_000, () => ({ 'carrier-a': away, 'carrier-b': well }));
    expect(told()).toEqual([]);
    await look(1, () => ({ 'carrier-a': away, 'carrier-b': well }));
    expect(open()).toEqual([false, false, true]);
    expect(told()).toEqual([
      ['trunk-0', false],
      ['trunk-1', false],
    ]);
    await look(upHoldMs / 1_000 + 1, () => ({ 'carrier-a': well, 'carrier-b': well }));
    expect(open()).toEqual([true, true, true]);
    expect(told().slice(2)).toEqual([
      ['trunk-0', true],
      ['trunk-1', true],
    ]);
  });

  it('is none of the others where one Asterisk alone does not reach the carrier', async () => {
    const { look, told, open, all } = watched(2);
    await look(30, (asterisk) => ({ 'carrier-a': asterisk === 0 ? away : well }));
    expect(open()).toEqual([false, false, true]);
    expect(all[1]!.board.waysOf('asterisk-1').isOpen('trunk-0', 'call')).toBe(true);
    expect(told()).toEqual([]);
  });

  it('of one who stopped looking is believed for a minute, and no longer', async () => {
    const { look, told, open, clock, all } = watched(1);
    await look(downHoldMs / 1_000 + 1, () => ({ 'carrier-b': away }));
    expect(open()).toEqual([true, true, false]);
    await clock.advanceBy(sightingKeptMs - 2_000);
    await all[0]!.board.look();
    expect(open()).toEqual([true, true, false]);
    await clock.advanceBy(2_000);
    await all[0]!.board.look();
    expect(open()).toEqual([true, true, true]);
    expect(told()).toEqual([
      ['trunk-2', false],
      ['trunk-2', true],
    ]);
  });

  it('of one who goes on looking is believed as long as they see it', async () => {
    const { look, open, told } = watched(1);
    await look(300, () => ({ 'carrier-b': away }));
    expect(open()).toEqual([true, true, false]);
    expect(told()).toEqual([['trunk-2', false]]);
  });

  it('that is not known any more counts as good', async () => {
    const { look, open, store } = watched(1);
    await look(10, () => ({ 'carrier-b': away }));
    await look(1, () => ({}));
    expect(open()).toEqual([true, true, true]);
    expect((await store.states()).get('trunk-2')?.sightings).toEqual({});
  });

  it('is written down rarely while it stays as it is', async () => {
    const { look, store } = watched(1);
    await look(60, () => ({ 'carrier-a': well, 'carrier-b': well }));
    for (const state of (await store.states()).values()) expect(state.revision).toBeLessThanOrEqual(5);
  });
});
