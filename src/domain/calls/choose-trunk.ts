import { dialString, type PhoneNumber } from '../phone-numbers/phone-number.ts';
import type { Purpose } from './call.ts';
import type { Trunk } from './trunk.ts';

export type ChosenTrunk =
  /** `callerId` null: the trunk's own default. */
  | { result: 'chosen'; trunk: Trunk; callerId: string | null }
  /** No trunk will do. `field` of the request is at fault; `detail` is a sentence's end for its author. */
  | { result: 'none'; field: 'to' | 'trunk' | 'caller_id' | 'purpose'; detail: string };

/** What a call asks of its way out. */
export interface TrunkRequest {
  number: PhoneNumber;
  purpose: Purpose;
  /** What the request overrides, only from what the trunks allow. */
  requested: { trunk: string | null; callerId: string | null };
}

/** The trunk with the longest matching prefix, then the lowest order, that may carry this purpose and show this caller id. */
export function chooseTrunk(trunks: readonly Trunk[], request: TrunkRequest): ChosenTrunk {
  const { trunk: name, callerId } = request.requested;
  const named = name === null ? trunks : trunks.filter((trunk) => trunk.name === name);
  if (named.length === 0) return { result: 'none', field: 'trunk', detail: 'must be the name of a trunk' };
  const serving = named.filter((trunk) => prefixLength(trunk, request.number) > 0);
  if (serving.length === 0)
    return { result: 'none', field: 'to', detail: 'is a destination that no trunk serves' };
  const fitting = serving.filter((trunk) => servesPurpose(trunk, request.purpose));
  if (fitting.length === 0)
    return {
      result: 'none',
      field: 'purpose',
      detail: 'has no caller id on any trunk that serves the number',
    };
  const showing = fitting.filter(
    (trunk) => callerId === null || callerIdsOf(trunk, request.purpose).includes(callerId),
  );
  const trunk = showing.sort((a, b) => byFitness(a, b, request.number))[0];
  if (trunk === undefined)
    return { result: 'none', field: 'caller_id', detail: 'must be one that the trunk has for this purpose' };
  return { result: 'chosen', trunk, callerId: callerId ?? callerIdsOf(trunk, request.purpose)[0] ?? null };
}

/** What Asterisk is asked to dial: the trunk's template with nothing but digits, perhaps after a plus, put in. */
export function endpointFor(trunk: Trunk, number: PhoneNumber): string {
  return trunk.endpoint.replace('{number}', dialString(number, trunk.numberFormat));
}

/** Characters of the longest prefix that matches; 0 where none does. */
function prefixLength(trunk: Trunk, number: PhoneNumber): number {
  const matching = trunk.prefixes.filter((prefix) => number.startsWith(prefix));
  return Math.max(0, ...matching.map((prefix) => prefix.length));
}

function servesPurpose(trunk: Trunk, purpose: Purpose): boolean {
  return trunk.callerIds === null || callerIdsOf(trunk, purpose).length > 0;
}

function callerIdsOf(trunk: Trunk, purpose: Purpose): readonly string[] {
  return trunk.callerIds?.[purpose] ?? [];
}

function byFitness(a: Trunk, b: Trunk, number: PhoneNumber): number {
  return prefixLength(b, number) - prefixLength(a, number) || a.order - b.order;
}
