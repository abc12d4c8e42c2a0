import { writeFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

import { Environment } from '../../../src/config/environment.ts';
import { readSpeech } from '../../../src/config/read-speech.ts';

function read(variables: Record<string, string>) {
  const env = new Environment(variables);
  return { config: readSpeech(env), mistakes: env.mistakes };
}

const account = { IVRS_BHASHINI_USER_ID: 'user-7', IVRS_BHASHINI_API_KEY: 'key-of-user-7' };

describe('the voices that are configured', () => {
  test.each([
    { it: 'nothing is said', variables: {}, voices: ['espeak-ng'] },
    { it: 'one is named', variables: { IVRS_SPEECH: 'google' }, voices: ['google', 'espeak-ng'] },
    {
      it: 'all are named',
      variables: { IVRS_SPEECH: ' bhashini, google,espeak-ng', ...account },
      voices: ['bhashini', 'google', 'espeak-ng'],
    },
    { it: 'the last is named alone', variables: { IVRS_SPEECH: 'espeak-ng' }, voices: ['espeak-ng'] },
  ])('are $voices when $it', ({ variables, voices }) => {
    const { config, mistakes } = read(variables);
    expect(mistakes).toEqual([]);
    expect(config.voices).toEqual(voices);
  });

  test.each(['nobody', 'google,', 'espeak-ng,google', 'google,google', ','])(
    'cannot be «%s»',
    (IVRS_SPEECH) => {
      expect(read({ IVRS_SPEECH }).mistakes).toEqual([expect.stringMatching(/^IVRS_SPEECH must be voices/)]);
    },
  );

  test.each([
    { variables: { IVRS_SPEECH: 'bhashini' }, names: ['IVRS_BHASHINI_USER_ID', 'IVRS_BHASHINI_API_KEY'] },
    {
      variables: { IVRS_SPEECH: 'bhashini', ...account, IVRS_BHASHINI_API_KEY: 'two\nlines' },
      names: ['IVRS_BHASHINI_API_KEY'],
    },
    { variables: { IVRS_GOOGLE_TTS_HOST: 'translate.google.com' }, names: ['IVRS_GOOGLE_TTS_HOST'] },
    { variables: { IVRS_BHASHINI_URL: 'ftp://example.org' }, names: ['IVRS_BHASHINI_URL'] },
    { variables: { IVRS_BHASHINI_VOICE: 'robot' }, names: ['IVRS_BHASHINI_VOICE'] },
    { variables: { IVRS_RENDITIONS_MIB: '1' }, names: ['IVRS_RENDITIONS_MIB'] },
    { variables: { IVRS_LEAST_FREE_MIB: '-1' }, names: ['IVRS_LEAST_FREE_MIB'] },
  ])('tell of mistakes in $names', ({ variables, names }) => {
    const { mistakes } = read(variables);
    expect(mistakes.map((mistake) => mistake.split(' ')[0])).toEqual(names);
    expect(mistakes.join()).not.toMatch(/two|lines|user-7/);
  });

  test('have a secret that may come from a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ivrs-config-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'key'), 'key-in-a-file\n');
    const { config, mistakes } = read({
      ...{ IVRS_SPEECH: 'bhashini', IVRS_BHASHINI_USER_ID: 'user-7' },
      IVRS_BHASHINI_API_KEY_FILE: join(folder, 'key'),
    });
    expect(mistakes).toEqual([]);
    expect(config.bhashini.apiKey).toBe('key-in-a-file');
  });

  test('have limits in bytes', () => {
    const { config } = read({ IVRS_RENDITIONS_MIB: '100', IVRS_LEAST_FREE_MIB: '0' });
    expect(config).toMatchObject({ mostBytes: 100 * 1024 * 1024, leastFreeBytes: 0 });
  });
});
