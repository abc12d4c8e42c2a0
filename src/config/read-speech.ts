import type { SpeechConfig, VoiceChoice } from './config.ts';
import type { Environment } from './environment.ts';

const mebibyte = 1024 * 1024;

/** Which voices speak, and how much room their sounds may take. Without a word about it, all that is said stays on this machine. */
export function readSpeech(env: Environment): SpeechConfig {
  const voices = env.parsed<VoiceChoice[]>('IVRS_SPEECH', {
    parse: parseVoices,
    expected: 'voices by their names, best first: google, bhashini, espeak-ng, which is the last',
    otherwise: ['espeak-ng'],
  });
  return {
    voices,
    google: { host: readAddress(env, 'IVRS_GOOGLE_TTS_HOST', 'https://translate.google.com') },
    bhashini: readBhashini(env, voices.includes('bhashini')),
    mostBytes: readMebibytes(env, 'IVRS_RENDITIONS_MIB', { otherwise: 4096, least: 64 }),
    leastFreeBytes: readMebibytes(env, 'IVRS_LEAST_FREE_MIB', { otherwise: 256, least: 0 }),
  };
}

/** `espeak-ng` needs no network and is always the last, whether it is named or not. */
function parseVoices(text: string): VoiceChoice[] | undefined {
  const names = text.split(',').map((name) => name.trim());
  const voices = names.filter((name) => name === 'google' || name === 'bhashini' || name === 'espeak-ng');
  const isWhole = voices.length === names.length && new Set(names).size === names.length;
  const named = voices.indexOf('espeak-ng');
  if (!isWhole || (named >= 0 && named < voices.length - 1)) return undefined;
  return named < 0 ? [...voices, 'espeak-ng'] : voices;
}

function readBhashini(env: Environment, isWanted: boolean): SpeechConfig['bhashini'] {
  const userId = env.text('IVRS_BHASHINI_USER_ID') ?? '';
  const apiKey = env.secret('IVRS_BHASHINI_API_KEY') ?? '';
  if (isWanted && userId === '')
    env.mistake(
      'IVRS_BHASHINI_USER_ID',
      'is unset: IVRS_SPEECH names bhashini, which gives one to its users',
    );
  if (isWanted && apiKey === '')
    env.mistake(
      'IVRS_BHASHINI_API_KEY',
      'is unset: IVRS_SPEECH names bhashini, which gives one to its users',
    );
  if (!/^[\x21-\x7e]*$/.test(apiKey + userId))
    env.mistake('IVRS_BHASHINI_API_KEY', 'and IVRS_BHASHINI_USER_ID must be letters, digits and signs only');
  return {
    url: readAddress(env, 'IVRS_BHASHINI_URL', bhashiniUrl),
    userId,
    apiKey,
    pipelineId: env.text('IVRS_BHASHINI_PIPELINE_ID') ?? bhashiniPipelineId,
    gender: env.parsed('IVRS_BHASHINI_VOICE', {
      parse: (text) => (text === 'female' || text === 'male' ? text : undefined),
      expected: 'female or male',
      otherwise: 'female',
    }),
  };
}

/** As the documentation of Bhashini has them: the pipeline search, and the pipeline of the Ministry of Electronics and IT. */
const bhashiniUrl = 'https://meity-auth.ulcacontrib.org/ulca/apis/v0/model/getModelsPipeline';
const bhashiniPipelineId = '64392f96daac500b55c543cd';

function readAddress(env: Environment, name: string, otherwise: string): string {
  const parse = (text: string): string | undefined =>
    URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? text.replace(/\/+$/, '') : undefined;
  return env.parsed(name, { parse, expected: 'an http or https address', otherwise });
}

function readMebibytes(env: Environment, name: string, limits: { otherwise: number; least: number }): number {
  const parse = (text: string): number | undefined =>
    /^\d{1,9}$/.test(text) && Number(text) >= limits.least ? Number(text) : undefined;
  const expected = `a whole number of MiB from ${limits.least}`;
  return mebibyte * env.parsed(name, { parse, expected, otherwise: limits.otherwise });
}
