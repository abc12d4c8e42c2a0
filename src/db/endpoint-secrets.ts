import type { EndpointId } from '../domain/ids.ts';
import type { Vault } from './vault.ts';

export interface SealedSecrets {
  secret: Buffer;
  /** Null unless it still counts. */
  previous: Buffer | null;
}

export type OpenSecrets = (id: EndpointId, sealed: SealedSecrets) => string[];

/** Opens what an endpoint's messages are signed with. Remembers the last one of each, since opening costs more than sending a small event does. */
export function openerOfSecrets(vault: Vault): OpenSecrets {
  const open = (id: EndpointId, sealed: Buffer): string => vault.open(sealed, id);
  const [openSecret, openPrevious] = [rememberLast(open), rememberLast(open)];
  return (id, { secret, previous }) => [
    openSecret(id, secret),
    ...(previous === null ? [] : [openPrevious(id, previous)]),
  ];
}

/** A secret is opened again when it was sealed anew. */
function rememberLast(
  open: (id: EndpointId, sealed: Buffer) => string,
): (id: EndpointId, sealed: Buffer) => string {
  const opened = new Map<EndpointId, { sealed: Buffer; secret: string }>();
  return (id, sealed) => {
    const known = opened.get(id);
    if (known?.sealed.equals(sealed)) return known.secret;
    const secret = open(id, sealed);
    opened.set(id, { sealed, secret });
    return secret;
  };
}
