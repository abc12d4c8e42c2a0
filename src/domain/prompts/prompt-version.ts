/**
 * One version of a prompt in one language. It never changes; whatever is put under the same id afterwards is another version, and calls that
 * began go on with this one.
 */
export interface PromptVersion {
  id: string;
  language: string;
  version: number;
  content: PromptContent;
  createdAt: number;
  /** From when on it is not there for calls that are accepted; null while it is. */
  deletedAt: number | null;
}

/**
 * The words, a recording, or both. A recording always wins over synthesis; the words beside it say what is in it, for whoever has to
 * record it anew.
 */
export interface PromptContent {
  text: string | null;
  recording: PromptRecording | null;
}

export interface PromptRecording {
  /** Names its sound in every codec. */
  hash: string;
  /** SHA-256 of the file that was uploaded. */
  originalHash: string;
  format: string;
  originalBytes: number;
  /** Of what the phone will hear. */
  durationMs: number;
  loudnessDbfs: number;
}

export type PutPrompt = { text: string } | { recording: PromptRecording };

/** What the next version has when this is put after `newest`; null where nothing would change. */
export function nextContent(newest: PromptContent | null, put: PutPrompt): PromptContent | null {
  if ('recording' in put) {
    if (newest?.recording?.hash === put.recording.hash) return null;
    return { text: newest?.text ?? null, recording: put.recording };
  }
  if (newest?.text === put.text) return null;
  // Words for a recording that had none say what is in it. Other words than before mean that the recording says what nobody wants any more.
  const recording = newest?.text === null ? newest.recording : null;
  return { text: put.text, recording };
}

/** Of a call, as far as it decides which version it speaks. */
export interface PromptEra {
  acceptedAt: number;
  /** When its first attempt began; null before that. */
  beganAt: number | null;
}

/**
 * The version that a call speaks: the newest of when it began, so that all its attempts speak alike, and of now where it did not yet begin. What was
 * there when the call was accepted is there for it even if it was deleted since.
 */
export function versionOfEra(versions: readonly PromptVersion[], era: PromptEra): PromptVersion | null {
  const spoken = versions.filter(
    ({ createdAt, deletedAt }) =>
      (era.beganAt === null || createdAt <= era.beganAt) &&
      (deletedAt === null || deletedAt > era.acceptedAt),
  );
  return spoken.reduce<PromptVersion | null>(
    (newest, each) => (newest === null || each.version > newest.version ? each : newest),
    null,
  );
}

/** Where a prompt is looked for: in the language itself, then without its region (`es` for `es-419`), as with the built-in words. */
export function languagesToTry(language: string): string[] {
  const base = language.split('-', 1)[0] ?? language;
  return base === language ? [language] : [language, base];
}
