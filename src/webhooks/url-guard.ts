import { isIP } from 'node:net';

import { mayConnectTo } from './address-guard.ts';
import type { WebhookPolicy } from './address-guard.ts';

/** `detail` is a sentence about the URL, without its subject and full stop: «must begin with https://». */
export type UrlVerdict = { allowed: true; url: URL } | { allowed: false; detail: string };

const longestUrl = 2048;
/** Ports above the system's own that belong to services which must never be spoken to from outside. */
const servicePorts = new Set([
  1433, 1521, 2049, 2375, 2376, 2379, 3306, 3389, 5038, 5060, 5061, 5432, 5900, 6379, 6443, 8088, 8089, 9042,
  9092, 9200, 10250, 11211, 27017,
]);
/** Names that mean this machine or the network behind it wherever they are looked up (RFC 6761, 6762, 8375; ICANN's `.internal`). */
const localNames =
  /(^|\.)(localhost|localdomain|local|internal|intranet|lan|home|corp|home\.arpa|onion|test|invalid)$/;

/**
 * Whether an endpoint may be registered under this URL, and still be used. Looks nothing up: what a name points to is checked at
 * each connection, by `guardedConnector`.
 */
export function checkWebhookUrl(text: string, policy: WebhookPolicy): UrlVerdict {
  const url = parseUrl(text);
  if (url === null)
    return { allowed: false, detail: 'must be an absolute URL, such as https://campaigns.example/webhooks' };
  const detail = faultOf(url, policy);
  return detail === null ? { allowed: true, url } : { allowed: false, detail };
}

/** The URL parser mends spaces, tabs and backslashes silently; who sends such a thing had no URL in mind. */
function parseUrl(text: string): URL | null {
  if (text.length > longestUrl || /[\u0000-\u0020\u007f-\u00a0\\]/.test(text)) return null;
  if (!/^https?:\/\/[^/]/i.test(text)) return null;
  return URL.parse(text);
}

function faultOf(url: URL, policy: WebhookPolicy): string | null {
  if (url.protocol !== 'https:' && !policy.allowPrivate) return 'must begin with https://';
  if (url.username !== '' || url.password !== '') return 'may not hold a user name or password';
  if (url.hash !== '') return 'may not have a fragment: it would not be sent';
  if (!isSensiblePort(url))
    return `must have a port that is for webhooks, 443 or one above 1023, not ${url.port}`;
  return hostFaultOf(url.hostname, policy);
}

function isSensiblePort(url: URL): boolean {
  if (url.port === '') return true; // the protocol's own
  const port = Number(url.port);
  return [80, 443].includes(port) || (port > 1023 && !servicePorts.has(port));
}

function hostFaultOf(hostname: string, policy: WebhookPolicy): string | null {
  const host = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (isIP(host) !== 0) {
    return mayConnectTo(host, policy)
      ? null
      : 'points to a private or reserved address, which is never asked';
  }
  if (host.split('.').includes('')) return 'must name a host';
  if (policy.allowPrivate) return null;
  if (!host.includes('.') || localNames.test(host))
    return 'names a host of a private network, which is never asked';
  return null;
}
