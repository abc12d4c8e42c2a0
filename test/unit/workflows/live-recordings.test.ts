import { expect, it } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { Simulator } from '../../../src/telephony/simulator/simulator.ts';
import type { RecordingState } from '../../../src/telephony/telephony.ts';
import { LiveRecordings } from '../../../src/workflows/live-recordings.ts';
import { InMemorySounds } from '../../support/in-memory-sounds.ts';
import { newLegId } from '../../support/lab.ts';
import { sampleIds } from '../../support/sample-call.ts';
import { silentLog } from '../../support/silent-log.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** What the network says of the recording, each time that it is asked; `full`: ours is a disk that has no room at that moment. */
type Said = RecordingState | 'full';

async function* second(): AsyncGenerator<Uint8Array, void, undefined> {
  yield await Promise.resolve(new Uint8Array(44 + 16_000));
}

/** Asks for the sound of a call whose leg is gone. */
async function keptCall(said: readonly Said[]) {
  const clock = new VirtualClock(0);
  const telephony = new Simulator({ clock: systemClock, soundDurationMs: () => null });
  const left = [...said];
  let present: Said = 'missing';
  let removed = 0;
  telephony.recordingState = () => {
    present = left.shift() ?? 'missing';
    return Promise.resolve(present === 'full' ? 'finished' : present);
  };
  telephony.readRecording = () => Promise.resolve(second());
  telephony.removeRecording = () => Promise.resolve(void (removed += 1));
  const sounds = new InMemorySounds();
  const keep = sounds.keep.bind(sounds);
  sounds.keep = (id, pieces) =>
    present === 'full' ? Promise.reject(new Error('no room')) : keep(id, pieces);
  const recordings = new LiveRecordings(
    { telephony, sounds, clock, log: silentLog, ids: sampleIds, randomDigits: () => '12345' },
    newLegId(),
  );
  const keeping = recordings.keptCall();
  await clock.advanceBy(60_000);
  return { kept: await keeping, removed, unasked: left.length, timers: clock.pendingTimers };
}

it.each<{ said: Said[]; kept: boolean }>([
  { said: ['finished'], kept: true },
  { said: ['running', 'running', 'finished'], kept: true },
  { said: ['full', 'full', 'finished'], kept: true },
  { said: ['missing'], kept: false },
  { said: ['running', 'missing'], kept: false },
  { said: ['running', 'running', 'running', 'running'], kept: false },
  { said: ['full', 'full', 'full', 'full'], kept: false },
])('the sound of a whole call that is $said is kept: $kept', async ({ said, kept }) => {
  const result = await keptCall(said);
  expect(result).toEqual({
    kept: kept ? { durationMs: 1_000 } : null,
    // what is not stored here stays in the network
    removed: kept ? 1 : 0,
    unasked: 0,
    timers: 0,
  });
});
