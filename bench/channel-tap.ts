import WebSocket from 'ws';
import { once } from 'node:events';
import type { BenchAsterisk } from './start-bench-asterisk.ts';

/**
 * A second listener to ARI, which sees every channel of the carrier from the side. All its times are Asterisk's own, in milliseconds since
 * 1970, so nothing that happens in this process changes them. It costs Asterisk some CPU: no cost is measured while it listens.
 */
export interface ChannelTap {
  channels: ReadonlyMap<string, TappedChannel>;
  clear(): void;
  stop(): Promise<void>;
}

export interface TappedChannel {
  /** The phone was picked up: the 200 of its INVITE was handled. */
  pickedUpAt: number | null;
  /** The end of a key press. */
  keyAt: number | null;
  destroyedAt: number | null;
  plays: Play[];
}

export interface Play {
  playbackId: string;
  startedAt: number;
  /** Those that were begun, as media URIs. */
  sounds: string[];
}

interface TapEvent {
  type: string;
  timestamp: string;
  dialstatus?: string;
  channel?: { id: string };
  peer?: { id: string };
  playback?: { id: string; target_uri: string; media_uri: string };
}

const app = 'bench-tap';
const unused = [
  'ChannelVarset',
  'ChannelDialplan',
  'ChannelConnectedLine',
  'ChannelCallerId',
  'ChannelStateChange',
];

export async function startChannelTap({ asterisk, ari }: BenchAsterisk): Promise<ChannelTap> {
  const socket = new WebSocket(`${asterisk.ariUrl.replace(/^http/, 'ws')}/ari/events?app=${app}`, {
    auth: `${asterisk.ariUser}:${asterisk.ariPassword}`,
    perMessageDeflate: false,
  });
  const channels = new Map<string, TappedChannel>();
  socket.on('message', (data: Buffer) => note(channels, JSON.parse(data.toString()) as TapEvent));
  await once(socket, 'open');
  await ari('PUT', `applications/${app}/eventFilter`, { disallowed: unused.map((type) => ({ type })) });
  const subscription = { eventSource: 'endpoint:PJSIP/carrier-a' };
  await ari('POST', `applications/${app}/subscription`, subscription);
  return {
    channels,
    clear: () => channels.clear(),
    async stop() {
      // else Asterisk would go on making events for nobody
      await ari('DELETE', `applications/${app}/subscription`, subscription);
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

function note(channels: Map<string, TappedChannel>, event: TapEvent): void {
  const id =
    event.channel?.id ?? event.peer?.id ?? event.playback?.target_uri.replace(/^channel:/, '') ?? null;
  if (id === null) return;
  const channel = channels.get(id) ?? untouched();
  channels.set(id, channel);
  const at = Date.parse(event.timestamp);
  switch (event.type) {
    case 'Dial':
      if (event.dialstatus === 'ANSWER') channel.pickedUpAt = at;
      break;
    case 'ChannelDtmfReceived':
      channel.keyAt ??= at;
      break;
    case 'PlaybackStarted':
      if (event.playback) noteSound(channel.plays, event.playback, at);
      break;
    case 'ChannelDestroyed':
      channel.destroyedAt = at;
  }
}

/** Each sound of a play is told as a start of its own; the next play of a channel always has another id. */
function noteSound(plays: Play[], { id, media_uri }: { id: string; media_uri: string }, at: number): void {
  const last = plays.at(-1);
  if (last?.playbackId === id) last.sounds.push(media_uri);
  else plays.push({ playbackId: id, startedAt: at, sounds: [media_uri] });
}

function untouched(): TappedChannel {
  return { pickedUpAt: null, keyAt: null, destroyedAt: null, plays: [] };
}
