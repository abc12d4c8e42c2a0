import { once } from 'node:events';
import WebSocket from 'ws';
import type { BareOrder } from './bare-contender.ts';

/** What is read of an event; there is much more in it. */
export interface BareEvent {
  type: string;
  channel?: { id: string };
  playback?: { id: string };
}

export interface BareAri {
  /** Nobody waits for the reply. */
  ask(method: 'POST' | 'DELETE', path: string, query?: Readonly<Record<string, string>>): void;
}

/** Requests and events over one WebSocket. */
export async function openBareAri(
  { ariUrl, ariUser, ariPassword, ariApp }: BareOrder,
  onEvent: (event: BareEvent) => void,
): Promise<BareAri> {
  const socket = new WebSocket(`${ariUrl.replace(/^http/, 'ws')}/ari/events?app=${ariApp}`, {
    auth: `${ariUser}:${ariPassword}`,
    perMessageDeflate: false,
    skipUTF8Validation: true,
  });
  socket.on('message', (data: Buffer) => onEvent(JSON.parse(data.toString()) as BareEvent));
  await once(socket, 'open');
  let asked = 0;
  return {
    ask(method, path, query = {}) {
      asked += 1;
      const id = String(asked);
      const query_strings = Object.entries(query).map(([name, value]) => ({ name, value }));
      const request = { type: 'RESTRequest', transaction_id: id, request_id: id, method, uri: path };
      socket.send(JSON.stringify({ ...request, query_strings }));
    },
  };
}
