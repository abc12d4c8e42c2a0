import { BlockList, isIP } from 'node:net';

/**
 * Which addresses a webhook may be sent to. Whoever may register an endpoint must not make the gateway speak to its own machine, to
 * the network behind it, or to a cloud's metadata service. Decided on addresses, and at each connection: names can change.
 */
export interface WebhookPolicy {
  /** Loopback and private addresses, plain http and bare host names are allowed: for development only. */
  allowPrivate: boolean;
}

/** IANA's special-purpose registry for IPv4, and one public address that a cloud keeps for its own machines' agent. */
const notPublicIpv4 = blockList('ipv4', [
  '0.0.0.0/8', // this network
  '10.0.0.0/8',
  '100.64.0.0/10', // carrier-grade NAT, and a cloud's metadata
  '127.0.0.0/8',
  '169.254.0.0/16', // link-local, where most metadata services are
  '168.63.129.16/32', // Azure's wire server
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24', // documentation
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
]);

/** Everything else in IPv6 is unassigned, local, or an IPv4 address in other clothes. */
const globalIpv6 = blockList('ipv6', ['2000::/3']);
const notPublicIpv6 = blockList('ipv6', [
  '2001::/23', // protocols: Teredo, benchmarks, ORCHID
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4 holds an IPv4 address
  '2620:4f:8000::/48',
  '3fff::/20', // documentation
]);

const privateIpv4 = blockList('ipv4', ['10.0.0.0/8', '127.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']);
const privateIpv6 = blockList('ipv6', ['::1/128', 'fc00::/7']);
/** In the private range of IPv6, and still a metadata service. */
const metadataIpv6 = blockList('ipv6', ['fd00:ec2::254/128', 'fd20:ce::254/128']);

/** @param address in its text form, without brackets; whatever is not an address is refused */
export function mayConnectTo(address: string, policy: WebhookPolicy): boolean {
  switch (isIP(address)) {
    case 4:
      return (
        !notPublicIpv4.check(address, 'ipv4') || (policy.allowPrivate && privateIpv4.check(address, 'ipv4'))
      );
    case 6:
      return isPublicIpv6(address) || (policy.allowPrivate && isPrivateIpv6(address));
    default:
      return false;
  }
}

function isPublicIpv6(address: string): boolean {
  return globalIpv6.check(address, 'ipv6') && !notPublicIpv6.check(address, 'ipv6');
}

function isPrivateIpv6(address: string): boolean {
  return privateIpv6.check(address, 'ipv6') && !metadataIpv6.check(address, 'ipv6');
}

function blockList(family: 'ipv4' | 'ipv6', subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = '', prefixBits] = subnet.split('/');
    list.addSubnet(network, Number(prefixBits), family);
  }
  return list;
}
