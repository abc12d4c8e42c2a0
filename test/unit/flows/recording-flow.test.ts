import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recordedPrompts, recordingFlow, recordsPrompts } from '../../../src/domain/flows/recording-flow.ts';
import { validateFlow } from '../../../src/domain/flows/validate-flow.ts';
import { libraryOf } from '../../../src/domain/prompts/library.ts';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';

const words = await loadBuiltInWords(join(import.meta.dirname, '../../../prompts'));
const languages = Object.keys(words).filter((language) => !language.includes('-'));

describe('the flow of a call that records prompts', () => {
  it.each(languages)('can be played in %s, whatever is known of the prompts', (language) => {
    const flow = recordingFlow({
      title: 'Quiz '.repeat(60),
      language,
      prompts: [
        { id: 'quiz.q1', isHeard: true },
        { id: 'quiz.not_there-yet', isHeard: false },
        { id: 'system.goodbye', isHeard: false },
      ],
    });
    const library = libraryOf(words, [{ id: 'quiz.q1', language }]);
    expect(validateFlow(flow, library)).toMatchObject({ result: 'valid' });
    expect(recordedPrompts(flow)).toEqual([
      { number: 1, id: 'quiz.q1' },
      { number: 2, id: 'quiz.not_there-yet' },
      { number: 3, id: 'system.goodbye' },
    ]);
    expect(recordsPrompts(flow)).toBe(true);
  });

  it('reads out the name of what nobody has written down, where a voice can read it', () => {
    const saysOf = (language: string) =>
      recordingFlow({ title: 'Quiz', language, prompts: [{ id: 'school.fees_due', isHeard: false }] })
        .steps[1];
    expect(saysOf('en')).toMatchObject({
      say: [{ number: '1' }, { pause: 'PT0.5S' }, { text: { en: 'school fees due' } }],
    });
    expect(saysOf('hi')).toMatchObject({ say: [{ number: '1' }, { pause: 'PT0.5S' }] });
  });
});
