import { availableParallelism } from 'node:os';

import { limitConcurrency } from './limit-concurrency.ts';
import { programFault } from './program-fault.ts';
import { runProgram } from './run-program.ts';
import type { ProgramResult } from './run-program.ts';
import { SpeechFault } from './speech-fault.ts';
import type { Speech, Synthesiser } from './synthesiser.ts';

export interface EspeakOptions {
  /** Name or path of the program. */
  program?: string;
  /** For one text. A second of speech takes it about 3 ms. */
  timeLimitMs?: number;
  /** Sentences spoken at a time; by default a core is left for the calls. */
  parallel?: number;
}

/** Words a minute. Its default of 175 is too quick for a first call on a poor line. */
const wordsPerMinute = 140;
const maxOutputBytes = 64 * 1024 * 1024;

/** Tags whose voice has another name there; everything else is looked for as it is, then without its last subtag. */
const voiceByTag: Readonly<Record<string, string>> = {
  en: 'en-gb',
  'en-us': 'en-us',
  fr: 'fr-fr',
  no: 'nb',
  zh: 'cmn',
  'zh-hk': 'yue',
};

/**
 * eSpeak NG: intelligible, robotic, always there. The text goes in by standard input, so that nothing of it can be an option, and
 * SSML (`-m`) stays off.
 *
 * @throws SpeechFault `synthesiser_missing` when the program is not installed
 */
export async function createEspeakSynthesiser(options: EspeakOptions = {}): Promise<Synthesiser> {
  const program = options.program ?? 'espeak-ng';
  const timeLimitMs = options.timeLimitMs ?? 20_000;
  const run = async (args: string[], input: string, signal?: AbortSignal): Promise<Buffer> =>
    outputOf(program, await runProgram({ program, args, input, timeLimitMs, maxOutputBytes }, signal));
  const inTurn = limitConcurrency(options.parallel ?? Math.max(1, availableParallelism() - 1));
  const version = versionIn((await run(['--version'], '')).toString());
  const voices = voicesIn((await run(['--voices'], '')).toString());

  return {
    name: 'espeak-ng',
    isAvailable: true,
    voiceOf(language) {
      const voice = voiceFor(language, voices);
      return voice === null ? null : `espeak-ng ${version} ${voice} ${wordsPerMinute}`;
    },
    speak(speech: Speech, signal?: AbortSignal) {
      const voice = voiceFor(speech.language, voices);
      if (voice === null) return Promise.reject(notSpoken(speech.language));
      const args = ['-v', voice, '-s', String(wordsPerMinute), '-b', '1', '--stdin', '--stdout'];
      return inTurn(() => run(args, plainWords(speech.text), signal));
    },
  };
}

/** The voice for a BCP 47 tag: `hi-IN` falls back to `hi`; `es-419` has a voice of its own. */
export function voiceFor(language: string, voices: ReadonlySet<string>): string | null {
  const subtags = language.toLowerCase().split('-');
  for (let length = subtags.length; length > 0; length -= 1) {
    const tag = subtags.slice(0, length).join('-');
    const voice = voiceByTag[tag] ?? tag;
    if (voices.has(voice)) return voice;
  }
  return null;
}

/** `[[…]]` would be read as names of phonemes, and a NUL ends a text in C. */
export function plainWords(text: string): string {
  const plain = text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f]/g, ' ').replaceAll(/\[(?=\[)/g, '[ ');
  return composed.reduce((words, [letters, whole]) => words.replaceAll(letters, whole), plain);
}

/**
 * Bengali and Assamese letters that Unicode's normal forms write as two characters, and that it knows as one only: of two it swallows the
 * next vowel («সাড়ে» becomes «sar») or says the name of the dot. A lone «ন», nine in Assamese, it would spell.
 */
const composed: readonly [string | RegExp, string][] = [
  ['\u09af\u09bc', '\u09df'],
  ['\u09a1\u09bc', '\u09dc'],
  ['\u09a2\u09bc', '\u09dd'],
  [/(?<![\p{L}\p{M}])\u09a8(?![\p{L}\p{M}])/gu, '\u09a8\u0985'],
];

/** Lines like ` 5  hi   --/M  Hindi  inc/hi`. */
function voicesIn(listing: string): ReadonlySet<string> {
  const tags = listing.split('\n').map((line) => /^\s*\d+\s+(\S+)/.exec(line)?.[1]?.toLowerCase());
  return new Set(tags.filter((tag) => tag !== undefined));
}

function versionIn(text: string): string {
  return /(\d+(?:\.\d+)+\S*)/.exec(text)?.[1] ?? 'unknown';
}

function outputOf(program: string, run: ProgramResult): Buffer {
  if (run.result === 'done') return run.output;
  const remedy = 'install eSpeak NG (on Debian: apt-get install espeak-ng)';
  throw programFault({ program, role: 'synthesiser', work: 'speech synthesis', remedy }, run);
}

function notSpoken(language: string): SpeechFault {
  return new SpeechFault(
    'language_not_spoken',
    `espeak-ng has no voice for the language ${language}; record its prompts instead`,
  );
}
