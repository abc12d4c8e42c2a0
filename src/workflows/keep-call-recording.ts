import type { CallRecording } from '../domain/calls/call.ts';
import type { SoundStore } from '../recordings/sound-store.ts';
import type { LegId, Telephony } from '../telephony/telephony.ts';

export interface KeepRecordingDependencies {
  telephony: Pick<Telephony, 'readRecording' | 'removeRecording'>;
  sounds: Pick<SoundStore, 'keep'>;
}

/** Under this the network records both sides of a whole call. */
export const callRecordingId = 'call';

const bytesPerMs = 16;
const headerBytes = 44;

/**
 * Brings the sound of a whole call from the phone network to where it is kept, sealed, under the attempt's id. Null when there is none.
 *
 * @throws TelephonyUnavailable, or the disk's fault; the network has it still
 */
export async function keepCallRecording(
  { telephony, sounds }: KeepRecordingDependencies,
  leg: LegId,
): Promise<CallRecording | null> {
  const pieces = await telephony.readRecording(leg, callRecordingId);
  if (pieces === null) return null;
  const bytes = await sounds.keep(leg, pieces);
  await telephony.removeRecording(leg, callRecordingId);
  return { durationMs: Math.round(Math.max(0, bytes - headerBytes) / bytesPerMs) };
}
