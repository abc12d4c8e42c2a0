import { expect, test } from 'vitest';

import { fillInNumber } from '../../../src/domain/webhooks/fill-in-number.ts';

const number = '+919876543210';
const masked = '+91******3210';

test.each([
  {
    what: "an outgoing call's to",
    data: { call: { id: 'call_1', direction: 'outgoing', to: masked, from: null } },
    filled: { call: { id: 'call_1', direction: 'outgoing', to: number, from: null } },
  },
  {
    what: "an incoming call's from, not the line it came in on",
    data: { call: { direction: 'incoming', to: masked, from: masked } },
    filled: { call: { direction: 'incoming', to: masked, from: number } },
  },
  {
    what: 'from beside the call, where it is the same person',
    data: { call: { direction: 'outgoing', to: masked, from: null }, scope: 'all', from: masked },
    filled: { call: { direction: 'outgoing', to: number, from: null }, scope: 'all', from: number },
  },
  {
    what: 'nothing in what somebody else wrote',
    data: {
      call: { direction: 'outgoing', to: masked, reference: masked, metadata: { to: masked } },
      from: 'x',
    },
    filled: {
      call: { direction: 'outgoing', to: number, reference: masked, metadata: { to: masked } },
      from: 'x',
    },
  },
  {
    what: 'nothing in an event of no call',
    data: { campaign: { id: 'cmp_1' } },
    filled: { campaign: { id: 'cmp_1' } },
  },
  { what: 'nothing that was erased', data: { call: { to: null } }, filled: { call: { to: null } } },
])('fills in $what', ({ data, filled }) => {
  const event = { type: 'call.ended', timestamp: '2026-01-05T09:00:00.000Z', id: 'evt_1', sequence: 3 };
  expect(fillInNumber(JSON.stringify({ ...event, data }), number)).toBe(
    JSON.stringify({ ...event, data: filled }),
  );
});

test('changes nothing when there is no data at all', () => {
  expect(fillInNumber('{"type":"x"}', number)).toBe('{"type":"x"}');
});
