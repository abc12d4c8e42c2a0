import type { Log } from '../lib/log.ts';

/** Tells in the log how the making of sounds goes, while there is something to tell. */
export class RenditionProgress {
  readonly #log: Log;
  #made = 0;
  #madeSinceTold = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  made(): void {
    this.#made += 1;
    this.#madeSinceTold += 1;
  }

  /** To be called every ten seconds or so. */
  tell(waiting: number): void {
    if (this.#madeSinceTold > 0 || waiting > 0)
      this.#log.info({ made: this.#madeSinceTold, madeInAll: this.#made, waiting }, 'sounds are being made');
    this.#madeSinceTold = 0;
  }
}
