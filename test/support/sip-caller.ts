import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** A call that a caller made, and every status that came back, in the order of their coming, repeats left out. */
export interface SipCall {
  statuses: readonly number[];
  /** Resolves with the final status; null where nothing final came within the caller's patience. */
  ended: Promise<number | null>;
}

export interface SipCallRequest {
  /** The user part of the request's URI, as it stands there. */
  dialled: string;
  /** What stands in `From` before the host, with its display name if it has one: `"Asha" <sip:+91…`. */
  from?: string;
  /** Further header lines. */
  headers?: readonly string[];
}

/**
 * A phone network of one socket: it sends INVITEs from an address of its own and keeps what comes back, so that a test sees all the signalling that
 * left us. It never sends media, and takes no for an answer.
 */
export interface SipCaller {
  call(request: SipCallRequest): SipCall;
  close(): Promise<void>;
}

/** RFC 3261's T1. */
const repeatMs = 500;
const mostRepeats = 4;

export async function startSipCaller(of: {
  address: string;
  target: { address: string; port: number };
  patienceMs?: number;
}): Promise<SipCaller> {
  const socket = createSocket('udp4');
  socket.bind(0, of.address);
  await once(socket, 'listening');
  const calls = new Map<string, Dialogue>();
  socket.on('message', (message) => {
    const text = message.toString('latin1');
    const id = /^Call-ID: *(\S+)/im.exec(text)?.[1];
    if (id !== undefined) calls.get(id)?.onMessage(text);
  });
  return {
    call(request) {
      const dialogue = new Dialogue(socket, { ...of, request });
      calls.set(dialogue.id, dialogue);
      return dialogue;
    },
    async close() {
      for (const dialogue of calls.values()) dialogue.abandon();
      socket.close();
      await once(socket, 'close');
    },
  };
}

class Dialogue implements SipCall {
  readonly id = randomBytes(12).toString('hex');
  readonly statuses: number[] = [];
  readonly ended: Promise<number | null>;
  readonly #end: (status: number | null) => void;
  readonly #socket: Socket;
  readonly #of: { target: { address: string; port: number }; patienceMs?: number; request: SipCallRequest };
  readonly #branch = `z9hG4bK${randomBytes(8).toString('hex')}`;
  #repeat: NodeJS.Timeout | null = null;
  readonly #patience: NodeJS.Timeout;

  constructor(
    socket: Socket,
    of: { target: { address: string; port: number }; patienceMs?: number; request: SipCallRequest },
  ) {
    const { promise, resolve } = Promise.withResolvers<number | null>();
    this.ended = promise;
    this.#end = resolve;
    this.#socket = socket;
    this.#of = of;
    this.#patience = setTimeout(() => this.#finish(null), of.patienceMs ?? 30_000);
    this.#invite(0);
  }

  onMessage(text: string): void {
    const status = Number(/^SIP\/2\.0 (\d{3})/.exec(text)?.[1]);
    // a request of theirs within the call, such as BYE
    if (Number.isNaN(status) || !/^CSeq: *1 INVITE/im.test(text)) return;
    if (this.#repeat !== null) clearTimeout(this.#repeat);
    if (!this.statuses.includes(status)) this.statuses.push(status);
    if (status < 200) return;
    this.#send('ACK', /^To: *(.*)$/im.exec(text)?.[1]?.trim());
    this.#finish(status);
  }

  abandon(): void {
    this.#finish(null);
  }

  #invite(repeats: number): void {
    this.#send('INVITE');
    if (repeats < mostRepeats)
      this.#repeat = setTimeout(() => this.#invite(repeats + 1), repeatMs * 2 ** repeats);
  }

  #finish(status: number | null): void {
    if (this.#repeat !== null) clearTimeout(this.#repeat);
    clearTimeout(this.#patience);
    this.#end(status);
  }

  #send(method: 'INVITE' | 'ACK', to?: string): void {
    const { address, port } = this.#socket.address();
    const { target, request } = this.#of;
    const uri = `sip:${request.dialled}@${target.address}:${target.port}`;
    const body = method === 'ACK' ? '' : offerOf(address);
    const lines = [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP ${address}:${port};branch=${this.#branch};rport`,
      'Max-Forwards: 70',
      `From: ${request.from ?? '<sip:+919876543210'}@${address}>;tag=${this.id}`,
      `To: ${to ?? `<${uri}>`}`,
      `Call-ID: ${this.id}`,
      `CSeq: 1 ${method}`,
      `Contact: <sip:caller@${address}:${port}>`,
      ...(method === 'ACK' ? [] : (request.headers ?? [])),
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${Buffer.byteLength(body, 'latin1')}`,
      '',
      body,
    ];
    this.#socket.send(Buffer.from(lines.join('\r\n'), 'latin1'), target.port, target.address);
  }
}

/** Nothing listens there: it is only offered. */
function offerOf(address: string): string {
  return [
    'v=0',
    `o=- 1 1 IN IP4 ${address}`,
    's=-',
    `c=IN IP4 ${address}`,
    't=0 0',
    'm=audio 40000 RTP/AVP 8 101',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:101 telephone-event/8000',
    '',
  ].join('\r\n');
}
