import { promptIdOf } from '../domain/flows/recording-flow.ts';
import type { EngineInput, FlowSession } from '../domain/flows/flow-session.ts';
import type { LegId } from '../telephony/telephony.ts';
import { callRecordingId } from './keep-call-recording.ts';
import type { LiveRecordings } from './live-recordings.ts';
import type { RecordingOver } from './live-talk-message.ts';
import type { PreparedCall } from './prepared-call.ts';

export interface SpokenAnswersTalk {
  leg: LegId;
  prepared: PreparedCall;
  recordings: LiveRecordings;
  /** Gives the engine an input, and resolves when what it came to is on record. */
  feed: (input: EngineInput) => Promise<void>;
  /** Of the talk, as it is now; null before it has begun. */
  session: () => FlowSession | null;
}

/** What a person says after the beep, between the network that recorded it and the engine: it is stored before they hear anything about it. */
export class SpokenAnswers {
  readonly #talk: SpokenAnswersTalk;

  constructor(talk: SpokenAnswersTalk) {
    this.#talk = talk;
  }

  /** A recording is over: that of an answer, or of the whole call. */
  async end(over: RecordingOver): Promise<void> {
    const { recordings, feed, session } = this.#talk;
    const { at, recordingId } = over;
    if (recordingId === callRecordingId) return recordings.keepCall();
    const phase = session()?.phase;
    if (phase?.phase !== 'recording' || phase.recordingId !== recordingId)
      return recordings.forget(recordingId);
    const kept =
      over.type === 'recording_failed'
        ? 'failed'
        : await recordings.keep(recordingId, this.#isForLibrary(session()));
    if (kept === 'failed') return feed({ type: 'recording_failed', at, recordingId });
    const isTooLoud = kept === 'too_loud';
    const message = isTooLoud ? null : kept;
    await feed({ type: 'recording_ended', at, recordingId, message, isTooLoud });
  }

  /** After a restart or a lost connection: who was speaking goes on speaking, if the network went on recording; else the present step is said anew. */
  async goOn(session: FlowSession, at: number): Promise<void> {
    const { recordings, feed } = this.#talk;
    const { phase } = session;
    const lastRecording = await recordings.abandonAfter(session.lastRecording);
    if (phase.phase !== 'recording') return feed({ type: 'resumed', at, lastRecording });
    const { recordingId } = phase;
    const state = await recordings.stateOf(recordingId);
    if (state === 'running') return feed({ type: 'resumed', at, recordingGoesOn: true });
    if (state === 'finished') return this.end(this.over(recordingId, at));
    return feed({ type: 'recording_failed', at, recordingId });
  }

  /** What was said and not settled when the line went, or when nobody here was listening. */
  async keepLast(at: number): Promise<void> {
    const { recordings, feed, session } = this.#talk;
    const phase = session()?.phase;
    if (phase?.phase === 'recording' && (await recordings.stateOf(phase.recordingId)) === 'finished')
      await this.end(this.over(phase.recordingId, at));
    if (session()?.recorded) await feed({ type: 'hung_up', at });
  }

  over(recordingId: string, at: number): RecordingOver {
    return { type: 'recording_ended', leg: this.#talk.leg, at, recordingId };
  }

  #isForLibrary(session: FlowSession | null): boolean {
    return promptIdOf(this.#talk.prepared.flow.steps.get(session?.step ?? '')) !== undefined;
  }
}
