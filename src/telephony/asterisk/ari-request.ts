/**
 * One request to ARI. Those that block in Asterisk until the running prompt or recording is over go over HTTP, since the WebSocket
 * serves strictly one request after the other; all else shares the WebSocket with the events.
 */
export interface AriRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/ari/`, encoded, without a query. */
  path: string;
  /** Parameters, all in one JSON body: mixing them with a query string is not dependable. Null for none. */
  body: object | null;
  over: 'socket' | 'http';
  limitMs: number;
}

export interface AriReply {
  /** An HTTP status, over the WebSocket too. */
  status: number;
  /** Parsed JSON, or null where there was none. */
  body: unknown;
}

export type SendAriRequest = (request: AriRequest) => Promise<AriReply>;

export interface Origination {
  channelId: string;
  endpoint: string;
  context: string;
  extension: string;
  callerId: string | null;
  /** Asterisk itself gives up ringing after this long. */
  timeoutSeconds: number;
  absoluteTimeoutSeconds: number;
  /** Tell of sound from the phone, with so much silence as its end; null: don't. */
  talkPauseMs: number | null;
}

/**
 * Average magnitude of a frame's samples from which on it is speech: about −36 dBFS. Asterisk's own 256 takes a busy street for speech; greetings
 * of machines, and people who hold a phone, are 10 dB louder than this.
 */
const leastLoudness = 512;
const quickMs = 5_000;
/** A channel's thread may be busy for as long as a prompt runs. */
const blockingMs = 30_000;

/** Every operation of ARI that we use: one function each, so that paths and parameters are in this table only. */
export const ariRequests = {
  originate: (o: Origination): AriRequest =>
    onSocket('POST', `channels/${encodeURIComponent(o.channelId)}`, {
      endpoint: o.endpoint,
      context: o.context,
      extension: o.extension,
      priority: 1,
      timeout: o.timeoutSeconds,
      ...(o.callerId === null ? {} : { callerId: o.callerId }),
      variables: {
        'TIMEOUT(absolute)': String(o.absoluteTimeoutSeconds),
        ...(o.talkPauseMs === null ? {} : { 'TALK_DETECT(set)': `${o.talkPauseMs},${leastLoudness}` }),
      },
    }),
  /** A Local channel whose far half, `<id>;2`, runs through the dialplan like an answered phone. */
  originateLocal: (o: { channelId: string; context: string; extension: string }): AriRequest =>
    onSocket('POST', `channels/${encodeURIComponent(o.channelId)}`, {
      endpoint: `Local/${o.extension}@${o.context}/n`,
      otherChannelId: `${o.channelId};2`,
      context: o.context,
      extension: o.extension,
      priority: 1,
      timeout: 10,
      variables: { 'TIMEOUT(absolute)': '10' },
    }),
  /** What a channel has received, among others. */
  rtpStatistics: (channelId: string): AriRequest =>
    onSocket('GET', `channels/${encodeURIComponent(channelId)}/rtp_statistics`, null),
  hangUp: (channelId: string): AriRequest =>
    onSocket('DELETE', `channels/${encodeURIComponent(channelId)}`, { reason: 'normal' }),
  /** To whoever calls: 486. */
  refuse: (channelId: string): AriRequest =>
    onSocket('DELETE', `channels/${encodeURIComponent(channelId)}`, { reason: 'busy' }),
  ring: (channelId: string): AriRequest =>
    onSocket('POST', `channels/${encodeURIComponent(channelId)}/ring`, null),
  play: (o: { channelId: string; playbackId: string; media: readonly string[] }): AriRequest =>
    onSocket('POST', `channels/${encodeURIComponent(o.channelId)}/play/${encodeURIComponent(o.playbackId)}`, {
      // in a JSON body it is an array (measured): commas are split in a query string only
      media: o.media,
    }),
  stopPlayback: (playbackId: string): AriRequest =>
    onSocket('DELETE', `playbacks/${encodeURIComponent(playbackId)}`, null),
  /** A channel that hears what the other hears or says; it comes to our application under its own id. */
  snoop: (o: { channelId: string; snoopId: string; app: string; spy: 'in' | 'both' }): AriRequest =>
    onSocket('POST', `channels/${encodeURIComponent(o.channelId)}/snoop/${encodeURIComponent(o.snoopId)}`, {
      app: o.app,
      spy: o.spy,
    }),
  record: (o: {
    channelId: string;
    name: string;
    maxDurationSeconds: number;
    maxSilenceSeconds: number;
  }): AriRequest =>
    onSocket('POST', `channels/${encodeURIComponent(o.channelId)}/record`, {
      name: o.name,
      format: 'wav',
      maxDurationSeconds: o.maxDurationSeconds,
      maxSilenceSeconds: o.maxSilenceSeconds,
      ifExists: 'fail',
      beep: false,
      terminateOn: 'none',
    }),
  stopRecording: (name: string): AriRequest =>
    onSocket('POST', `recordings/live/${encodeURIComponent(name)}/stop`, null),
  liveRecording: (name: string): AriRequest =>
    onSocket('GET', `recordings/live/${encodeURIComponent(name)}`, null),
  storedRecording: (name: string): AriRequest =>
    onSocket('GET', `recordings/stored/${encodeURIComponent(name)}`, null),
  listStoredRecordings: (): AriRequest => overHttp('GET', 'recordings/stored', null),
  recordingFile: (name: string): AriRequest =>
    overHttp('GET', `recordings/stored/${encodeURIComponent(name)}/file`, null),
  removeRecording: (name: string): AriRequest =>
    overHttp('DELETE', `recordings/stored/${encodeURIComponent(name)}`, null),
  /** Making a bridge that exists already changes nothing. */
  createBridge: (bridgeId: string): AriRequest =>
    // with events of keys, which else would pass from phone to phone unseen
    overHttp('POST', `bridges/${encodeURIComponent(bridgeId)}`, { type: 'mixing,dtmf_events' }),
  bridge: (bridgeId: string): AriRequest => onSocket('GET', `bridges/${encodeURIComponent(bridgeId)}`, null),
  listBridges: (): AriRequest => onSocket('GET', 'bridges', null),
  addToBridge: (o: { bridgeId: string; channelIds: readonly string[] }): AriRequest =>
    overHttp('POST', `bridges/${encodeURIComponent(o.bridgeId)}/addChannel`, { channel: o.channelIds }),
  removeFromBridge: (o: { bridgeId: string; channelId: string }): AriRequest =>
    overHttp('POST', `bridges/${encodeURIComponent(o.bridgeId)}/removeChannel`, { channel: [o.channelId] }),
  removeBridge: (bridgeId: string): AriRequest =>
    overHttp('DELETE', `bridges/${encodeURIComponent(bridgeId)}`, null),
  listChannels: (): AriRequest => onSocket('GET', 'channels', null),
  listEndpoints: (): AriRequest => overHttp('GET', 'endpoints/PJSIP', null),
  application: (app: string): AriRequest => onSocket('GET', `applications/${encodeURIComponent(app)}`, null),
  subscribe: (app: string, eventSource: string): AriRequest =>
    onSocket('POST', `applications/${encodeURIComponent(app)}/subscription`, { eventSource }),
  filterEvents: (app: string, disallowed: readonly string[]): AriRequest =>
    onSocket('PUT', `applications/${encodeURIComponent(app)}/eventFilter`, {
      disallowed: disallowed.map((type) => ({ type })),
    }),
  info: (): AriRequest => onSocket('GET', 'asterisk/info', null),
  module: (name: string): AriRequest => onSocket('GET', `asterisk/modules/${encodeURIComponent(name)}`, null),
  answer: (channelId: string): AriRequest =>
    overHttp('POST', `channels/${encodeURIComponent(channelId)}/answer`, null),
  setVariable: (o: { channelId: string; variable: string; value: string }): AriRequest =>
    overHttp('POST', `channels/${encodeURIComponent(o.channelId)}/variable`, {
      variable: o.variable,
      value: o.value,
    }),
};

function onSocket(method: AriRequest['method'], path: string, body: object | null): AriRequest {
  return { method, path, body, over: 'socket', limitMs: quickMs };
}

function overHttp(method: AriRequest['method'], path: string, body: object | null): AriRequest {
  return { method, path, body, over: 'http', limitMs: blockingMs };
}
