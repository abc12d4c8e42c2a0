import type { SpokenPart } from '../domain/prompts/spoken-part.ts';

export type SpeechFaultCode =
  | 'synthesiser_missing'
  | 'synthesiser_failed'
  | 'synthesiser_timed_out'
  | 'synthesiser_unreachable'
  | 'synthesiser_blocked'
  | 'synthesiser_busy'
  | 'text_refused'
  | 'language_not_spoken'
  | 'prompt_missing'
  | 'nothing_audible'
  | 'transcoder_missing'
  | 'transcoder_failed'
  | 'transcoder_timed_out'
  | 'recording_missing'
  | 'disk_full'
  | 'directory_not_writable'
  | 'storage_failed'
  | 'closed';

/** Whose fault it is: the words', which will sound no better later; a voice's, which may be back; or this machine's, for all voices. */
export type FaultySide = 'words' | 'voice' | 'machine';

const faultySideOf: Record<SpeechFaultCode, FaultySide> = {
  synthesiser_missing: 'voice',
  synthesiser_failed: 'words',
  synthesiser_timed_out: 'voice',
  synthesiser_unreachable: 'voice',
  synthesiser_blocked: 'voice',
  synthesiser_busy: 'voice',
  text_refused: 'words',
  language_not_spoken: 'words',
  prompt_missing: 'words',
  nothing_audible: 'words',
  transcoder_missing: 'voice',
  transcoder_failed: 'words',
  transcoder_timed_out: 'voice',
  recording_missing: 'machine',
  disk_full: 'machine',
  directory_not_writable: 'machine',
  storage_failed: 'machine',
  closed: 'machine',
};

/** Why a sound could not be made. The message is for the person who can mend it and never holds the text that was to be spoken. */
export class SpeechFault extends Error {
  override readonly name = 'SpeechFault';
  readonly code: SpeechFaultCode;
  /** For how long a service that refuses us said that it will. */
  readonly retryAfterMs: number | null;

  constructor(
    code: SpeechFaultCode,
    message: string,
    options?: ErrorOptions & { retryAfterMs?: number | null },
  ) {
    super(message, options);
    this.code = code;
    this.retryAfterMs = options?.retryAfterMs ?? null;
  }

  get faultySide(): FaultySide {
    return faultySideOf[this.code];
  }
}

/** A part of a call's words has no sound, so the call cannot be placed. `cause` is the SpeechFault. */
export class PromptUnavailable extends Error {
  override readonly name = 'PromptUnavailable';
  readonly code = 'prompt_unavailable';
  /** Private, so that a logger that prints an error's fields does not print what was to be said to whom. */
  readonly #part: SpokenPart;

  constructor(part: SpokenPart, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`${nameOf(part)} could not be made into sound: ${reason}`, { cause });
    this.#part = part;
  }

  get faultySide(): FaultySide {
    return this.cause instanceof SpeechFault ? this.cause.faultySide : 'words';
  }

  get part(): SpokenPart {
    return this.#part;
  }
}

function nameOf(part: SpokenPart): string {
  switch (part.kind) {
    case 'text':
      return `a prompt of ${part.text.length} characters in the language ${part.language}`;
    case 'prompt':
      return `the prompt «${part.id}» in the language ${part.language}`;
    case 'recording':
      return 'a recording';
    case 'pause':
      return `a pause of ${part.durationMs} ms`;
    case 'beep':
      return 'the beep';
    case 'music':
      return 'the music';
    case 'own_words':
      return 'what a person said';
  }
}
