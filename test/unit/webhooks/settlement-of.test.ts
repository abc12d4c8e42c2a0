import { expect, test } from 'vitest';

import type { ClaimedDelivery } from '../../../src/domain/webhooks/delivery.ts';
import { settlementOf, untried } from '../../../src/workflows/settlement-of.ts';
import type { SendResult } from '../../../src/webhooks/webhook-sender.ts';

const now = 1_000_000;
const refused: SendResult = {
  result: 'retry',
  reason: 'The receiver answered 500.',
  status: 500,
  retryAfterMs: null,
};

test.each<{ what: string; tries: number; sent: SendResult; settled: object }>([
  {
    what: 'delivered',
    tries: 3,
    sent: { result: 'delivered', status: 204 },
    settled: { state: 'delivered', tries: 4, status: 204, at: now },
  },
  {
    what: 'due again by the schedule',
    tries: 0,
    sent: refused,
    settled: {
      state: 'pending',
      tries: 1,
      status: 500,
      nextTryAt: now + 5000,
      error: 'The receiver answered 500.',
    },
  },
  {
    what: 'due again when the receiver asked for it',
    tries: 0,
    sent: { ...refused, retryAfterMs: 60_000 },
    settled: { state: 'pending', tries: 1, nextTryAt: now + 60_000 },
  },
  {
    what: 'dead after its tenth try',
    tries: 9,
    sent: refused,
    settled: { state: 'dead', tries: 10, at: now, error: 'The receiver answered 500.' },
  },
  {
    what: 'dead when the receiver wants no more',
    tries: 0,
    sent: { result: 'gone', status: 410 },
    settled: { state: 'dead', tries: 1, status: 410 },
  },
])('a delivery is $what', ({ tries, sent, settled }) => {
  const delivery = { id: 'dlv_1', tries } as ClaimedDelivery;
  expect(settlementOf(delivery, { sent, now, random: 0 })).toMatchObject({ id: 'dlv_1', ...settled });
});

test('a delivery that nobody tried goes back as it came, and costs no try', () => {
  const delivery = { id: 'dlv_1', tries: 3 } as ClaimedDelivery;
  expect(untried({ delivery, nextTryAt: now + 7 })).toEqual({
    ...{ id: 'dlv_1', state: 'pending', tries: 3, nextTryAt: now + 7 },
    ...{ status: null, error: null },
  });
});
