import { fractionOf } from '../../lib/fraction-of.ts';
import { oneOf, suggestionFrom } from '../suggest.ts';
import { dialString, maskedDialString, type PhoneNumber } from '../phone-numbers/phone-number.ts';
import type { Purpose } from './call.ts';
import type { Trunk } from './trunk.ts';

/** A way that a call may take. `callerId` null: the trunk's own default. */
export interface Way {
  trunk: Trunk;
  callerId: string | null;
}

export type ChosenTrunk = ({ result: 'chosen' } & Way) | NoTrunk;

/** No trunk will do. `field` of the request is at fault; `detail` is a sentence's end for its author. */
export interface NoTrunk {
  result: 'none';
  field: Misfit;
  detail: string;
  /** What there is instead, or what was perhaps meant. */
  suggestion?: string;
}

/** What a call asks of its way out. */
export interface TrunkRequest {
  number: PhoneNumber;
  purpose: Purpose;
  /** What the request overrides, only from what the trunks allow. */
  requested: { trunk: string | null; callerId: string | null };
  /**
   * Of the call and its attempt: where several trunks are as fit, their order follows from it by their weights, the same each time. May be left out
   * where it does not matter which.
   */
  seed?: string;
  /** Trunks that have failed in the present round (`trunk-round.ts`). */
  tried?: ReadonlySet<string>;
  /** Whether a trunk can be dialled over now; where none can, the call waits for its best. */
  isOpen?: (trunk: string) => boolean;
}

/** Which field of the request keeps a trunk from carrying the call, in the order in which they are looked at. */
const misfits = ['trunk', 'to', 'purpose', 'caller_id'] as const;
export type Misfit = (typeof misfits)[number];

const details: Record<Misfit, string> = {
  trunk: 'must be the name of a trunk',
  to: 'is a destination that no trunk serves',
  purpose: 'has no caller id on any trunk that serves the number',
  caller_id: 'must be one that the trunk has for this purpose',
};

/**
 * The first of `rankTrunks` that is open and has not failed in the present round; where all that are open have, they are tried anew; where none is open,
 * the call waits for its best.
 */
export function chooseTrunk(trunks: readonly Trunk[], request: TrunkRequest): ChosenTrunk {
  const ranked = rankTrunks(trunks, request);
  if ('result' in ranked) return ranked;
  const { isOpen = () => true, tried } = request;
  const open = ranked.filter(({ trunk }) => isOpen(trunk.name));
  const [first = ranked[0]] = open.length > 0 ? open : ranked;
  const untried = (open.length > 0 ? open : ranked).find(({ trunk }) => tried?.has(trunk.name) !== true);
  return { result: 'chosen', ...(untried ?? first) };
}

/**
 * All ways that the call may take, best first: by the longest matching prefix, then the lowest order, then in turn by weight, among trunks that
 * may carry its purpose and show its caller id.
 */
export function rankTrunks(trunks: readonly Trunk[], request: TrunkRequest): [Way, ...Way[]] | NoTrunk {
  const fitting = trunks.filter((trunk) => misfitOf(trunk, request) === null);
  const ranked = fitting.sort((a, b) => byFitness(a, b, request));
  const [first, ...others] = ranked.map((trunk) => ({ trunk, callerId: callerIdFor(trunk, request) }));
  if (first !== undefined) return [first, ...others];
  const found = new Set(trunks.map((trunk) => misfitOf(trunk, request)));
  const field = misfits.findLast((misfit) => found.has(misfit)) ?? 'trunk';
  return { result: 'none', field, detail: details[field], ...suggestionFor(trunks, request, field) };
}

function suggestionFor(
  trunks: readonly Trunk[],
  request: TrunkRequest,
  field: Misfit,
): { suggestion?: string } {
  if (field === 'trunk') return suggestTrunk(trunks, request.requested.trunk ?? '');
  if (field !== 'caller_id') return {};
  const fitting = trunks.filter((trunk) => misfitOf(trunk, request) === field);
  const callerIds = fitting.flatMap((trunk) => callerIdsOf(trunk, request.purpose));
  return {
    suggestion:
      callerIds.length === 0
        ? 'Leave it out: the trunk has none, and the carrier shows what it likes.'
        : `It may be ${oneOf(callerIds)}.`,
  };
}

/** Which trunks there are, or which was perhaps meant. */
export function suggestTrunk(trunks: readonly Trunk[], written: string): { suggestion?: string } {
  const names = trunks.map(({ name }) => name);
  return { suggestion: `It may be ${oneOf(names)}.`, ...suggestionFrom(names, written) };
}

/** What keeps this trunk from carrying the call; null where nothing does. */
export function misfitOf(trunk: Trunk, { number, purpose, requested }: TrunkRequest): Misfit | null {
  if (requested.trunk !== null && requested.trunk !== trunk.name) return 'trunk';
  if (prefixLength(trunk, number) === 0) return 'to';
  if (!servesPurpose(trunk, purpose)) return 'purpose';
  const { callerId } = requested;
  return callerId === null || callerIdsOf(trunk, purpose).includes(callerId) ? null : 'caller_id';
}

/** What Asterisk is asked to dial: the trunk's template with nothing but digits, perhaps after a plus, put in. */
export function endpointFor(trunk: Trunk, number: PhoneNumber): string {
  return trunk.endpoint.replace('{number}', dialString(number, trunk.numberFormat));
}

/** The same for whoever may not see the number. */
export function maskedEndpointFor(trunk: Trunk, number: PhoneNumber): string {
  return trunk.endpoint.replace('{number}', maskedDialString(number, trunk.numberFormat));
}

function callerIdFor(trunk: Trunk, { purpose, requested }: TrunkRequest): string | null {
  return requested.callerId ?? callerIdsOf(trunk, purpose)[0] ?? null;
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

function byFitness(a: Trunk, b: Trunk, { number, seed = '' }: TrunkRequest): number {
  return (
    prefixLength(b, number) - prefixLength(a, number) ||
    a.order - b.order ||
    turnOf(a, seed) - turnOf(b, seed)
  );
}

/**
 * The lower, the earlier. Each trunk draws by itself (weighted rendezvous hashing), so where one is left out, the calls of the others stay where they
 * are, and its own are shared among them by their weights.
 */
function turnOf({ name, weight }: Trunk, seed: string): number {
  return -Math.log(fractionOf(`${seed} ${name}`)) / weight;
}
