import type { StoredEvent } from '../../src/domain/calls/call-event.ts';

/**
 * Down, up, down …: each change is reported once, whatever dies in between.
 *
 * @returns how many were reported, and trunks of which it was otherwise
 */
export function trunkChanges(events: readonly StoredEvent[]): { count: number; faults: string[] } {
  const told = events
    .filter(({ type }) => type === 'trunk.state_changed')
    .map(({ body }) => (JSON.parse(body) as { data: { trunk: string; up: boolean } }).data);
  const faults = [...Map.groupBy(told, (change) => change.trunk)]
    .filter(([, changes]) => changes.some(({ up }, place) => up !== (place % 2 === 1)))
    .map(([trunk]) => `changes of trunk ${trunk} were not reported in turn`);
  return { count: told.length, faults };
}
