import { expect, it } from 'vitest';
import { ariAddress } from '../../../src/telephony/asterisk/ari-address.ts';

it.each([
  ['http://127.0.0.1:8088', 'http://127.0.0.1:8088', '/ari/', 'ws://127.0.0.1:8088/ari/events?app=a%20b'],
  ['http://127.0.0.1:8088/', 'http://127.0.0.1:8088', '/ari/', 'ws://127.0.0.1:8088/ari/events?app=a%20b'],
  ['http://pbx:8088/ari', 'http://pbx:8088', '/ari/', 'ws://pbx:8088/ari/events?app=a%20b'],
  ['https://pbx/asterisk/ari/', 'https://pbx', '/asterisk/ari/', 'wss://pbx/asterisk/ari/events?app=a%20b'],
  ['ws://pbx:8088', 'http://pbx:8088', '/ari/', 'ws://pbx:8088/ari/events?app=a%20b'],
])('finds ARI at %s', (url, origin, basePath, eventsUrl) => {
  const address = ariAddress(url);
  expect([address.origin, address.basePath, address.eventsUrl('a b')]).toEqual([origin, basePath, eventsUrl]);
});
