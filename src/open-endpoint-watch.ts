import { randomInt } from 'node:crypto';
import type { AsteriskConfig } from './config/config.ts';
import { pjsipEndpointOf, type Trunk } from './domain/calls/trunk.ts';
import { systemClock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { watchEndpointsByAmi } from './telephony/asterisk/ami/watch-endpoints.ts';
import { watchEndpointsByAri } from './telephony/asterisk/watch-endpoints-by-ari.ts';
import type { EndpointWatch, SeenEndpoints } from './telephony/endpoint-health.ts';

/** What watches the endpoints of the trunks on one Asterisk: its manager interface, which knows most, else ARI. Not started yet. */
export function openEndpointWatch(
  { name, ari, ami }: Pick<AsteriskConfig, 'name' | 'ari' | 'ami'>,
  options: { trunks: readonly Trunk[]; log: Log; onSeen: (seen: SeenEndpoints) => void },
): EndpointWatch {
  const { trunks, log, onSeen } = options;
  const endpoints = [...new Set(trunks.map(pjsipEndpointOf))];
  const watch = { endpoints, onSeen, log, clock: systemClock, asterisk: name };
  if (ami === null) return watchEndpointsByAri({ ...ari, ...watch });
  const { hostname, port } = new URL(ami.url);
  const { user, password } = ami;
  const access = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), user, password };
  return watchEndpointsByAmi({ ...watch, access, random: () => randomInt(2 ** 32) / 2 ** 32 });
}
