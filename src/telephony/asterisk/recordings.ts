import { z } from 'zod';
import { isId } from '../../domain/ids.ts';
import type { LegId, RecordingRequest, RecordingState, StoredRecording } from '../telephony.ts';
import { TelephonyUnavailable } from '../telephony.ts';
import type { LegInput } from './advance-leg.ts';
import type { AriClient } from './ari-client.ts';
import { AriError } from './ari-error.ts';
import type { SendAriRequest } from './ari-request.ts';
import { ariRequests } from './ari-request.ts';
import { recordingName, recordingNamed } from './recording-name.ts';
import type { SnoopArrivals } from './snoop-arrivals.ts';

/** Recordings of legs, each by a snoop channel of its own that bears the recording's name; how they end is told at `advance-recordings.ts`. */
export interface Recordings {
  record(leg: LegId, recording: RecordingRequest): Promise<'done' | 'gone'>;
  stop(leg: LegId, recordingId: string): Promise<'done' | 'gone'>;
  state(leg: LegId, recordingId: string): Promise<RecordingState>;
  read(leg: LegId, recordingId: string): Promise<AsyncIterable<Uint8Array> | null>;
  remove(leg: LegId, recordingId: string): Promise<void>;
  stored(): Promise<StoredRecording[]>;
  endSnoop(leg: LegId, recordingId: string): void;
}

export interface RecordingsOptions {
  /** @throws TelephonyUnavailable */
  ask: SendAriRequest;
  download: AriClient['download'];
  app: string;
  arrivals: Pick<SnoopArrivals, 'expect'>;
  channelOf: (leg: LegId) => string;
  mark: (leg: LegId, input: LegInput) => void;
}

const liveRecording = z.object({ state: z.string() });
const recordingList = z.array(z.object({ name: z.string() }));

export function createRecordings(options: RecordingsOptions): Recordings {
  const { ask, download, app, arrivals, channelOf, mark } = options;

  async function record(leg: LegId, recording: RecordingRequest): Promise<'done' | 'gone'> {
    const { recordingId, side, maxDurationMs, maxSilenceMs } = recording;
    const name = recordingName(leg, recordingId);
    mark(leg, { input: 'record', recordingId });
    const snooped = await snoop(leg, name, side);
    if (snooped >= 300) return fail(leg, recordingId, snooped);
    const { status } = await ask(
      ariRequests.record({
        ...{ channelId: name, name },
        maxDurationSeconds: Math.ceil((maxDurationMs ?? 0) / 1000),
        maxSilenceSeconds: Math.ceil((maxSilenceMs ?? 0) / 1000),
      }),
    );
    return status < 300 ? 'done' : fail(leg, recordingId, status);
  }

  /** Resolves to the status of Asterisk's reply, once the channel that hears the leg can be asked to record. */
  async function snoop(leg: LegId, name: string, side: RecordingRequest['side']): Promise<number> {
    const arrival = arrivals.expect(name);
    try {
      const spy = side === 'both' ? 'both' : 'in';
      const request = ariRequests.snoop({ channelId: channelOf(leg), snoopId: name, app, spy });
      const { status } = await ask(request);
      if (status < 300) await arrival.over;
      return status;
    } finally {
      arrival.cancel();
    }
  }

  function fail(leg: LegId, recordingId: string, status: number): 'done' | 'gone' {
    mark(leg, {
      input: 'recording_failed',
      recordingId,
      problem: `Asterisk refused to record: status ${status}`,
    });
    return status === 404 ? 'gone' : 'done';
  }

  async function state(leg: LegId, recordingId: string): Promise<RecordingState> {
    const name = recordingName(leg, recordingId);
    const live = await ask(ariRequests.liveRecording(name));
    const parsed = liveRecording.safeParse(live.body);
    if (live.status === 200 && parsed.success && ['queued', 'recording'].includes(parsed.data.state)) {
      mark(leg, { input: 'record', recordingId });
      return 'running';
    }
    const stored = await ask(ariRequests.storedRecording(name));
    return stored.status === 200 ? 'finished' : 'missing';
  }

  async function* unavailable(
    pieces: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* pieces;
    } catch (error) {
      throw unavailableBy(error);
    }
  }

  return {
    record,
    state,
    async stop(leg, recordingId) {
      const { status } = await ask(ariRequests.stopRecording(recordingName(leg, recordingId)));
      return status === 204 ? 'done' : 'gone';
    },
    async read(leg, recordingId) {
      try {
        const pieces = await download(ariRequests.recordingFile(recordingName(leg, recordingId)));
        return pieces && unavailable(pieces);
      } catch (error) {
        throw unavailableBy(error);
      }
    },
    async remove(leg, recordingId) {
      await ask(ariRequests.removeRecording(recordingName(leg, recordingId)));
    },
    async stored() {
      const { status, body } = await ask(ariRequests.listStoredRecordings());
      const listed = recordingList.safeParse(body);
      if (status !== 200 || !listed.success)
        throw new TelephonyUnavailable(`Asterisk gave no list of recordings: status ${status}`);
      return listed.data.flatMap(({ name }) => {
        const { leg, recordingId } = recordingNamed(name);
        return isId('att', leg) ? [{ leg, recordingId }] : [];
      });
    },
    endSnoop(leg, recordingId) {
      // Where it cannot be told now, it goes with its leg.
      ask(ariRequests.hangUp(recordingName(leg, recordingId))).catch(() => undefined);
    },
  };
}

function unavailableBy(error: unknown): unknown {
  if (!(error instanceof AriError)) return error;
  return new TelephonyUnavailable(`A recording could not be fetched: ${error.message}`, { cause: error });
}
