/** A voice that makes speech of text. */
export interface Synthesiser {
  readonly name: VoiceName;
  /** False while it is not worth asking: another voice may speak meanwhile. */
  readonly isAvailable: boolean;
  /** Names everything about the voice that shapes its sound, its version too; null when it does not speak the language (BCP 47). */
  voiceOf(language: string): string | null;
  /**
   * Resolves a sound file, WAV or MP3. Ends within a time limit, or when `signal` aborts.
   *
   * @throws SpeechFault
   */
  speak(speech: Speech, signal?: AbortSignal): Promise<Buffer>;
}

/** Also the name of the folder that a voice's sounds are kept in, so that it is on record who spoke what. */
export type VoiceName = 'espeak-ng' | 'google' | 'bhashini';

export interface Speech {
  /** Plain words; no markup of any kind is obeyed. */
  text: string;
  language: string;
}
