import { lookup, Resolver } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { buildConnector } from 'undici';

import { mayConnectTo } from './address-guard.ts';
import type { WebhookPolicy } from './address-guard.ts';

/** All addresses of a host name. */
export type ResolveHost = (hostname: string) => Promise<LookupAddress[]>;

/** The connection was not made: the host is, or points to, an address that webhooks may not be sent to. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
  readonly code = 'address_refused';

  constructor(host: string) {
    super(`${host} is not an address that webhooks may be sent to`);
  }
}

const connectTimeoutMs = 10_000;

/**
 * Opens connections for undici, each only to an address that was checked in the same breath: the addresses that the look-up gives are
 * those that are connected to, so a name that changes between check and use gains nothing. One forbidden address among a name's
 * addresses refuses the name.
 */
export function guardedConnector(policy: WebhookPolicy, resolve: ResolveHost): buildConnector.connector {
  const connect = buildConnector({
    timeout: connectTimeoutMs,
    allowH2: false,
    lookup: guardedLookup(policy, resolve),
  });
  return (options, callback) => {
    const host = options.hostname.replace(/^\[(.*)\]$/, '$1');
    // Node looks nothing up for a literal address, so the look-up below never sees it
    if (isIP(host) !== 0 && !mayConnectTo(host, policy)) callback(new AddressRefused(host), null);
    else connect(options, callback);
  };
}

function guardedLookup(policy: WebhookPolicy, resolve: ResolveHost): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        const refused = addresses.some(({ address }) => !mayConnectTo(address, policy));
        if (first === undefined || refused) callback(new AddressRefused(hostname), '');
        else if (options.all === true) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), ''),
    );
  };
}

/**
 * Asks the name servers directly. The system's own look-up would also know `/etc/hosts`, which only names private machines, and runs on
 * a pool of four threads that the file system shares: four names with dead servers would hold up everything. Where private
 * addresses are allowed, it is used all the same.
 */
export function resolverFor(policy: WebhookPolicy): ResolveHost {
  if (policy.allowPrivate) return (hostname) => lookup(hostname, { all: true });
  const resolver = new Resolver({ timeout: 3000, tries: 2 });
  return async (hostname) => {
    const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    if (ipv4.status === 'rejected' && ipv6.status === 'rejected') throw ipv4.reason;
    return [...addressesOf(ipv4, 4), ...addressesOf(ipv6, 6)];
  };
}

function addressesOf(result: PromiseSettledResult<string[]>, family: 4 | 6): LookupAddress[] {
  return result.status === 'fulfilled' ? result.value.map((address) => ({ address, family })) : [];
}
