import type { Call } from '../domain/calls/call.ts';
import { chooseTrunk, type ChosenTrunk } from '../domain/calls/choose-trunk.ts';
import type { Trunk } from '../domain/calls/trunk.ts';
import { trunkRound } from '../domain/calls/trunk-round.ts';
import { parsePhoneNumber, type PhoneNumber } from '../domain/phone-numbers/phone-number.ts';
import { assert } from '../lib/assert.ts';
import { LedgerUnavailable, type Ledger } from '../db/ledger.ts';

/** Where a call goes, which is known before its words are made. */
export interface Route {
  number: PhoneNumber;
  trunk: Trunk;
  callerId: string | null;
  /** How many attempts the call had when the way was found: another attempt may close it. */
  attempts: number;
}

export interface FindRouteDependencies {
  ledger: Pick<Ledger, 'numberOf'>;
  trunks: readonly Trunk[];
}

/** No trunk serves the call any more, though one did when it was accepted. */
export class NoWayOut extends Error {
  override readonly name = 'NoWayOut';
}

/**
 * The way of a call's next attempt: not over a trunk that has failed in this round, while there is another.
 *
 * @throws NoWayOut
 */
export async function findRoute(deps: FindRouteDependencies, call: Call): Promise<Route> {
  const number = parsePhoneNumber((await deps.ledger.numberOf(call.person)) ?? '');
  assert(number.result === 'parsed', 'the vault has the number of every open call');
  const chosen = chooseFor(deps.trunks, { call, number: number.number });
  if (chosen.result === 'none') throw new NoWayOut(`${chosen.field} ${chosen.detail}`);
  const { trunk, callerId } = chosen;
  return { number: number.number, trunk, callerId, attempts: call.attempts.length };
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
  const chosen = chooseFor(deps.trunks, { call, number: number.number });
  return chosen.result === 'chosen' && !trunkRound(call.attempts).tried.has(chosen.trunk.name);
}

function chooseFor(
  trunks: readonly Trunk[],
  { call, number }: { call: Call; number: PhoneNumber },
): ChosenTrunk {
  return chooseTrunk(trunks, {
    number,
    purpose: call.purpose,
    requested: { trunk: call.trunk, callerId: call.callerId },
    seed: `${call.id}/${call.attempts.length}`,
    tried: trunkRound(call.attempts).tried,
  });
}
