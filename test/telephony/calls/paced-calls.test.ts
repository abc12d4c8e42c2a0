import { expect, it } from 'vitest';
import { labTrunk } from '../../../asterisk/lab-trunks.ts';
import { mostInASecond, spanOf } from '../../support/invite-witness.ts';
import { useCallLab } from '../../support/running-gateway.ts';

const callsPerSecond = 4;
const lab = useCallLab({ trunks: [labTrunk('carrier-a', { calls_per_second: callsPerSecond })] });

it('the network sees no more INVITEs in any second than the trunk’s pace allows, and hardly fewer', async () => {
  const { gateway, invites } = lab();
  // each is busy after two seconds
  const numbers = Array.from({ length: 20 }, (_, index) => `+91900017${String(1_000 + index)}`);
  const placed = await Promise.all(numbers.map((to) => gateway.place(to)));
  for (const { id } of placed) await gateway.ended(id);

  expect(invites.all).toHaveLength(numbers.length);
  expect(mostInASecond(invites.all)).toBeLessThanOrEqual(callsPerSecond);
  // between twenty of them lie nineteen spaces
  const spacesMs = (19 / callsPerSecond) * 1_000;
  expect(spanOf(invites.all)).toBeGreaterThanOrEqual(spacesMs);
  expect(spanOf(invites.all)).toBeLessThan(spacesMs * 1.5);
});
