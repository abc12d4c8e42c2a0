import { expect, it } from 'vitest';
import type { AttemptId, ErasureId } from '../../../src/domain/ids.ts';
import { simulatorTrunk } from '../../../src/domain/calls/trunk.ts';
import type { Erasure } from '../../../src/domain/privacy/erasure.ts';
import type { OfferedCall } from '../../../src/telephony/telephony.ts';
import { clearAsterisks } from '../../../src/workflows/clear-asterisks.ts';
import { sampleIds, sampleVault } from '../../support/sample-call.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const at = 1_800_000_000_000;
const mine = '+919876543210';

const erasure: Erasure = {
  ...{ id: sampleIds.newId('era'), person: sampleVault.personOf(mine), requestedBy: 'office', doneAt: null },
  ...{ requestedAt: at, reachesUntil: at },
};

function written(callerNumber: string, offeredAt: number): OfferedCall {
  const leg = sampleIds.newId('att');
  return {
    leg,
    at: offeredAt,
    dialled: '+911412345678',
    callerNumber,
    callerWithheld: false,
    endpoint: 'carrier',
  };
}

/** Of one Asterisk, and what was done there. */
function asterisk(kept: { over?: OfferedCall[]; recorded?: AttemptId[] }) {
  const removed: string[] = [];
  const telephony = {
    storedRecordings: () =>
      Promise.resolve((kept.recorded ?? []).map((leg) => ({ leg, recordingId: 'recording-1' }))),
    removeRecording: (leg: AttemptId) => Promise.resolve(void removed.push(leg)),
    writtenCalls: () => Promise.resolve({ over: kept.over ?? [], isComplete: true }),
    removeWritten: (leg: AttemptId) => Promise.resolve(void removed.push(leg)),
  };
  return { telephony, removed };
}

function clear(asterisks: Record<string, ReturnType<typeof asterisk>>, waiting: Record<string, Erasure[]>) {
  const cleared: Record<string, readonly ErasureId[]> = {};
  const done = clearAsterisks({
    erasures: {
      waitingFor: (name) => Promise.resolve(waiting[name] ?? []),
      cleared: (name, ids) => Promise.resolve(void (cleared[name] = ids)),
    },
    asterisks: () => Object.entries(asterisks).map(([name, { telephony }]) => [name, telephony] as const),
    trunks: [simulatorTrunk],
    personOf: (number) => sampleVault.personOf(number),
    attemptsInNeed: () => Promise.resolve(new Set()),
    clock: new VirtualClock(at),
  });
  return { done, cleared };
}

it('removes what an Asterisk wrote down of the person up to the erasure, and nothing of others or of later', async () => {
  const [theirs, national] = [written(mine, at), written('919876543210', at - 1)];
  const over = [theirs, national, written(mine, at + 1), written('+919876543211', at), written('', at)];
  const north = asterisk({ over });
  const { done, cleared } = clear({ north }, { north: [erasure] });
  await done;
  expect(north.removed).toEqual([theirs.leg, national.leg]);
  expect(cleared).toEqual({ north: [erasure.id] });
});

it('removes recordings that nobody needs any more, at once', async () => {
  const leg = sampleIds.newId('att');
  const north = asterisk({ recorded: [leg] });
  await clear({ north }, { north: [erasure] }).done;
  expect(north.removed).toEqual([leg]);
});

it('asks no Asterisk for which no erasure waits', async () => {
  const south = asterisk({ over: [written(mine, at)] });
  const { done, cleared } = clear({ south }, {});
  await done;
  expect(south.removed).toEqual([]);
  expect(cleared).toEqual({});
});
