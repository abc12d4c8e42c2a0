/** The call that is compared: one question, one key, one prompt, and we hang up. Texts as long as makes a call of five seconds. */
const question = 'For yes, press 1. For no, 2.';
const thanks = 'Thank you very much.';

/**
 * @param firstKeyTimeout how long the phone is listened to after the question
 */
export function benchFlow(firstKeyTimeout: string): Record<string, unknown> {
  return {
    title: 'Benchmark',
    languages: ['en'],
    defaults: { first_key_timeout: firstKeyTimeout },
    steps: [
      {
        id: 'q1',
        type: 'choice',
        say: { text: { en: question } },
        options: { 1: { value: 'yes' }, 2: { value: 'no' } },
      },
      { id: 'bye', type: 'message', say: { text: { en: thanks } } },
    ],
  };
}
