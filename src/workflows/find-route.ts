import type { Call } from '../domain/calls/call.ts';
import { chooseTrunk, type ChosenTrunk } from '../domain/calls/choose-trunk.ts';
import type { Trunk } from '../domain/calls/trunk.ts';
import { trunkRound } from '../domain/calls/trunk-round.ts';
import { parsePhoneNumber, type PhoneNumber } from '../domain/phone-numbers/phone-number.ts';
import { assert } from '../lib/assert.ts';
import { LedgerUnavailable, type Ledger } from '../db/ledger.ts';
import { allWaysOpen, type Ways } from './ways.ts';

/** Where a call goes, which is known before its words are made. */
export interface Route {
  number: PhoneNumber;
  trunk: Trunk;
  callerId: string | null;
  /** How many attempts the call had when the way was found: another attempt may close it. */
  attempts: number;
  /** Of what was open when it was chosen (`Ways`). */
  waysVersion: number;
}

export interface FindRouteDependencies {
  ledger: Pick<Ledger, 'numberOf'>;
  trunks: readonly Trunk[];
  /** Which of them are open; left out: all. */
  ways?: Ways;
}

/** No trunk serves the call any more, though one did when it was accepted. */
export class NoWayOut extends Error {
  override readonly name = 'NoWayOut';
}

/**
 * The way of a call's next attempt: over a trunk that is open, and has not failed in this round, while there is one.
 *
 * @throws NoWayOut
 */
export async function findRoute(deps: FindRouteDependencies, call: Call): Promise<Route> {
  const number = parsePhoneNumber((await deps.ledger.numberOf(call.person)) ?? '');
  assert(number.result === 'parsed', 'the vault has the number of every open call');
  return chooseRoute(deps, call, number.number);
}

/**
 * The same where the number is at hand.
 *
 * @throws NoWayOut
 */
export function chooseRoute(
  deps: Pick<FindRouteDependencies, 'trunks' | 'ways'>,
  call: Call,
  number: PhoneNumber,
): Route {
  const { version: waysVersion } = deps.ways ?? allWaysOpen;
  const chosen = chooseFor(deps, { call, number });
  if (chosen.result === 'none') throw new NoWayOut(`${chosen.field} ${chosen.detail}`);
  const { trunk, callerId } = chosen;
  return { number, trunk, callerId, attempts: call.attempts.length, waysVersion };
}

/**
 * Whether a trunk may carry the call that was not tried in this round. Where nobody can tell, because the database is away or the number was
 * erased, the call waits as after the last trunk; its next attempt takes another trunk all the same.
 *
 * @param call as it is with its last attempt ended
 */
export async function hasAnotherTrunk(deps: FindRouteDependencies, call: Call): Promise<boolean> {
  // who names a trunk wants that one
  if (call.trunk !== null || deps.trunks.length < 2) return false;
  const text = await deps.ledger.numberOf(call.person).catch((error: unknown) => {
    if (error instanceof LedgerUnavailable) return null;
    throw error;
  });
  const number = parsePhoneNumber(text ?? '');
  if (number.result === 'refused') return false;
  const chosen = chooseFor(deps, { call, number: number.number });
  return chosen.result === 'chosen' && !trunkRound(call.attempts).tried.has(chosen.trunk.name);
}

function chooseFor(
  { trunks, ways = allWaysOpen }: Pick<FindRouteDependencies, 'trunks' | 'ways'>,
  { call, number }: { call: Call; number: PhoneNumber },
): ChosenTrunk {
  const seed = `${call.id}/${call.attempts.length}`;
  return chooseTrunk(trunks, {
    number,
    purpose: call.purpose,
    requested: { trunk: call.trunk, callerId: call.callerId },
    seed,
    tried: trunkRound(call.attempts).tried,
    isOpen: (trunk) => ways.isOpen(trunk, seed),
  });
}
