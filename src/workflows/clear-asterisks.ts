import type { ErasureStore } from '../db/erasure-store.ts';
import type { PersonHash } from '../domain/calls/call.ts';
import type { Trunk } from '../domain/calls/trunk.ts';
import { readCaller } from '../domain/lines/caller.ts';
import { trunkCountry, trunkOfEndpoint } from '../domain/lines/trunk-country.ts';
import type { PhoneNumber } from '../domain/phone-numbers/phone-number.ts';
import type { Erasure } from '../domain/privacy/erasure.ts';
import type { OfferedCall, Telephony } from '../telephony/telephony.ts';
import { removeLeftRecordings, type RemoveLeftDependencies } from './remove-left-recordings.ts';

export interface ClearAsterisksDependencies extends Omit<RemoveLeftDependencies, 'telephony'> {
  erasures: Pick<ErasureStore, 'waitingFor' | 'cleared'>;
  /** Those that this gateway drives and that can be asked now, by their names. */
  asterisks: () => Iterable<readonly [string, ClearedTelephony]>;
  trunks: readonly Trunk[];
  personOf: (number: PhoneNumber) => PersonHash;
}

type ClearedTelephony = RemoveLeftDependencies['telephony'] &
  Pick<Telephony, 'writtenCalls' | 'removeWritten'>;

/**
 * Removes what Asterisks keep of persons who are being erased: recordings that nobody took, and calls that they wrote down before anybody heard of them. Each
 * gateway looks through those that it drives, when the records are gone by which others would ask for them.
 *
 * @throws TelephonyUnavailable, LedgerUnavailable
 */
export async function clearAsterisks(deps: ClearAsterisksDependencies): Promise<void> {
  for (const [name, telephony] of deps.asterisks()) {
    const erasures = await deps.erasures.waitingFor(name);
    if (erasures.length === 0) continue;
    await removeLeftRecordings({ ...deps, telephony });
    const { over } = await telephony.writtenCalls();
    for (const call of over)
      if (isOfOne(erasures, call, personOf(deps, call))) await telephony.removeWritten(call.leg);
    await deps.erasures.cleared(
      name,
      erasures.map(({ id }) => id),
    );
  }
}

function isOfOne(erasures: readonly Erasure[], { at }: OfferedCall, person: PersonHash | null): boolean {
  return erasures.some((erasure) => erasure.person === person && at <= erasure.reachesUntil);
}

function personOf(
  { trunks, personOf: hashOf }: ClearAsterisksDependencies,
  { callerNumber, callerWithheld, endpoint }: OfferedCall,
): PersonHash | null {
  const trunk = trunkOfEndpoint(trunks, endpoint);
  const shown = { number: callerNumber, withheld: callerWithheld };
  const caller = readCaller(shown, { country: trunk && trunkCountry(trunk), ownNumbers: new Set() });
  return caller.kind === 'person' ? hashOf(caller.number) : null;
}
