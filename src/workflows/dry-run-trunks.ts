import type { Purpose } from '../domain/calls/call.ts';
import {
  chooseTrunk,
  endpointFor,
  maskedEndpointFor,
  misfitOf,
  rankTrunks,
  suggestTrunk,
  type Misfit,
  type TrunkRequest,
} from '../domain/calls/choose-trunk.ts';
import type { Trunk } from '../domain/calls/trunk.ts';
import { maskNumber, parsePhoneNumber, type PhoneNumber } from '../domain/phone-numbers/phone-number.ts';
import type { Fault } from '../domain/fault.ts';
import type { TrunkBoard } from './trunk-board.ts';

export interface DryRunRequest {
  to: string;
  purpose: Purpose;
  trunk: string | null;
  callerId: string | null;
}

/** What would be dialled, without dialling. */
export interface DryRun {
  to: Shown;
  /** Those that would carry the call, best first, then the others in the order of the file. */
  trunks: DryRunTrunk[];
}

export interface DryRunTrunk {
  trunk: Trunk;
  /** Null where it would not carry the call. */
  way: { endpoint: Shown; callerId: string | null } | null;
  /** Why it would not carry the call; null where it would. */
  whyNot: Misfit | null;
  /** The first attempt would go over it. Among trunks of one order each call draws by their weights: then it is one of several. */
  isChosen: boolean;
  /** Nobody is dialled over it at the moment: it is drained, down or closed. */
  isShut: boolean;
}

/** Something with a phone number in it, for those who may see it and for those who may not. */
export interface Shown {
  clear: string;
  masked: string;
}

export type DryRunResult = { result: 'dry_run'; dryRun: DryRun } | { result: 'invalid'; faults: Fault[] };

export interface DryRunDependencies {
  trunks: readonly Trunk[];
  trunkBoard: Pick<TrunkBoard, 'isOpen'>;
}

/** Each trunk with what it would be asked to dial, or why it would not be asked. */
export function dryRunTrunks(deps: DryRunDependencies, request: DryRunRequest): DryRunResult {
  const { trunks } = deps;
  const parsed = parsePhoneNumber(request.to);
  const faults: Fault[] = [];
  if (parsed.result === 'refused') faults.push({ pointer: '/to', detail: parsed.detail });
  if (request.trunk !== null && !trunks.some(({ name }) => name === request.trunk))
    faults.push({
      ...{ pointer: '/trunk', detail: 'must be the name of a trunk' },
      ...suggestTrunk(trunks, request.trunk),
    });
  if (parsed.result === 'refused' || faults.length > 0) return { result: 'invalid', faults };
  const { number } = parsed;
  const asked: TrunkRequest = {
    number,
    purpose: request.purpose,
    requested: { trunk: request.trunk, callerId: request.callerId },
    isOpen: (name) => deps.trunkBoard.isOpen(name, ''),
  };
  const to = { clear: number, masked: maskNumber(number) };
  return { result: 'dry_run', dryRun: { to, trunks: [...waysOf(trunks, asked), ...restOf(trunks, asked)] } };
}

function waysOf(trunks: readonly Trunk[], asked: TrunkRequest): DryRunTrunk[] {
  const ranked = rankTrunks(trunks, asked);
  if ('result' in ranked) return [];
  const chosen = chooseTrunk(trunks, asked);
  return ranked.map(({ trunk, callerId }) => ({
    trunk,
    way: { endpoint: shownEndpoint(trunk, asked.number), callerId },
    whyNot: null,
    isChosen: chosen.result === 'chosen' && chosen.trunk === trunk,
    isShut: isShut(trunk, asked),
  }));
}

function restOf(trunks: readonly Trunk[], asked: TrunkRequest): DryRunTrunk[] {
  return trunks.flatMap((trunk) => {
    const whyNot = misfitOf(trunk, asked);
    return whyNot === null
      ? []
      : [{ trunk, way: null, whyNot, isChosen: false, isShut: isShut(trunk, asked) }];
  });
}

function isShut({ name }: Trunk, { isOpen }: TrunkRequest): boolean {
  return isOpen?.(name) === false;
}

function shownEndpoint(trunk: Trunk, number: PhoneNumber): Shown {
  return { clear: endpointFor(trunk, number), masked: maskedEndpointFor(trunk, number) };
}
