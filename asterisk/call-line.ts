import type { RunningAsterisk } from './start-asterisk.ts';

/**
 * Makes a handset of the network call a line of the gateway's, over the carrier that is named. Once it is answered,
 * the handset does what its own number says. Resolves with the id of its channel when the call is under way.
 */
export async function callLine(
  network: RunningAsterisk,
  call: { from: `9000${string}`; line: string; carrier?: 'carrier-a' | 'carrier-b' },
): Promise<string> {
  const endpoint = call.carrier === 'carrier-b' ? 'gateway-b' : 'gateway-a';
  const reply = await fetch(`${network.ariUrl}/ari/channels`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${network.ariUser}:${network.ariPassword}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      endpoint: `PJSIP/${call.line}@${endpoint}`,
      context: 'handsets',
      extension: call.from,
      priority: 1,
      callerId: `"" <+91${call.from}>`,
      timeout: 60,
    }),
    signal: AbortSignal.timeout(5_000),
  });
  if (!reply.ok) throw new Error(`The handset network could not call ${call.line}: ${await reply.text()}`);
  return ((await reply.json()) as { id: string }).id;
}
