import { Gauge, type Registry } from 'prom-client';
import type { ToldTrunk } from './workflows/trunk-board.ts';

/** How each trunk of the file is, at the moment of a scrape. Every gateway tells the same. */
export function createTrunkMetrics(registry: Registry, trunks: () => readonly ToldTrunk[]): void {
  const gauge = (name: string, help: string, value: (trunk: ToldTrunk) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ['trunk'],
      registers: [registry],
      collect() {
        for (const trunk of trunks()) this.set({ trunk: trunk.name }, value(trunk));
      },
    });
  };
  gauge('ivrs_trunk_up', '1 while calls come through over the trunk.', ({ up }) => (up ? 1 : 0));
  gauge('ivrs_trunk_drained', '1 while the trunk is drained by the API.', ({ drained }) => (drained ? 1 : 0));
  gauge(
    'ivrs_trunk_pace_share',
    'How much of its calls per second the trunk is given, over 0 to 1: less after the carrier was full or silent.',
    ({ paceFactor }) => paceFactor,
  );
}
