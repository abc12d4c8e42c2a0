import WebSocket from 'ws';
import type { Clock, Timer } from '../../lib/clock.ts';
import { AriError } from './ari-error.ts';
import type { AriEvent } from './ari-message.ts';
import { parseAriMessage } from './ari-message.ts';
import type { AriReply, AriRequest } from './ari-request.ts';

/**
 * One WebSocket to ARI, from its opening to its end; never opened again.
 *
 *     opening ──► open ──► closed
 *        └──────────────────▲
 *
 * While open it carries events to us and requests with their replies both ways. `closed` is told exactly once, also when opening failed.
 * When it closes, every request in flight is rejected as `connection_lost`, and no timer stays behind. A connection over which
 * nothing at all came for `silenceLimitMs`, though we asked by PING, is dead and is cut. (PING only: an unsolicited PONG crashes
 * some Asterisks.)
 */
export interface AriSocket {
  request(request: AriRequest): Promise<AriReply>;
  /** Says goodbye and resolves when the connection is gone, after a second at the latest. */
  close(): Promise<void>;
  /** Cuts it at once. */
  cut(reason: string): void;
}

export interface AriSocketOptions {
  /** `ws://…/ari/events?app=…` */
  url: string;
  user: string;
  password: string;
  clock: Clock;
  timing: AriSocketTiming;
  /** Gives up the opening; of no effect afterwards. */
  signal: AbortSignal;
}

export interface AriSocketTiming {
  openLimitMs: number;
  pingEveryMs: number;
  silenceLimitMs: number;
}

export interface AriSocketListener {
  event(event: AriEvent): void;
  closed(reason: string): void;
  malformed(reason: string): void;
}

interface InFlight {
  settle(reply: AriReply): void;
  fail(error: AriError): void;
}

/** Largest message that we take: a listing of some thousands of channels. */
const longestMessageBytes = 16 * 1024 * 1024;

/** Resolves when the connection is open; rejects with `unreachable`, `unauthorised` or `ari_missing`. */
export function openAriSocket(options: AriSocketOptions, listener: AriSocketListener): Promise<AriSocket> {
  const { clock, timing } = options;
  const socket = new WebSocket(options.url, {
    auth: `${options.user}:${options.password}`,
    perMessageDeflate: false,
    maxPayload: longestMessageBytes,
    skipUTF8Validation: true,
  });
  return new Promise((resolve, reject) => {
    let failure: AriError | null = null;
    const fail = (error: AriError): void => {
      failure ??= error;
      socket.terminate();
    };
    const limit = clock.setTimer(timing.openLimitMs, () =>
      fail(new AriError('unreachable', `no answer within ${timing.openLimitMs} ms`)),
    );
    socket.on('unexpected-response', (request, response) => {
      failure ??= errorOfStatus(response.statusCode ?? 0);
      request.destroy();
      socket.terminate();
    });
    // stays for the connection's whole life: an error without a listener would end the process; `close` always follows
    socket.on('error', (error) => fail(new AriError('unreachable', reasonOf(error), error)));
    const giveUp = (): void => fail(new AriError('not_connected', 'the connection is no longer wanted'));
    options.signal.addEventListener('abort', giveUp, { once: true });
    const closedEarly = (): void => {
      limit.cancel();
      options.signal.removeEventListener('abort', giveUp);
      reject(failure ?? new AriError('unreachable', 'the connection was closed while it was opened'));
    };
    socket.once('close', closedEarly);
    socket.once('open', () => {
      limit.cancel();
      options.signal.removeEventListener('abort', giveUp);
      socket.off('close', closedEarly);
      resolve(converse(socket, options, listener));
    });
  });
}

function converse(
  socket: WebSocket,
  { clock, timing }: AriSocketOptions,
  listener: AriSocketListener,
): AriSocket {
  const inFlight = new Map<string, InFlight>();
  let lastRequest = 0;
  let lastHeardAt = clock.now();
  let cutReason: string | null = null;
  let lastText = '';
  let keepAlive: Timer = clock.setTimer(timing.pingEveryMs, checkAlive);

  function cut(reason: string): void {
    cutReason ??= reason;
    socket.terminate();
  }

  function checkAlive(): void {
    const silentMs = clock.now() - lastHeardAt;
    if (silentMs >= timing.silenceLimitMs) {
      cut(`nothing came from Asterisk for ${silentMs} ms`);
      return;
    }
    socket.ping();
    keepAlive = clock.setTimer(timing.pingEveryMs, checkAlive);
  }

  socket.on('pong', () => (lastHeardAt = clock.now()));
  socket.on('message', (data: Buffer) => {
    lastHeardAt = clock.now();
    const text = data.toString();
    // Twice, one right after the other, comes what both of our subscriptions tell: that of the channel, and that of its endpoint.
    if (text === lastText) return;
    lastText = text;
    const message = parseAriMessage(text);
    if (message.kind === 'event') listener.event(message.event);
    else if (message.kind === 'malformed') listener.malformed(message.reason);
    // a reply that nobody waits for came after its time limit
    else if (message.kind === 'reply') inFlight.get(message.requestId)?.settle(message);
  });
  socket.on('close', (code) => {
    keepAlive.cancel();
    const reason = cutReason ?? `Asterisk's WebSocket was closed (code ${code})`;
    for (const request of inFlight.values()) request.fail(new AriError('connection_lost', reason));
    listener.closed(reason);
  });

  function request(wanted: AriRequest): Promise<AriReply> {
    if (socket.readyState !== WebSocket.OPEN)
      return Promise.reject(new AriError('not_connected', 'the connection to Asterisk is closed'));
    const id = String((lastRequest += 1));
    return new Promise((resolve, reject) => {
      const limit = clock.setTimer(wanted.limitMs, () =>
        flight.fail(new AriError('timed_out', `no reply to ${wanted.method} within ${wanted.limitMs} ms`)),
      );
      const done = (): void => {
        limit.cancel();
        inFlight.delete(id);
      };
      const flight: InFlight = {
        settle({ status, body }) {
          done();
          resolve({ status, body });
        },
        fail(error) {
          done();
          reject(error);
        },
      };
      inFlight.set(id, flight);
      socket.send(textOf(id, wanted));
    });
  }

  async function close(): Promise<void> {
    if (socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    const impatience = clock.setTimer(1_000, () => socket.terminate());
    cutReason ??= 'we closed the connection';
    socket.close(1000);
    await closed;
    impatience.cancel();
  }

  return { request, close, cut };
}

function textOf(id: string, { method, path, body }: AriRequest): string {
  const envelope = { type: 'RESTRequest', transaction_id: id, request_id: id, method, uri: path };
  const content =
    body === null ? {} : { content_type: 'application/json', message_body: JSON.stringify(body) };
  return JSON.stringify({ ...envelope, ...content });
}

function errorOfStatus(status: number): AriError {
  if (status === 401 || status === 403) return new AriError('unauthorised', `HTTP status ${status}`);
  if (status === 404) return new AriError('ari_missing', 'there is an HTTP server, but no ARI');
  return new AriError('unreachable', `HTTP status ${status}`);
}

function reasonOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
