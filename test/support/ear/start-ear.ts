import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Codec } from '../../../src/domain/calls/trunk.ts';
import { EarCall } from './ear-call.ts';
import { parseSip, readOffer, replyTo, type SipMessage } from './sip-message.ts';

/**
 * A handset on the wire: it answers every call, keeps every packet with its timestamp, and presses keys when it is told to. What it heard is what
 * was sent, to the byte; a recorder inside a phone network drops sound of its own when the machine is busy (Asterisk's MixMonitor throws away what its
 * two directions are apart by more than 100 ms).
 */
export interface Ear extends AsyncDisposable {
  /** PJSIP endpoints `ear-alaw`, `ear-ulaw` and `ear-g722` that lead here, for the gateway's Asterisk. */
  readonly pjsip: string;
  /** The next call for this number that is answered. @param number as the trunk writes it */
  callTo(number: string): Promise<EarCall>;
}

const address = '127.0.0.5';
const payloadNames: Record<string, Codec> = { PCMA: 'alaw', PCMU: 'ulaw', G722: 'g722' };

export async function startEar(): Promise<Ear> {
  const sip = await openSocket();
  const { port } = sip.address();
  const calls = new Map<string, EarCall>();
  const coming = new Map<string, PromiseWithResolvers<EarCall>>();
  const contact = `sip:ear@${address}:${port}`;

  async function receive(text: string, from: RemoteInfo): Promise<void> {
    const message = parseSip(text);
    const id = message.header('Call-ID');
    const known = calls.get(id);
    const reply = (status: string, sdp?: string): void => {
      const answer = { status, tag: 'ear', contact, ...(sdp === undefined ? {} : { sdp }) };
      sip.send(replyTo(message, answer), from.port, from.address);
    };
    switch (message.method) {
      case 'INVITE':
        // It may not have heard the first reply.
        if (known) reply('200 OK', known.sdp);
        else await answer(message, { id, reply });
        return;
      case 'BYE':
        reply('200 OK');
        known?.end();
        return;
      case 'ACK':
        return;
      default:
        reply('200 OK');
    }
  }

  async function answer(
    invite: SipMessage,
    { id, reply }: { id: string; reply: (status: string, sdp?: string) => void },
  ): Promise<void> {
    const offer = readOffer(invite.body);
    const [name = '', type = 0] = [...offer.types].find(([each]) => payloadNames[each] !== undefined) ?? [];
    const codec = payloadNames[name];
    if (codec === undefined) {
      reply('488 Not Acceptable Here');
      return;
    }
    const rtp = await openSocket();
    const keyType = offer.types.get('TELEPHONE-EVENT') ?? 101;
    const sdp = sdpOf({ port: rtp.address().port, type, name, keyType });
    const call = new EarCall({ rtp, codec, type, keyType, sdp, to: offer });
    calls.set(id, call);
    reply('180 Ringing');
    call.answered();
    reply('200 OK', sdp);
    const dialled = /^INVITE sip:([^@;>]+)@/.exec(invite.startLine)?.[1] ?? '';
    coming.get(dialled)?.resolve(call);
  }

  sip.on('message', (bytes, from) => void receive(bytes.toString('latin1'), from));
  return {
    pjsip: (['alaw', 'ulaw', 'g722'] as const).map((codec) => endpointOf(codec, port)).join('\n'),
    callTo(number) {
      const next = Promise.withResolvers<EarCall>();
      coming.set(number, next);
      return next.promise;
    },
    async [Symbol.asyncDispose]() {
      for (const call of calls.values()) call.close();
      sip.close();
      await once(sip, 'close');
    },
  };
}

async function openSocket(): Promise<Socket & { address(): AddressInfo }> {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

function endpointOf(codec: Codec, port: number): string {
  return `
[ear-${codec}](carrier)
disallow = all
allow = ${codec}
aors = ear-${codec}

[ear-${codec}]
type = aor
contact = sip:${address}:${port}
`;
}

function sdpOf(sound: { port: number; type: number; name: string; keyType: number }): string {
  return [
    'v=0',
    `o=ear 1 1 IN IP4 ${address}`,
    's=-',
    `c=IN IP4 ${address}`,
    't=0 0',
    `m=audio ${sound.port} RTP/AVP ${sound.type} ${sound.keyType}`,
    `a=rtpmap:${sound.type} ${sound.name}/8000`,
    `a=rtpmap:${sound.keyType} telephone-event/8000`,
    `a=fmtp:${sound.keyType} 0-16`,
    'a=ptime:20',
    'a=sendrecv',
    '',
  ].join('\r\n');
}
