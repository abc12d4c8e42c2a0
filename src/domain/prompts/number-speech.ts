import type { LanguageWords } from './built-in-words.ts';
import type { SpokenPart } from './spoken-part.ts';

/**
 * Numbers are spoken from fragments that are on disk before the phone rings: 0 to 99 one fragment each, and the words for hundred,
 * thousand, lakh and crore, grouped as in India. Where a language has no such words, and beyond 15 digits, digits are spoken one by one.
 */
export interface NumberVoice {
  language: string;
  words: LanguageWords | null;
}

const mostExact = 1e15;
const mostDecimals = 6;

const scales = [
  { size: 10_000_000, word: 'system.number_crore' },
  { size: 100_000, word: 'system.number_lakh' },
  { size: 1_000, word: 'system.number_thousand' },
  { size: 100, word: 'system.number_hundred' },
] as const;

/** A number as it is spoken; nothing for what is no finite number. */
export function numberParts(value: number, voice: NumberVoice): SpokenPart[] {
  return numberFragments(value, voice.words).map((text) => fragment(text, voice));
}

/** Every digit of the text by itself; whatever is no digit is left out. */
export function digitParts(text: string, voice: NumberVoice): SpokenPart[] {
  return digitsOf(text).map((digit) => fragment(digit, voice));
}

/** Every fragment that a number could need. */
export function allNumberParts(voice: NumberVoice): SpokenPart[] {
  const numerals = Array.from({ length: 100 }, (_, number) => String(number));
  const words = voice.words;
  const names =
    words === null
      ? []
      : [
          ...scales.map((scale) => words[scale.word]),
          words['system.number_minus'],
          words['system.number_point'],
        ];
  return [...numerals, ...names].map((text) => fragment(text, voice));
}

function numberFragments(value: number, words: LanguageWords | null): string[] {
  if (!Number.isFinite(value)) return [];
  if (words === null || Math.abs(value) >= mostExact) return digitsOf(plainDecimal(value));
  const [whole = '0', decimals = ''] = plainDecimal(Math.abs(value)).split('.');
  const point = decimals === '' ? [] : [words['system.number_point'], ...digitsOf(decimals)];
  const fragments = [...wholeFragments(Number(whole), words), ...point];
  const isZero = fragments.every((text) => text === '0' || text === words['system.number_point']);
  return value < 0 && !isZero ? [words['system.number_minus'], ...fragments] : fragments;
}

/** `value` is a whole number from 0 to 10^15; each level of this divides it by 100 at least. */
function wholeFragments(value: number, words: LanguageWords): string[] {
  const scale = scales.find(({ size }) => value >= size);
  if (scale === undefined) return [String(value)];
  const rest = value % scale.size;
  const head = [...wholeFragments(Math.floor(value / scale.size), words), words[scale.word]];
  return rest === 0 ? head : [...head, ...wholeFragments(rest, words)];
}

/** Without an exponent and without zeros at the end. */
function plainDecimal(value: number): string {
  if (Math.abs(value) >= mostExact) return BigInt(Math.trunc(value)).toString();
  return value.toFixed(mostDecimals).replace(/\.?0+$/, '');
}

function digitsOf(text: string): string[] {
  return Array.from(text.matchAll(/[0-9]/g), ([digit]) => digit);
}

function fragment(text: string, voice: NumberVoice): SpokenPart {
  return { kind: 'text', language: voice.language, text };
}
