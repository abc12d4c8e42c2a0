import { longestCallerText } from '../telephony.ts';
import { recordingNamed } from './recording-name.ts';

/**
 * What comes over ARI's WebSocket, read narrowly: only the fields that we use, and a text that is not what we expect is
 * `malformed`, never an exception. Event types that we do not use are `ignored`.
 */
export type AriMessage =
  | { kind: 'event'; event: AriEvent }
  | { kind: 'reply'; requestId: string; status: number; body: unknown }
  | { kind: 'ignored'; type: string }
  | { kind: 'malformed'; reason: string };

/** `timestamp` is Asterisk's own clock, as text: it tells repeats apart from news. */
export type AriEvent = AriChannelEvent | { type: 'ApplicationReplaced'; timestamp: string };

export type AriChannelEvent = { timestamp: string; channelId: string } &
  /** `incoming`: somebody calls us; null for a phone that we dialled, and for all else that comes to our application. */
  (
    | { type: 'StasisStart'; incoming: IncomingChannel | null }
    | { type: 'StasisEnd' }
    /** `redirected`: the far end answered with 3xx, and Asterisk dials the other number by itself. */
    | { type: 'Dial'; dialStatus: string; redirected: boolean }
    | { type: 'ChannelTalkingStarted' | 'ChannelTalkingFinished' }
    | { type: 'ChannelDtmfReceived'; digit: string; durationMs: number | null }
    /** `techCause` is the SIP status of a failure; absent where there was none, and where we hung up. */
    | { type: 'ChannelDestroyed'; cause: number | null; techCause: number | null }
    | { type: 'PlaybackStarted' | 'PlaybackContinuing'; playbackId: string; mediaUri: string }
    | { type: 'PlaybackFinished'; playbackId: string; mediaUri: string; failed: boolean }
    /** `channelId` is that of the leg that is recorded. */
    | { type: 'RecordingFinished' | 'RecordingFailed'; recordingId: string }
  );

/** What Asterisk tells of somebody who calls, as it tells it. */
export interface IncomingChannel {
  dialled: string;
  callerNumber: string;
  callerWithheld: boolean;
  endpoint: string;
}

/** The dialplan hands calls to us as `Stasis(app,incoming,presentation)`. */
export const incomingWord = 'incoming';

type Json = Record<string, unknown>;

export function parseAriMessage(text: string): AriMessage {
  const json = parseJson(text);
  if (!isObject(json)) return { kind: 'malformed', reason: 'not a JSON object' };
  const type = json['type'];
  if (typeof type !== 'string') return { kind: 'malformed', reason: 'no type' };
  if (type === 'RESTResponse') return readReply(json);
  const read = Object.hasOwn(readers, type) ? readers[type as AriEvent['type']] : undefined;
  if (read === undefined) return { kind: 'ignored', type };
  const event = read(json, string(json['timestamp']) ?? '');
  return event === null
    ? { kind: 'malformed', reason: `${type} lacks a field that it must have` }
    : { kind: 'event', event };
}

function readReply(json: Json): AriMessage {
  const requestId = string(json['request_id']);
  const status = number(json['status_code']);
  if (requestId === null || status === null)
    return { kind: 'malformed', reason: 'RESTResponse lacks its id or status' };
  const body = json['message_body'];
  return { kind: 'reply', requestId, status, body: typeof body === 'string' ? parseJson(body) : null };
}

type Reader = (json: Json, timestamp: string) => AriEvent | null;

const readers: Record<AriEvent['type'], Reader> = {
  StasisStart: (json, timestamp) =>
    onChannel(json, (channelId) => {
      const [word, presentation] = Array.isArray(json['args']) ? (json['args'] as unknown[]) : [];
      const incoming =
        word === incomingWord ? incomingChannelOf(json['channel'], string(presentation) ?? '') : null;
      return { type: 'StasisStart', timestamp, channelId, incoming };
    }),
  StasisEnd: (json, timestamp) =>
    onChannel(json, (channelId) => ({ type: 'StasisEnd', timestamp, channelId })),
  Dial: (json, timestamp) => {
    const channelId = idOf(json['peer']);
    const dialStatus = string(json['dialstatus']);
    return channelId === null || dialStatus === null
      ? null
      : {
          type: 'Dial',
          timestamp,
          channelId,
          dialStatus,
          redirected: (string(json['forward']) ?? '') !== '',
        };
  },
  ChannelDtmfReceived: (json, timestamp) =>
    onChannel(json, (channelId) => {
      const digit = string(json['digit']);
      const durationMs = number(json['duration_ms']);
      return digit === null ? null : { type: 'ChannelDtmfReceived', timestamp, channelId, digit, durationMs };
    }),
  ChannelTalkingStarted: (json, timestamp) =>
    onChannel(json, (channelId) => ({ type: 'ChannelTalkingStarted', timestamp, channelId })),
  ChannelTalkingFinished: (json, timestamp) =>
    onChannel(json, (channelId) => ({ type: 'ChannelTalkingFinished', timestamp, channelId })),
  ChannelDestroyed: (json, timestamp) =>
    onChannel(json, (channelId) => {
      const [cause, techCause] = [number(json['cause']), number(json['tech_cause'])];
      return { type: 'ChannelDestroyed', timestamp, channelId, cause, techCause };
    }),
  PlaybackStarted: (json, timestamp) =>
    onPlayback(json, (playback) => ({ type: 'PlaybackStarted', timestamp, ...playback })),
  PlaybackContinuing: (json, timestamp) =>
    onPlayback(json, (playback) => ({ type: 'PlaybackContinuing', timestamp, ...playback })),
  PlaybackFinished: (json, timestamp) =>
    onPlayback(json, (playback, state) => ({
      type: 'PlaybackFinished',
      timestamp,
      ...playback,
      failed: state === 'failed',
    })),
  RecordingFinished: (json, timestamp) =>
    onRecording(json, (recording) => ({ type: 'RecordingFinished', timestamp, ...recording })),
  RecordingFailed: (json, timestamp) =>
    onRecording(json, (recording) => ({ type: 'RecordingFailed', timestamp, ...recording })),
  ApplicationReplaced: (_json, timestamp) => ({ type: 'ApplicationReplaced', timestamp }),
};

/**
 * Null where it is no channel of PJSIP, which alone can bring somebody who calls.
 *
 * @param presentation `CALLERID(num-pres)`, one of Asterisk's own words; whatever does not say that the number may be shown, withholds it
 */
export function incomingChannelOf(channel: unknown, presentation: string): IncomingChannel | null {
  if (!isObject(channel)) return null;
  const endpoint = /^PJSIP\/(.{1,80})-[0-9a-f]{8}$/.exec(string(channel['name']) ?? '')?.[1];
  if (endpoint === undefined) return null;
  const { caller, dialplan } = channel;
  return {
    dialled: textIn(dialplan, 'exten'),
    callerNumber: textIn(caller, 'number'),
    callerWithheld: !presentation.startsWith('allowed'),
    endpoint,
  };
}

function textIn(value: unknown, field: string): string {
  return ((isObject(value) ? string(value[field]) : null) ?? '').slice(0, longestCallerText);
}

function onChannel(json: Json, make: (channelId: string) => AriEvent | null): AriEvent | null {
  const channelId = idOf(json['channel']);
  return channelId === null ? null : make(channelId);
}

interface PlaybackFields {
  playbackId: string;
  channelId: string;
  mediaUri: string;
}

function onPlayback(
  json: Json,
  make: (playback: PlaybackFields, state: string | null) => AriEvent,
): AriEvent | null {
  const playback = json['playback'];
  if (!isObject(playback)) return null;
  const playbackId = string(playback['id']);
  const target = string(playback['target_uri']);
  if (playbackId === null || target === null) return null;
  const channelId = target.replace(/^channel:/, '');
  const mediaUri = string(playback['media_uri']) ?? '';
  return make({ playbackId, channelId, mediaUri }, string(playback['state']));
}

function onRecording(
  json: Json,
  make: (recording: { channelId: string; recordingId: string }) => AriEvent,
): AriEvent | null {
  const recording = json['recording'];
  const name = isObject(recording) ? string(recording['name']) : null;
  if (name === null) return null;
  const { leg, recordingId } = recordingNamed(name);
  return make({ channelId: leg, recordingId });
}

function idOf(value: unknown): string | null {
  return isObject(value) ? string(value['id']) : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function string(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
