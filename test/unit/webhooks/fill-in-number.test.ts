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
    what: 'from of a missed call, not the line',
    data: { missed_call: { id: 'mc_1', line: masked, from: masked } },
    filled: { missed_call: { id: 'mc_1', line: masked, from: number } },
  },
  {
    what: 'nothing of a missed call whose number was withheld',
    data: { missed_call: { id: 'mc_1', line: masked, from: null } },
    filled: { missed_call: { id: 'mc_1', line: masked, from: null } },
  },
  {
    what: 'from of an opt-in, not its list or its proof',
    data: { opt_in: 'opi_1', list: masked, from: masked, proof: { line: masked } },
    filled: { opt_in: 'opi_1', list: masked, from: number, proof: { line: masked } },
  },
  {
    what: 'from of an opt-out',
    data: { opt_out: 'opo_1', scope: 'all', from: masked },
    filled: { opt_out: 'opo_1', scope: 'all', from: number },
  },
  {
    what: 'nothing in an event about nobody',
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
