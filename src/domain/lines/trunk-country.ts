import { getCountries, getCountryCallingCode, type CountryCode } from 'libphonenumber-js/max';
import type { Trunk } from '../calls/trunk.ts';

/**
 * The country in which a trunk ends, which tells how to read numbers that it gives without one. Null where its prefixes are of several
 * countries, or of one that shares its calling code with others: then the trunks file has to say which.
 */
export function trunkCountry(trunk: Pick<Trunk, 'country' | 'prefixes'>): CountryCode | null {
  if (trunk.country !== undefined) return trunk.country;
  const countries = new Set(trunk.prefixes.map(countryOfPrefix));
  const [only = null] = countries;
  return countries.size === 1 ? only : null;
}

function countryOfPrefix(prefix: string): CountryCode | null {
  const sharing = getCountries().filter((country) => prefix.startsWith(`+${getCountryCallingCode(country)}`));
  return sharing.length === 1 ? (sharing[0] ?? null) : null;
}

/** The trunk by which a call came in, by what the network calls its way: what follows the `@` of the trunk's own endpoint. */
export function trunkOfEndpoint<T extends Pick<Trunk, 'endpoint'>>(
  trunks: readonly T[],
  endpoint: string,
): T | null {
  return trunks.find((trunk) => trunk.endpoint.endsWith(`@${endpoint}`)) ?? null;
}
