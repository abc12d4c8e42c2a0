import type { EndpointHealth } from '../../endpoint-health.ts';
import type { AmiEvent } from './ami-connection.ts';

/**
 * What Asterisk knows of the carrier behind an endpoint: whether its contacts answer OPTIONS, as far as they are qualified, and whether we are
 * registered with it. A registration belongs to the endpoint that its `endpoint` names (`line = yes`), or that has its own name.
 *
 * @param details events of `PJSIPShowEndpoint` @param registrations events of `PJSIPShowRegistrationsOutbound`
 * @returns null where nothing is known: it is neither qualified nor registered
 */
export function endpointHealthOf(
  endpoint: string,
  seen: { details: readonly AmiEvent[]; registrations: readonly AmiEvent[] },
): EndpointHealth | null {
  const reasons = [contactHealth(seen.details), registrationHealth(endpoint, seen.registrations)];
  const known = reasons.filter((reason) => reason !== null);
  if (known.length === 0) return null;
  const reason = known.find((each) => each !== 'well');
  return reason === undefined ? { up: true, reason: null } : { up: false, reason };
}

/** With several contacts, one that answers is enough. */
function contactHealth(details: readonly AmiEvent[]): string | null {
  const statuses = details.filter(({ event }) => event === 'ContactStatusDetail').map(({ status }) => status);
  if (statuses.includes('Reachable')) return 'well';
  const isUnreachable = statuses.length > 0 && statuses.every((status) => status === 'Unreachable');
  return isUnreachable ? 'The carrier does not answer OPTIONS.' : null;
}

function registrationHealth(endpoint: string, registrations: readonly AmiEvent[]): string | null {
  const own = registrations.filter(
    (each) =>
      each['event'] === 'OutboundRegistrationDetail' &&
      (each['endpoint'] === endpoint || each['objectname'] === endpoint),
  );
  if (own.length === 0) return null;
  if (own.some(({ status }) => status === 'Registered')) return 'well';
  return own.some(({ status }) => status === 'Rejected')
    ? 'The carrier rejects our registration.'
    : 'We are not registered with the carrier.';
}
