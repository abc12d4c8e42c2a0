import { Agent } from 'undici';

import type { SpeechConfig, VoiceChoice } from './config/config.ts';
import { systemClock } from './lib/clock.ts';
import { createBhashiniSynthesiser } from './speech/bhashini-synthesiser.ts';
import { CircuitBreaker } from './speech/circuit-breaker.ts';
import { createEspeakSynthesiser } from './speech/espeak-synthesiser.ts';
import { createGoogleSynthesiser } from './speech/google-synthesiser.ts';
import { guardVoice } from './speech/guard-voice.ts';
import type { Synthesiser } from './speech/synthesiser.ts';
import { createTurns } from './speech/take-turns.ts';

/** Three failures in a row may be chance no more. A service that blocks us is asked again after half a minute, and then ever more rarely. */
const breakerRules = { failures: 3, restMs: 30_000, longestRestMs: 30 * 60_000 };
/** After this the next voice speaks: a call may be a little late, and its words are spoken by the better voice another time. */
const longestWaitMs = 30_000;

/** The configured voices, best first. Those that are services of others are paced, and left in peace when they fail. */
export async function openVoices(config: SpeechConfig, stack: AsyncDisposableStack): Promise<Synthesiser[]> {
  const clock = systemClock;
  const dispatcher = new Agent({ connect: { timeout: 5_000 }, connections: 4, pipelining: 1 });
  stack.defer(() => dispatcher.destroy());
  const guarded = (voice: Synthesiser): Synthesiser =>
    guardVoice(voice, new CircuitBreaker(clock, breakerRules));
  const open: Record<VoiceChoice, () => Promise<Synthesiser>> = {
    'espeak-ng': () => createEspeakSynthesiser(),
    google: () => {
      const takeTurn = createTurns(clock, { mostAtOnce: 1, spacingMs: 1_000, longestWaitMs });
      return Promise.resolve(guarded(createGoogleSynthesiser({ ...config.google, dispatcher, takeTurn })));
    },
    bhashini: () => {
      const takeTurn = createTurns(clock, { mostAtOnce: 2, spacingMs: 200, longestWaitMs });
      return Promise.resolve(
        guarded(createBhashiniSynthesiser({ ...config.bhashini, dispatcher, takeTurn, clock })),
      );
    },
  };
  return Promise.all(config.voices.map((name) => open[name]()));
}
