import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { plainWords, voiceFor } from '../../../src/speech/espeak-synthesiser.ts';

const installed = new Set(['hi', 'en-gb', 'en-us', 'es', 'es-419', 'cmn', 'yue', 'pt', 'pt-br', 'fr-fr']);

describe('the voice for a language', () => {
  test.each([
    ['hi', 'hi'],
    ['hi-IN', 'hi'],
    ['hi-Deva-IN', 'hi'],
    ['en', 'en-gb'],
    ['en-IN', 'en-gb'],
    ['en-US', 'en-us'],
    ['es-419', 'es-419'],
    ['es-MX', 'es'],
    ['pt-BR', 'pt-br'],
    ['zh', 'cmn'],
    ['zh-HK', 'yue'],
    ['fr-CA', 'fr-fr'],
    ['xx', null],
    ['', null],
    ['-v', null],
  ])('%s is spoken by %s', (language, voice) => {
    expect(voiceFor(language, installed)).toBe(voice);
  });

  test('is always one of those that are installed', () => {
    fc.assert(
      fc.property(fc.string(), (language) => {
        const voice = voiceFor(language, installed);
        expect(voice === null || installed.has(voice)).toBe(true);
      }),
    );
  });
});

describe('the words given to eSpeak NG', () => {
  test.each([
    ['say [[h@l@U]] now', 'say [ [h@l@U]] now'],
    ['[[[x', '[ [ [x'],
    ['before\u0000after\u001b', 'before after '],
    ['one\ntwo', 'one\ntwo'],
    ['नमस्ते [आशा]', 'नमस्ते [आशा]'],
    ['\u09b8\u09be\u09a1\u09bc\u09c7', '\u09b8\u09be\u09dc\u09c7'],
    ['\u09b9\u09af\u09bc', '\u09b9\u09df'],
    ['পুৱা ন বজাত', 'পুৱা নঅ বজাত'],
    ['নমস্কাৰ', 'নমস্কাৰ'],
  ])('%j become %j', (text, words) => {
    expect(plainWords(text)).toBe(words);
  });

  test('never hold phoneme names or control characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('[', ']', 'a', '\u0000', '\u0007', ' ') }), (text) => {
        expect(plainWords(text)).not.toMatch(/\[\[|[\u0000-\u0009]/);
      }),
    );
  });
});
