import type { SpokenPart } from './spoken-part.ts';

/** How long a part sounds: measured where there is a sound of it, else estimated from its text. */
export interface PartLength {
  durationMs: number;
  measured: boolean;
}

/** @param knownMs what is known of the part's sound, in milliseconds; null where there is none yet */
export function lengthOfPart(part: SpokenPart, knownMs: number | null): PartLength {
  if (part.kind === 'beep') return { durationMs: knownMs ?? beepMs, measured: true };
  if (part.kind === 'music') return { durationMs: knownMs ?? musicMs, measured: true };
  if (part.kind === 'pause' || part.kind === 'own_words')
    return { durationMs: part.durationMs, measured: true };
  return knownMs === null
    ? { durationMs: estimatedMs(textOf(part)), measured: false }
    : { durationMs: knownMs, measured: true };
}

/** Of a recording nobody may have written down the words. */
function textOf(part: Exclude<SpokenPart, { kind: 'pause' | 'beep' | 'music' | 'own_words' }>): string {
  return part.kind === 'recording' ? '' : (part.text ?? '');
}

const beepMs = 400;
const musicMs = 9_600;
const padsMs = 160;
const digitMs = 400;
const wordSignMs = 330;
const latinMs = 80;
const otherMs = 100;

/**
 * The rule: so much for each character by its script, spaces included, and the pads that every rendition has. Measured with eSpeak NG at 140
 * words a minute, on sentences as campaigns have them, in 20 languages: 10 to 14 characters a second in Latin letters, 9 to 13 in those of
 * India, 8 in Arabic, 7 in Thai, 2 in Chinese.
 */
function estimatedMs(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + msOf(character), padsMs);
}

function msOf(character: string): number {
  if (/\p{Nd}/u.test(character)) return digitMs;
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(character))
    return wordSignMs;
  return /[\p{ASCII}\p{Script=Latin}]/u.test(character) ? latinMs : otherMs;
}
