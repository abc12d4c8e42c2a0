import type { Clock, Timer } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { TelephonyProblem } from '../telephony.ts';
import { AriError } from './ari-error.ts';
import { problems } from './ari-problem.ts';

/**
 * Whether Asterisk can read our sounds, as far as it is proven. Nobody may be called before: they would hear nothing.
 *
 *     unasked ──► unproven ──► proven or unreadable
 *                  ▲    └─ again after `retryMs` while Asterisk could not be asked
 *                  └────── with every new connection, and with another sound
 *
 * `unreadable` is Asterisk's own word: it stays until somebody asks again or the connection is a new one. There is one timer at most,
 * and none without a connection. What a probe of an earlier connection finds is dropped.
 */
export interface SoundsCheck {
  /** Why nothing may be played, or null: proven, or never asked. */
  problem(): TelephonyProblem | null;
  /** Requests pass from now on. What was asked for before is unproven from this moment, and is tried. */
  connected(): void;
  disconnected(): void;
  /** @param path absolute, without extension. Resolves when it was tried; at once where there is no connection. */
  check(path: string): Promise<void>;
}

export interface SoundsCheckOptions {
  clock: Clock;
  log: Log;
  retryMs: number;
  /** Where the operator finds which directory it is that Asterisk must see. */
  dataDirWrittenAt: string;
}

/** @param canPlay throws AriError when Asterisk could not be asked. */
export function createSoundsCheck(
  canPlay: (path: string) => Promise<boolean>,
  { clock, log, retryMs, dataDirWrittenAt }: SoundsCheckOptions,
): SoundsCheck {
  let asked: string | null = null;
  let problem: TelephonyProblem | null = null;
  let isConnected = false;
  let connections = 0;
  let retry: Timer | null = null;

  async function tryOnce(path: string): Promise<void> {
    const connection = connections;
    const found = await outcomeOf(path);
    if (!isConnected || connection !== connections || path !== asked) return;
    cancelRetry();
    problem = found.problem;
    if (found.error === null) return;
    log.warn({ code: found.error.code, path }, found.problem.detail);
    retry = clock.setTimer(retryMs, () => void tryOnce(path));
  }

  async function outcomeOf(path: string): Promise<Outcome> {
    try {
      const problem = (await canPlay(path)) ? null : problems.soundsUnreadable(path, dataDirWrittenAt);
      return { problem, error: null };
    } catch (error) {
      if (!(error instanceof AriError)) throw error;
      return { problem: problems.soundsUnproven(path, error.message), error };
    }
  }

  function cancelRetry(): void {
    retry?.cancel();
    retry = null;
  }

  return {
    problem: () => problem,
    connected() {
      isConnected = true;
      connections += 1;
      if (asked === null) return;
      problem = problems.soundsUnproven(asked, 'not tried yet');
      void tryOnce(asked);
    },
    disconnected() {
      isConnected = false;
      cancelRetry();
    },
    async check(path) {
      if (path !== asked) {
        cancelRetry();
        problem = problems.soundsUnproven(path, 'not tried yet');
      }
      asked = path;
      if (isConnected) await tryOnce(path);
    },
  };
}

type Outcome =
  { problem: TelephonyProblem | null; error: null } | { problem: TelephonyProblem; error: AriError };
