/** A voice that makes speech of text. */
export interface Synthesiser {
  readonly name: string;
  /** Names everything about the voice that shapes its sound, its version too; null when it does not speak the language (BCP 47). */
  voiceOf(language: string): string | null;
  /**
   * Resolves a WAV file. Ends within a time limit, or when `signal` aborts.
   *
   * @throws SpeechFault
   */
  speak(speech: Speech, signal?: AbortSignal): Promise<Buffer>;
}

export interface Speech {
  /** Plain words; no markup of any kind is obeyed. */
  text: string;
  language: string;
}
