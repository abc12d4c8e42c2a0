import type { Say, SayItem } from './say.ts';
import { itemsOf } from './say.ts';
import { allMomentParts } from './moment-speech.ts';
import { allNumberParts, digitParts, numberParts } from './number-speech.ts';
import { isLate, speak, type Voice } from './speak.ts';
import type { SpokenPart } from './spoken-part.ts';
import { namesIn } from './template.ts';

/** Every part that saying this could need, whatever the values are that come to be known only during the call. */
export function everyPartOf(words: Say, voice: Voice): SpokenPart[] {
  return itemsOf(words).flatMap((item) => everyPartOfItem(item, voice));
}

function everyPartOfItem(item: SayItem, voice: Voice): SpokenPart[] {
  if (typeof item === 'string' || 'text' in item || 'pause' in item) return speak(item, voice);
  const [kind, template] = Object.entries(item)[0] as [string, string];
  if (!isLate(template, voice)) return speak(item, voice);
  if (kind === 'digits') return digitParts('0123456789', voice);
  if (kind === 'number') return lateNumberParts(template, voice);
  const { words, language } = voice;
  return words === null ? digitParts('0123456789', voice) : allMomentParts({ words, language });
}

function lateNumberParts(template: string, voice: Voice): SpokenPart[] {
  const [name = ''] = namesIn(template);
  const isNameAlone = template.replaceAll(/[{}\s]/g, '') === name;
  const greatest = isNameAlone ? voice.greatestOf(name) : null;
  if (greatest === null) return allNumberParts(voice);
  return Array.from({ length: greatest + 1 }, (_, value) => numberParts(value, voice)).flat();
}
