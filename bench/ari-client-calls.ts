import client, { type AriChannel } from 'ari-client';
import { setTimeout as pause } from 'node:timers/promises';
import type { AriClientMessage, AriClientOrder } from './ari-client-contender.ts';

/**
 * The same call by the npm package `ari-client`: its listeners are for all channels, not one for each, since those leak. It keeps nothing,
 * reports nothing and knows no flow: what is measured is the package.
 */
const [url = '', user = '', password = '', app = ''] = process.argv.slice(2);
const connection = await client.connect(url, user, password);
const tell = (message: AriClientMessage): void => void process.send?.(message);
let order: AriClientOrder = { calls: 0, perSecond: 1, first: 0, question: '', thanks: '' };
let ended = 0;

const questionOf = (channelId: string): string => `${channelId}-question`;
const thanksOf = (channelId: string): string => `${channelId}-thanks`;
const ignoreGone = (): undefined => undefined;
const channels = new Map<string, AriChannel>();

connection.on('StasisStart', (_event, channel) => {
  channels.set(channel.id, channel);
  void channel.play({ media: order.question, playbackId: questionOf(channel.id) }).catch(ignoreGone);
});
connection.on('ChannelDtmfReceived', (_event, channel) => {
  void connection.playbacks.stop({ playbackId: questionOf(channel.id) }).catch(ignoreGone);
  void channel.play({ media: order.thanks, playbackId: thanksOf(channel.id) }).catch(ignoreGone);
});
connection.on('PlaybackFinished', ({ playback }) => {
  const channelId = playback.id.replace(/-thanks$/, '');
  if (channelId === playback.id) return;
  void channels.get(channelId)?.hangup().catch(ignoreGone);
});
connection.on('ChannelDestroyed', (_event, channel) => {
  channels.delete(channel.id);
  ended += 1;
  if (ended === order.calls) tell('ended');
});

process.on('message', (given: AriClientOrder) => {
  order = given;
  ended = 0;
  void callAll(given);
});
process.on('disconnect', () => process.exit());

async function callAll({ calls, perSecond, first }: AriClientOrder): Promise<void> {
  const startAt = performance.now();
  for (let index = 0; index < calls; index += 1) {
    const waitMs = startAt + (index * 1000) / perSecond - performance.now();
    if (waitMs > 0) await pause(waitMs);
    const channelId = `call-${first + index}`;
    void connection.channels.originate({
      endpoint: `PJSIP/+91${first + index}@carrier-a`,
      app,
      channelId,
      timeout: 30,
    });
  }
}

await connection.start(app);
tell('ready');
