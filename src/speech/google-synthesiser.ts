// The module that makes addresses, by its path: the package's entry would also load the HTTP client with which it fetches by itself, and
// what it fetches it evaluates as code.
import { getAudioUrl } from 'google-tts-api/dist/getAudioUrl.js';
import type { Dispatcher } from 'undici';

import { fetchBounded } from './fetch-bounded.ts';
import { soundFormatOf } from './sound-format.ts';
import { faultOfReply } from './service-fault.ts';
import { SpeechFault } from './speech-fault.ts';
import { splitText } from './split-text.ts';
import type { Synthesiser } from './synthesiser.ts';
import type { TakeTurn } from './take-turns.ts';

export interface GoogleOptions {
  /** Where the service is: `https://translate.google.com`. */
  host: string;
  dispatcher: Dispatcher;
  /** One request at a time, and not many: the service is unofficial, and blocks who asks too much. */
  takeTurn: TakeTurn;
  /** For one request. */
  timeLimitMs?: number;
}

const longestText = 200;
/** 200 characters are about 20 s; at 32 kbit/s these are 80 kB. */
const maxBodyBytes = 2 * 1024 * 1024;

/** Languages that the service speaks, as of 2026; those that have another name there follow. */
const tags = new Set(
  'af am ar bg bn bs ca cs cy da de el en es et eu fi fr gl gu ha hi hr hu id is it ja km kn ko la lt lv ml mr ms my ne nl no pa pl pt ro ru si sk sq sr su sv sw ta te th tr uk ur vi'.split(
    ' ',
  ),
);
const tagOf: Readonly<Record<string, string>> = {
  ...{ he: 'iw', jv: 'jw', fil: 'tl', nb: 'no', zh: 'zh-CN' },
  ...{ 'zh-hant': 'zh-TW', 'zh-tw': 'zh-TW', 'zh-hk': 'zh-TW' },
};

/** The voice of Google Translate, by the addresses of the package `google-tts-api`. Resolves MP3. */
export function createGoogleSynthesiser(options: GoogleOptions): Synthesiser {
  async function speakPiece(text: string, tag: string, signal?: AbortSignal): Promise<Buffer> {
    const url = getAudioUrl(text, { lang: tag, slow: false, host: options.host });
    const limits = { timeLimitMs: options.timeLimitMs ?? 10_000, maxBodyBytes };
    const reply = await options.takeTurn(
      () => fetchBounded(options.dispatcher, { url, method: 'GET', ...limits }, signal),
      signal,
    );
    const fault = faultOfReply(reply, { service: 'google', isWanted: isMp3 });
    if (fault !== null) throw fault;
    return reply.result === 'answered' ? reply.body : Buffer.alloc(0);
  }

  return {
    name: 'google',
    isAvailable: true,
    voiceOf(language) {
      const tag = googleTag(language);
      return tag === null ? null : `google-tts-api 2 ${tag}`;
    },
    async speak({ text, language }, signal) {
      const tag = googleTag(language);
      if (tag === null) throw new SpeechFault('language_not_spoken', `google has no voice for ${language}`);
      const pieces: Buffer[] = [];
      for (const piece of splitText(text, longestText)) pieces.push(await speakPiece(piece, tag, signal));
      return Buffer.concat(pieces); // frames of MP3 follow one another as they are
    },
  };
}

/** The service's tag for a language, or for what it is a kind of: `hi` for `hi-IN`; null where it does not speak it. */
export function googleTag(language: string): string | null {
  const subtags = language.toLowerCase().split('-');
  for (let length = subtags.length; length > 0; length -= 1) {
    const tag = subtags.slice(0, length).join('-');
    const known = tagOf[tag] ?? (tags.has(tag) ? tag : null);
    if (known !== null) return known;
  }
  return null;
}

/** A captcha is a page of HTML with status 200. */
function isMp3(contentType: string, body: Buffer): boolean {
  return /^(audio\/|application\/octet-stream)/.test(contentType) && soundFormatOf(body) === 'mp3';
}
