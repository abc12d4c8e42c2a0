import type { CircuitBreaker } from './circuit-breaker.ts';
import { SpeechFault } from './speech-fault.ts';
import type { Synthesiser } from './synthesiser.ts';

/** The same voice, left in peace while it does not answer, or does not want us. */
export function guardVoice(voice: Synthesiser, breaker: CircuitBreaker): Synthesiser {
  return {
    name: voice.name,
    get isAvailable() {
      return voice.isAvailable && breaker.isOpenToRequests;
    },
    voiceOf: (language) => voice.voiceOf(language),
    async speak(speech, signal) {
      if (!breaker.admits())
        throw new SpeechFault('synthesiser_busy', `${voice.name} is left in peace after its failures`);
      try {
        const sound = await voice.speak(speech, signal);
        breaker.succeeded();
        return sound;
      } catch (error) {
        tell(breaker, error);
        throw error;
      }
    },
  };
}

function tell(breaker: CircuitBreaker, error: unknown): void {
  if (!(error instanceof SpeechFault)) return breaker.failed();
  switch (error.code) {
    case 'closed':
    case 'synthesiser_busy':
    case 'language_not_spoken':
    case 'text_refused':
      return breaker.undecided();
    case 'synthesiser_blocked':
      return breaker.failed({ retryAfterMs: error.retryAfterMs });
    default:
      return breaker.failed();
  }
}
