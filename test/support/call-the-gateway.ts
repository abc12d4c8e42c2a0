import type { RunningAsterisk } from '../../asterisk/start-asterisk.ts';

export interface HandsetCall {
  /** The line, as the network writes it. */
  dialled: string;
  /** National number of the handset that calls: once it is answered it does what it would do in a call of ours. */
  from: string;
  givesUpAfterMs: number;
  /** The number is not shown: the network knows it, and is told to keep it to itself. */
  withheld?: boolean;
  /** What a handset of kind 04 presses, where its own number has no room for it. */
  string?: string;
}

/** A handset of the phone network calls one of our lines. Resolves with the id of its channel over there. */
export async function callTheGateway(network: RunningAsterisk, call: HandsetCall): Promise<string> {
  const { ariUrl, ariUser, ariPassword } = network;
  const reply = await fetch(`${ariUrl}/ari/channels`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${ariUser}:${ariPassword}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      endpoint:
        call.withheld === true ? `Local/${call.dialled}@withheld/n` : `PJSIP/${call.dialled}@gateway-a`,
      ...{ context: 'handsets', extension: call.from, priority: 1 },
      callerId: `+91${call.from}`,
      ...(call.string === undefined ? {} : { variables: { STRING: call.string } }),
      timeout: Math.ceil(call.givesUpAfterMs / 1000),
    }),
  });
  if (!reply.ok) throw new Error(`the handset could not call: ${await reply.text()}`);
  return ((await reply.json()) as { id: string }).id;
}
