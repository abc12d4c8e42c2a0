import { expect, it } from 'vitest';
import { attend } from '../../../src/domain/calls/call-moves.ts';
import { dialTransition, lastAttempt, noAnswerTransition, sampleCall } from '../../support/sample-call.ts';

const { call } = dialTransition(sampleCall(), { epoch: 7 });
const { id } = lastAttempt(call);

it('a live attempt is attended by whoever has the later lease, and nothing is reported of it', () => {
  const moved = attend(call, id, 8);
  expect(moved).toMatchObject({ result: 'moved', facts: [], call: { attempts: [{ id, epoch: 8 }] } });
});

it.each([
  ['under the same lease', call, 7],
  ['under an earlier one', call, 6],
  ['once it has ended', noAnswerTransition(call).call, 8],
])('but not %s', (_, before, epoch) => {
  expect(attend(before, id, epoch)).toMatchObject({ result: 'ignored' });
});
