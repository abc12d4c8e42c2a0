import type { ErasureStore } from '../db/erasure-store.ts';
import type { PersonHash } from '../domain/calls/call.ts';
import type { IdSource } from '../domain/ids.ts';
import { parsePhoneNumber, type PhoneNumber } from '../domain/phone-numbers/phone-number.ts';
import type { Clock } from '../lib/clock.ts';
import type { ErasureUseCases, RequestErasureResult } from './erasure-use-cases.ts';

export interface ErasureDependencies {
  erasures: Pick<ErasureStore, 'add' | 'get' | 'list'>;
  personOf: (number: PhoneNumber) => PersonHash;
  clock: Clock;
  ids: IdSource;
  /** There is somebody to be forgotten. */
  onErasure: () => void;
}

export function createErasureUseCases(deps: ErasureDependencies): ErasureUseCases {
  return {
    requestErasure: (request) => requestErasure(deps, request),
    readErasure: (id) => deps.erasures.get(id),
    listErasures: (page) => deps.erasures.list(page),
  };
}

/** On record when this resolves: whatever dies, some gateway does it. */
async function requestErasure(
  { erasures, personOf, clock, ids, onErasure }: ErasureDependencies,
  { to, by }: { to: string; by: string },
): Promise<RequestErasureResult> {
  const parsed = parsePhoneNumber(to);
  if (parsed.result === 'refused')
    return { result: 'invalid', faults: [{ pointer: '/to', detail: parsed.detail }] };
  const at = clock.now();
  const erasure = await erasures.add({
    ...{ id: ids.newId('era'), person: personOf(parsed.number), requestedAt: at, requestedBy: by },
    ...{ reachesUntil: at, doneAt: null },
  });
  onErasure();
  return { result: 'requested', erasure };
}
