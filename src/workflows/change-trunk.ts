import type { IdSource } from '../domain/ids.ts';
import { renderTrunkStateChanged } from '../domain/trunks/trunk-event.ts';
import { healthOf, newTrunkState, type TrunkState } from '../domain/trunks/trunk-state.ts';
import type { Clock } from '../lib/clock.ts';
import type { TrunkStore } from '../db/trunk-store.ts';

export interface ChangeTrunkDependencies {
  trunkStore: Pick<TrunkStore, 'states' | 'change'>;
  clock: Clock;
  ids: IdSource;
}

/**
 * Changes a trunk as it is now: where another gateway changes it at the same instant, the change is made again on what that left. Whether calls come
 * through is reported with the change that it follows from, so once over all gateways.
 *
 * @param change pure; gives what it was given where there is nothing to change
 */
export async function changeTrunk(
  deps: ChangeTrunkDependencies,
  name: string,
  change: (state: TrunkState) => TrunkState,
): Promise<TrunkState> {
  for (;;) {
    const before = (await deps.trunkStore.states()).get(name) ?? newTrunkState(name);
    const after = change(before);
    const at = deps.clock.now();
    const { up, reason } = healthOf(after, at);
    const isNews = up !== before.reportedUp;
    if (after === before && !isNews) return before;
    const events = isNews
      ? [renderTrunkStateChanged({ name, up, reason }, { id: deps.ids.newId('evt'), at })]
      : [];
    const changed = { ...after, reportedUp: up };
    if ((await deps.trunkStore.change(changed, { at, events })) === 'changed')
      return { ...changed, revision: before.revision + 1 };
  }
}
