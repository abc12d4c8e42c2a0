import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { openBareAri, type BareEvent } from './bare-ari.ts';
import type { BareMessage, BareOrder } from './bare-contender.ts';
import { openBareRecord, type BareCall } from './bare-record.ts';
import { createBareWebhooks } from './bare-webhooks.ts';

/**
 * The same call by a program that does what it cannot do without, and nothing else: it takes a request, has Asterisk dial, play and hang up over one WebSocket,
 * keeps each of seven moves in PostgreSQL before it is told, and sends a signed webhook for each. Nothing is validated, sealed, limited, retried
 * or taken up again; whoever kills it loses calls. What the gateway costs beyond this is its rules.
 */
const order = await new Promise<BareOrder>((resolve) => process.once('message', resolve));
const tell = (message: BareMessage): void => void process.send?.(message);

const webhooks = createBareWebhooks({ ...order, onDelivered: (id) => record.delivered(id) });
const record = await openBareRecord(order.postgres, (call, events) => webhooks.send(call, events));
const ari = await openBareAri(order, happened);
const calls = new Map<string, BareCall>();

const questionOf = (id: string): string => `${id}-question`;
const thanksOf = (id: string): string => `${id}-thanks`;

async function accept(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { to } = (await json(request)) as { to: string };
  const call: BareCall = { id: `call_${randomUUID()}`, to, status: 'queued', sequence: 0, told: null };
  await record.accept(call);
  response
    .writeHead(202, { 'content-type': 'application/json' })
    .end(JSON.stringify({ id: call.id, to, status: call.status }));
  calls.set(call.id, call);
  record.move(call, 'call.attempt_started', 'dialing');
  ari.ask('POST', 'channels', {
    endpoint: `PJSIP/${to}@carrier-a`,
    app: order.ariApp,
    channelId: call.id,
    timeout: '30',
  });
  record.move(call, 'call.ringing', 'dialing');
}

function happened({ type, channel, playback }: BareEvent): void {
  if (type === 'PlaybackFinished' && playback) {
    const id = playback.id.replace(/-thanks$/, '');
    if (id !== playback.id) ari.ask('DELETE', `channels/${id}`);
    return;
  }
  const call = calls.get(channel?.id ?? '');
  if (call) onChannel(call, type);
}

function onChannel(call: BareCall, type: string): void {
  const { id } = call;
  if (type === 'StasisStart') {
    ari.ask('POST', `channels/${id}/play`, { media: order.question, playbackId: questionOf(id) });
    record.move(call, 'call.answered', 'in_progress');
  } else if (type === 'ChannelDtmfReceived') {
    ari.ask('DELETE', `playbacks/${questionOf(id)}`);
    ari.ask('POST', `channels/${id}/play`, { media: order.thanks, playbackId: thanksOf(id) });
    record.move(call, 'call.response_recorded', 'in_progress');
  } else if (type === 'ChannelDestroyed') {
    record.move(call, 'call.attempt_ended', 'in_progress');
    record.move(call, 'call.ended', 'ended');
    calls.delete(id);
  }
}

// without the one that started it, nobody wants to know
process.on('disconnect', () => process.exit());
const server = createServer((request, response) => void accept(request, response));
server.listen(0, '127.0.0.1', () =>
  tell({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
);
