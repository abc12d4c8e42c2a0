import { isIPv4 } from 'node:net';

/** How to ask an Asterisk over ARI. */
export interface AriAccess {
  /** Without `/ari`. */
  ariUrl: string;
  ariUser: string;
  ariPassword: string;
}

/**
 * The numbers of the handsets are ordinary mobile numbers: over a real trunk somebody's phone would ring. So demo and
 * tests ask the Asterisk that they are about to drive where each trunk leads, and throw where that is anywhere but
 * this machine, or cannot be told.
 */
export async function requireLoopbackTrunks(
  asterisk: AriAccess,
  trunks: readonly { name: string; endpoint: string }[],
): Promise<void> {
  for (const { name, endpoint } of trunks) {
    const problem = await whyNotOnLoopback(asterisk, endpoint);
    if (problem !== null) {
      throw new Error(
        `Trunk ${name} is not proven to be on loopback (${problem}): real phones might ring, so nothing is dialled.`,
      );
    }
  }
}

async function whyNotOnLoopback(asterisk: AriAccess, dialled: string): Promise<string | null> {
  const endpoint = /^PJSIP\/\{number\}@([\w.-]+)$/.exec(dialled)?.[1];
  if (endpoint === undefined) return `its endpoint «${dialled}» is not PJSIP/{number}@NAME`;
  const settings = await pjsipObject(asterisk, 'endpoint', endpoint);
  if (settings === null) return `this Asterisk has no PJSIP endpoint ${endpoint}`;
  const aors = (settings['aors'] ?? '').split(',').filter((aor) => aor !== '');
  const uris = [settings['outbound_proxy'] ?? ''];
  for (const aor of aors) {
    const { contact = '', outbound_proxy: proxy = '' } = (await pjsipObject(asterisk, 'aor', aor)) ?? {};
    if (contact === '') return `AOR ${aor} has no fixed contact`;
    uris.push(...contact.split(','), proxy);
  }
  if (aors.length === 0) return `endpoint ${endpoint} has no AOR`;
  const away = uris.find((uri) => uri !== '' && !leadsToLoopback(uri));
  return away === undefined ? null : `it leads to ${away}`;
}

function leadsToLoopback(uri: string): boolean {
  const host = /^"?<?sips?:(?:[^@]*@)?([^:;>?]+)/.exec(uri.trim())?.[1] ?? '';
  return isIPv4(host) && host.startsWith('127.');
}

async function pjsipObject(
  { ariUrl, ariUser, ariPassword }: AriAccess,
  type: 'endpoint' | 'aor',
  id: string,
): Promise<Record<string, string> | null> {
  const reply = await fetch(
    `${ariUrl}/ari/asterisk/config/dynamic/res_pjsip/${type}/${encodeURIComponent(id)}`,
    {
      headers: { authorization: `Basic ${Buffer.from(`${ariUser}:${ariPassword}`).toString('base64')}` },
      signal: AbortSignal.timeout(5_000),
    },
  );
  if (!reply.ok) return null;
  const fields = (await reply.json()) as { attribute: string; value: string }[];
  return Object.fromEntries(fields.map(({ attribute, value }) => [attribute, value]));
}
