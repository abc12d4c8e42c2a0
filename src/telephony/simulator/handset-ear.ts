import { assert } from '../../lib/assert.ts';
import type { Clock, Timer } from '../../lib/clock.ts';
import type { LegHappening } from './leg-happening.ts';
import type { Press, Talk } from './talks.ts';

/** Speech followed by so much silence is the end of an asking; so pauses within prompts stay under a second. */
const askingSilenceMs = 1200;

/** What the ear needs of the leg that it belongs to. Timers end with the leg. */
interface Body {
  clock: Clock;
  after: (delayMs: number, action: () => void) => Timer;
  tell: (happening: LegHappening) => void;
  press: (press: Press) => void;
  speak: (durationMs: number) => void;
}

/** A prompt on the line: while its speech is not over, `speech` is the timer of its end. */
interface RunningPrompt {
  promptId: string;
  speech: Timer | null;
  /** When its silence is over too. */
  endsAt: number;
}

/**
 * What the handset hears, and how it answers to it. It knows sound only: an asking has ended when speech is followed by 1.2 s without
 * speech, be that the silence of a prompt, a stopped prompt, or nothing at all.
 */
export class HandsetEar {
  readonly #talk: Talk;
  readonly #body: Body;
  #prompt: RunningPrompt | null = null;
  #quiet: Timer | null = null;
  #heardAnything = false;
  #askings = 0;

  constructor(talk: Talk, body: Body) {
    this.#talk = talk;
    this.#body = body;
  }

  /** @param prompt.speechMs null for silence alone, of which no end is told */
  hear(prompt: { promptId: string; speechMs: number | null; silenceMs: number }): void {
    assert(
      this.#prompt?.speech == null,
      `prompt ${this.#prompt?.promptId ?? ''} must be stopped before another is spoken`,
    );
    const { promptId, speechMs, silenceMs } = prompt;
    const endsAt = this.#body.clock.now() + (speechMs ?? 0) + silenceMs;
    this.#prompt = { promptId, speech: null, endsAt };
    if (speechMs === null) return;
    this.#prompt.speech = this.#body.after(speechMs, () => this.#endSpeech(promptId));
    this.#quiet?.cancel();
    if (!this.#heardAnything) for (const press of this.#talk.onFirstSound ?? []) this.#body.press(press);
    this.#heardAnything = true;
  }

  /** Words are being said to it now, be it that silence is. */
  get isSpokenTo(): boolean {
    return this.#prompt?.speech != null;
  }

  /** Whether the prompt was still running, its silence included. */
  stop(promptId: string): boolean {
    const prompt = this.#prompt;
    if (prompt?.promptId !== promptId) return false;
    // at the very instant of its end it may not have been told yet
    if (prompt.speech === null && prompt.endsAt <= this.#body.clock.now()) return false;
    this.#prompt = null;
    if (prompt.speech !== null) {
      prompt.speech.cancel();
      this.#listenForSilence();
    }
    return true;
  }

  #endSpeech(promptId: string): void {
    if (this.#prompt !== null) this.#prompt.speech = null;
    this.#listenForSilence();
    this.#body.tell({ type: 'prompt_ended', promptId });
  }

  #listenForSilence(): void {
    const { onAsking } = this.#talk;
    if (onAsking === undefined) return;
    this.#quiet = this.#body.after(askingSilenceMs, () => {
      const asking = this.#askings;
      this.#askings += 1;
      if (this.#talk.speaksForMs !== undefined) this.#body.speak(this.#talk.speaksForMs);
      for (const press of onAsking(asking)) this.#body.press(press);
    });
  }
}
