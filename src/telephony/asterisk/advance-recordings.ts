import type { Leg, LegAction, LegFact, LegStep } from './leg.ts';

/**
 * The recordings of a leg. Each is made by a snoop channel beside it, so it hears on while something is said, and is exact where the far end
 * sends nothing (measured).
 *
 * - The end of a leg ends its recordings about 10 ms later (measured): only then is the hang-up told, so that nobody takes the call for
 *   over while what was said is still on its way.
 * - A snoop channel outlives its recording; we end it.
 */
export function beginRecording(leg: Leg, recordingId: string): Leg {
  return leg.recordings.includes(recordingId)
    ? leg
    : { ...leg, recordings: [...leg.recordings, recordingId] };
}

/** A recording that nobody here began is told all the same: another process may have. */
export function endRecording(
  leg: Leg,
  { recordingId, problem }: { recordingId: string; problem: string | null },
): LegStep {
  const left = { ...leg, recordings: leg.recordings.filter((each) => each !== recordingId) };
  const fact: LegFact =
    problem === null
      ? { type: 'recording_ended', recordingId }
      : { type: 'recording_failed', recordingId, reason: problem };
  return {
    leg: left,
    actions: [{ do: 'end_snoop', recordingId }, { do: 'tell', fact }, ...endOf(left)],
  };
}

/** Asterisk did not tell of their end. */
export function giveRecordingsUp(leg: Leg): LegStep {
  if (leg.ended === null) return { leg, actions: [] };
  const left = { ...leg, recordings: [] };
  const told = leg.recordings.map((recordingId): LegAction => {
    const reason = 'its end was never told';
    return { do: 'tell', fact: { type: 'recording_failed', recordingId, reason } };
  });
  return { leg: left, actions: [...told, ...endOf(left)] };
}

/** The hang-up, once nothing is left that must be told before it. */
export function endOf({ ended, recordings }: Leg): LegAction[] {
  if (ended === null) return [];
  if (recordings.length > 0) return [{ do: 'await_recordings' }];
  return [{ do: 'tell', fact: { type: 'hung_up', evidence: ended } }, { do: 'forget' }];
}
