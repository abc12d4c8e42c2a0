import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAriMessage } from '../../../src/telephony/asterisk/ari-message.ts';

const timestamp = '2026-11-21T02:56:19.209+0000';
const channel = {
  id: 'att_1',
  name: 'PJSIP/carrier-00000001',
  state: 'Up',
  caller: { name: '', number: '' },
};
const playback = {
  id: 'att_1-a',
  media_uri: 'sound:/data/q1',
  next_media_uri: 'sound:/data/silence',
  target_uri: 'channel:att_1',
  language: 'en',
};
const base = { timestamp, asterisk_id: '02:fc', application: 'ivrs' };

const events: [object, object][] = [
  [
    { type: 'StasisStart', args: [], channel },
    { type: 'StasisStart', channelId: 'att_1', incoming: null },
  ],
  [
    {
      type: 'StasisStart',
      args: ['incoming', 'allowed_not_screened'],
      channel: {
        ...{ id: 'gw-1795225923.0', name: 'PJSIP/carrier-a-00000001' },
        ...{ caller: { name: 'x', number: '+919876543210' }, dialplan: { exten: '+911412345678' } },
      },
    },
    {
      ...{ type: 'StasisStart', channelId: 'gw-1795225923.0' },
      incoming: {
        ...{ dialled: '+911412345678', callerNumber: '+919876543210' },
        ...{ callerWithheld: false, endpoint: 'carrier-a' },
      },
    },
  ],
  [
    {
      ...{ type: 'StasisStart', args: ['incoming', 'prohib_passed_screen'] },
      channel: { id: 'gw-1795225923.1', name: 'PJSIP/carrier-a-00000002' },
    },
    {
      ...{ type: 'StasisStart', channelId: 'gw-1795225923.1' },
      incoming: { dialled: '', callerNumber: '', callerWithheld: true, endpoint: 'carrier-a' },
    },
  ],
  [
    { type: 'StasisEnd', channel },
    { type: 'StasisEnd', channelId: 'att_1' },
  ],
  [
    { type: 'Dial', dialstatus: 'RINGING', forward: '', dialstring: '1@carrier', peer: channel },
    { type: 'Dial', channelId: 'att_1', dialStatus: 'RINGING', redirected: false },
  ],
  [
    { type: 'Dial', dialstatus: 'CANCEL', forward: '9000000000', dialstring: '', peer: channel },
    { type: 'Dial', channelId: 'att_1', dialStatus: 'CANCEL', redirected: true },
  ],
  [
    { type: 'ChannelDtmfReceived', digit: '#', duration_ms: 160, channel },
    { type: 'ChannelDtmfReceived', channelId: 'att_1', digit: '#', durationMs: 160 },
  ],
  [
    { type: 'ChannelDestroyed', cause: 17, cause_txt: 'User busy', tech_cause: 486, channel },
    { type: 'ChannelDestroyed', channelId: 'att_1', cause: 17, techCause: 486 },
  ],
  [
    { type: 'ChannelDestroyed', cause: 16, channel },
    { type: 'ChannelDestroyed', channelId: 'att_1', cause: 16, techCause: null },
  ],
  [
    { type: 'PlaybackStarted', playback: { ...playback, state: 'playing' } },
    { type: 'PlaybackStarted', channelId: 'att_1', playbackId: 'att_1-a', mediaUri: 'sound:/data/q1' },
  ],
  [
    { type: 'PlaybackContinuing', playback: { ...playback, state: 'continuing' } },
    { type: 'PlaybackContinuing', channelId: 'att_1', playbackId: 'att_1-a', mediaUri: 'sound:/data/q1' },
  ],
  [
    { type: 'PlaybackFinished', playback: { ...playback, state: 'failed' } },
    {
      type: 'PlaybackFinished',
      channelId: 'att_1',
      playbackId: 'att_1-a',
      mediaUri: 'sound:/data/q1',
      failed: true,
    },
  ],
  [{ type: 'ApplicationReplaced' }, { type: 'ApplicationReplaced' }],
];

describe('parseAriMessage', () => {
  it.each(events)('reads %j', (sent, event) => {
    const message = parseAriMessage(JSON.stringify({ ...sent, ...base }));
    expect(message).toEqual({ kind: 'event', event: { ...event, timestamp } });
  });

  it('reads a reply and the JSON text within it', () => {
    const reply = {
      type: 'RESTResponse',
      request_id: '7',
      status_code: 409,
      message_body: '{"message":"exists"}',
    };
    expect(parseAriMessage(JSON.stringify(reply))).toEqual({
      kind: 'reply',
      requestId: '7',
      status: 409,
      body: { message: 'exists' },
    });
  });

  it('passes over types that nobody reads, those named like parts of an object included', () => {
    for (const type of ['ChannelVarset', 'toString', '__proto__', 'constructor'])
      expect(parseAriMessage(JSON.stringify({ type }))).toEqual({ kind: 'ignored', type });
  });

  it.each([
    ['Dial', 'peer'],
    ['StasisStart', 'channel'],
    ['ChannelDtmfReceived', 'channel'],
    ['ChannelDestroyed', 'channel'],
    ['PlaybackFinished', 'playback'],
  ])('calls a %s without its %s malformed', (type) => {
    expect(parseAriMessage(JSON.stringify({ type, timestamp }))).toMatchObject({ kind: 'malformed' });
  });

  it('never throws, whatever the text', () => {
    const types = fc.constantFrom(...events.map(([sent]) => (sent as { type: string }).type), 'RESTResponse');
    const nearly = fc.record(
      {
        type: types,
        channel: fc.anything(),
        peer: fc.anything(),
        playback: fc.anything(),
        message_body: fc.string(),
      },
      { requiredKeys: ['type'] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), nearly.map(textOf)), (text) => {
        expect(['event', 'reply', 'ignored', 'malformed']).toContain(parseAriMessage(text).kind);
      }),
    );
  });
});

function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part));
}
