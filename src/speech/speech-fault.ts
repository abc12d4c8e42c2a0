import type { SpokenPart } from '../domain/prompts/spoken-part.ts';

export type SpeechFaultCode =
  | 'synthesiser_missing'
  | 'synthesiser_failed'
  | 'synthesiser_timed_out'
  | 'language_not_spoken'
  | 'nothing_audible'
  | 'transcoder_missing'
  | 'transcoder_failed'
  | 'transcoder_timed_out'
  | 'disk_full'
  | 'directory_not_writable'
  | 'storage_failed'
  | 'closed';

/** Faults of this machine, which may be mended while calls wait; all others lie in what is to be said. */
const machineFaults: ReadonlySet<SpeechFaultCode> = new Set([
  'synthesiser_missing',
  'synthesiser_timed_out',
  'transcoder_missing',
  'transcoder_timed_out',
  'disk_full',
  'directory_not_writable',
  'storage_failed',
  'closed',
]);

/** Why a sound could not be made. The message is for the person who can mend it and never holds the text that was to be spoken. */
export class SpeechFault extends Error {
  override readonly name = 'SpeechFault';
  readonly code: SpeechFaultCode;

  constructor(code: SpeechFaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
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

  /** Whether the same words may become sound once this machine was mended. */
  get isMachineFault(): boolean {
    return this.cause instanceof SpeechFault && machineFaults.has(this.cause.code);
  }

  get part(): SpokenPart {
    return this.#part;
  }
}

function nameOf(part: SpokenPart): string {
  switch (part.kind) {
    case 'text':
      return `a prompt of ${part.text.length} characters in the language ${part.language}`;
    case 'pause':
      return `a pause of ${part.durationMs} ms`;
  }
}
