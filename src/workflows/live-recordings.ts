import type { CallRecording } from '../domain/calls/call.ts';
import type { RecordedMessage } from '../domain/flows/flow-session.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { SoundStore } from '../recordings/sound-store.ts';
import { wait } from '../lib/wait.ts';
import type { LegId, RecordingState, Telephony } from '../telephony/telephony.ts';
import { callRecordingId, keepCallRecording } from './keep-call-recording.ts';
import { keepVoiceMessage, type KeepMessageDependencies } from './keep-voice-message.ts';
import type { SettledRecording } from './talk.ts';

export interface LiveRecordingsDependencies extends Omit<KeepMessageDependencies, 'telephony' | 'sounds'> {
  telephony: Telephony;
  sounds: SoundStore;
  log: Log;
  clock: Clock;
}

/** How often, and how long apart, the sound of a whole call is asked for once its leg is gone. */
const mostTries = 4;
const againAfterMs = 1_000;

/**
 * What is recorded of one leg: messages of the person, and the whole call. The phone network has each until it is stored here and nobody
 * needs it there any more. No fault of it ends a call: it is logged, and what the network has stays there.
 */
export class LiveRecordings {
  readonly #deps: LiveRecordingsDependencies;
  readonly #leg: LegId;
  #call: CallRecording | null = null;

  constructor(deps: LiveRecordingsDependencies, leg: LegId) {
    this.#deps = deps;
    this.#leg = leg;
  }

  /** Null where nothing was said. */
  async keep(
    recordingId: string,
    isForLibrary: boolean,
  ): Promise<RecordedMessage | null | 'too_loud' | 'failed'> {
    try {
      const message = await keepVoiceMessage(this.#deps, { leg: this.#leg, recordingId, isForLibrary });
      if (message === null || message === 'too_loud') await this.forget(recordingId);
      return message;
    } catch (error) {
      this.#complain(error, recordingId, 'what a person said could not be stored');
      return 'failed';
    }
  }

  /** It became an answer, or was given up, and that is on record. */
  async settle({ type, message }: SettledRecording): Promise<void> {
    await this.forget(message.recordingId);
    if (type === 'voice_message_recorded') return;
    await this.#deps.sounds
      .remove(message.voiceMessage)
      .catch((error: unknown) => this.#complain(error, message.recordingId, 'a sound could not be removed'));
  }

  /** Nobody wants it any more. */
  async forget(recordingId: string): Promise<void> {
    await this.#deps.telephony
      .removeRecording(this.#leg, recordingId)
      .catch((error: unknown) => this.#complain(error, recordingId, 'a recording could not be removed'));
  }

  /**
   * Ends what a process before this one began after the last on record, and did not live to put there. Resolves to the last number that is used up: the
   * network makes no second recording of one name.
   */
  async abandonAfter(number: number): Promise<number> {
    const recordingId = `recording-${number + 1}`;
    const state = await this.stateOf(recordingId);
    if (state === 'missing') return number;
    // when it has ended, that is told, and then it is forgotten
    if (state === 'running')
      await this.#deps.telephony.stopRecording(this.#leg, recordingId).catch(() => 'gone');
    else await this.forget(recordingId);
    return this.abandonAfter(number + 1);
  }

  async stateOf(recordingId: string): Promise<RecordingState> {
    try {
      return await this.#deps.telephony.recordingState(this.#leg, recordingId);
    } catch (error) {
      this.#complain(error, recordingId, 'what became of a recording cannot be known');
      return 'missing';
    }
  }

  /** Begins to record both sides, unless that goes on already. */
  async recordCall(): Promise<void> {
    if ((await this.stateOf(callRecordingId)) !== 'missing') return;
    const whole = { side: 'both', maxDurationMs: null, maxSilenceMs: null } as const;
    await this.#deps.telephony
      .record(this.#leg, { recordingId: callRecordingId, ...whole })
      .catch((error: unknown) => this.#complain(error, callRecordingId, 'a call could not be recorded'));
  }

  async keepCall(): Promise<void> {
    try {
      this.#call = (await keepCallRecording(this.#deps, this.#leg)) ?? this.#call;
    } catch (error) {
      this.#complain(error, callRecordingId, 'the recording of a call could not be stored');
    }
  }

  /** The whole call, once its leg is gone. It may still be on its way to the network's disk, or ours be busy: so it is asked for more than once. */
  async keptCall(): Promise<CallRecording | null> {
    for (let tries = 0; this.#call === null && tries < mostTries; tries += 1) {
      if (tries > 0) await wait(this.#deps.clock, againAfterMs);
      const state = await this.stateOf(callRecordingId);
      if (state === 'missing') break;
      if (state === 'finished') await this.keepCall();
    }
    return this.#call;
  }

  #complain(error: unknown, recordingId: string, what: string): void {
    this.#deps.log.error({ err: error, attempt: this.#leg, recording: recordingId }, what);
  }
}
