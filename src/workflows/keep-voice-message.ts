import type { RecordedMessage } from '../domain/flows/flow-session.ts';
import type { IdSource } from '../domain/ids.ts';
import { referenceDigits, referenceNumberOf } from '../domain/voice-messages/reference-number.ts';
import type { SoundStore } from '../recordings/sound-store.ts';
import { speechLengthMs } from '../speech/speech-length.ts';
import { clippedOnTheLineFrom, measureRecording, mostClippedPercent } from '../speech/measure-recording.ts';
import { readWav, type Samples } from '../speech/wav.ts';
import type { LegId, Telephony } from '../telephony/telephony.ts';

export interface KeepMessageDependencies {
  telephony: Pick<Telephony, 'readRecording'>;
  sounds: Pick<SoundStore, 'keep'>;
  ids: IdSource;
  /** So many digits by chance. */
  randomDigits: (count: number) => string;
}

/** Less is a cough, or the key that was pressed. */
const leastSpeechMs = 500;
/** A prompt may be «yes». */
const leastPromptMs = 200;
/** The longest message at the telephony's 16 bytes a millisecond, and room for its header. */
const mostBytes = 310_000 * 16;

export interface EndedMessage {
  leg: LegId;
  recordingId: string;
  /** Whether it is to be spoken to others: then it is measured as an upload is, while the person can still say it anew. */
  isForLibrary: boolean;
}

/**
 * Fetches a recording that is over and stores it, before anything is said about it. Null where nothing was said, or it can be of no use; nothing
 * is kept then.
 *
 * @throws TelephonyUnavailable, or the disk's fault
 */
export async function keepVoiceMessage(
  deps: KeepMessageDependencies,
  { leg, recordingId, isForLibrary }: EndedMessage,
): Promise<RecordedMessage | null | 'too_loud'> {
  const pieces = await deps.telephony.readRecording(leg, recordingId);
  if (pieces === null) return null;
  const file = await gathered(pieces);
  const wav = readWav(file);
  if (wav === null || speechLengthMs(wav) < (isForLibrary ? leastPromptMs : leastSpeechMs)) return null;
  if (isForLibrary && isOverdriven(wav)) return 'too_loud';
  const voiceMessage = deps.ids.newId('vm');
  await deps.sounds.keep(voiceMessage, inOnePiece(file));
  return {
    voiceMessage,
    recordingId,
    referenceNumber: referenceNumberOf(deps.randomDigits(referenceDigits - 1)),
    durationMs: Math.round((wav.samples.length * 1000) / wav.rateHz),
  };
}

function isOverdriven({ samples }: Samples): boolean {
  return measureRecording(samples, clippedOnTheLineFrom).clippedPercent > mostClippedPercent;
}

async function gathered(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > mostBytes) break;
    all.push(piece);
  }
  return Buffer.concat(all);
}

async function* inOnePiece(file: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield await Promise.resolve(file);
}
