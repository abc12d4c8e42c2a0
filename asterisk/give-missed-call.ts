import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { RunningAsterisk } from './start-asterisk.ts';

/** What the caller's phone saw of it. */
export interface GivenMissedCall {
  /** In the order of their coming, such as `RINGING`, `BUSY`; `ANSWER` would have cost the caller money. */
  signs: string[];
  /** The final reply to the INVITE; null where the network gave the call up by itself. */
  sipCode: number | null;
}

type CallEvent =
  | { type: 'Dial'; dialstatus: string; peer: { id: string } }
  | { type: 'StasisStart'; channel: { id: string } }
  | { type: 'ChannelDestroyed'; tech_cause?: number; channel: { id: string } };

/**
 * A handset of the phone network calls a line and waits until it is refused. Answered against all expectation, it hangs up at once.
 *
 * @param call.dialled the line in E.164 · `from` the national number of the handset
 */
export async function giveMissedCall(
  network: RunningAsterisk,
  call: { dialled: string; from: string; givesUpAfterMs: number },
): Promise<GivenMissedCall> {
  const channel = `missed-${randomUUID()}`;
  const watched = await watch(network, channel);
  try {
    await ask(network, 'POST', 'channels', {
      channelId: channel,
      endpoint: `PJSIP/${call.dialled}@gateway-a`,
      app: watched.app,
      callerId: `+91${call.from}`,
      timeout: Math.ceil(call.givesUpAfterMs / 1000),
    });
    return await watched.ended;
  } finally {
    watched.close();
  }
}

/** Listens before anything is dialled. Asterisk tells an application of the channels that were made for it. */
async function watch(
  network: RunningAsterisk,
  channel: string,
): Promise<{ app: string; ended: Promise<GivenMissedCall>; close: () => void }> {
  const app = `caller-${channel}`;
  const key = encodeURIComponent(`${network.ariUser}:${network.ariPassword}`);
  const socket = new WebSocket(
    `${network.ariUrl.replace(/^http/, 'ws')}/ari/events?app=${app}&api_key=${key}`,
  );
  const { promise: ended, resolve, reject } = Promise.withResolvers<GivenMissedCall>();
  ended.catch(() => undefined); // who waits for it is told; where dialling failed, nobody waits
  const signs: string[] = [];
  socket.addEventListener('message', ({ data }) => {
    const event = JSON.parse(String(data)) as CallEvent;
    if (event.type === 'Dial' && event.peer.id === channel && event.dialstatus !== '')
      signs.push(event.dialstatus);
    else if (event.type === 'StasisStart') void ask(network, 'DELETE', `channels/${channel}`);
    else if (event.type === 'ChannelDestroyed' && event.channel.id === channel)
      resolve({ signs, sipCode: event.tech_cause ?? null });
  });
  socket.addEventListener('close', () =>
    reject(new Error('the phone network did not say how the call ended')),
  );
  await once(socket, 'open');
  return { app, ended, close: () => socket.close() };
}

async function ask(network: RunningAsterisk, method: string, path: string, body?: object): Promise<void> {
  const { ariUrl, ariUser, ariPassword } = network;
  const reply = await fetch(`${ariUrl}/ari/${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${ariUser}:${ariPassword}`).toString('base64')}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`the handset could not call: ${await reply.text()}`);
}
