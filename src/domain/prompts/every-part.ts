import type { Figures } from './figures.ts';
import { everyDateWord, everyTimeWord } from './moment-speech.ts';
import { everyMoneyWord } from './money-speech.ts';
import { digitWords, everyNumberWord, numberWords, partsOf } from './number-speech.ts';
import { itemsOf, templateOf, type FigureItem, type Say, type SayItem } from './say.ts';
import { isLate, speak, type Voice } from './speak.ts';
import type { SpokenPart } from './spoken-part.ts';
import { namesIn } from './template.ts';

/** Every part that saying this could need, whatever the values are that come to be known only during the call. */
export function everyPartOf(words: Say, voice: Voice): SpokenPart[] {
  return itemsOf(words).flatMap((item) => everyPartOfItem(item, voice));
}

const everyDigit = '0123456789';

function everyPartOfItem(item: SayItem, voice: Voice): SpokenPart[] {
  if (typeof item === 'string' || 'text' in item || 'audio' in item || 'pause' in item)
    return speak(item, voice);
  // The step that chooses it names all that there are to choose from.
  if ('prompt' in item) return [];
  if (!isLate(templateOf(item), voice)) return speak(item, voice);
  const figures = voice.words?.figures ?? null;
  const fragments = figures === null ? digitWords(everyDigit, null) : everyWordOf(item, figures, voice);
  return partsOf([...new Set(fragments)], voice.language);
}

function everyWordOf(item: FigureItem, figures: Figures, voice: Voice): string[] {
  if ('digits' in item) return digitWords(everyDigit, figures);
  if ('number' in item) return everyWordOfNumber(item.number, figures, voice);
  if ('date' in item) return everyDateWord(figures);
  return 'time' in item ? everyTimeWord(figures) : everyMoneyWord(item.currency, figures);
}

function everyWordOfNumber(template: string, figures: Figures, voice: Voice): string[] {
  const [name = ''] = namesIn(template);
  const isNameAlone = template.replaceAll(/[{}\s]/g, '') === name;
  const greatest = isNameAlone ? voice.greatestOf(name) : null;
  if (greatest === null) return everyNumberWord(figures);
  return Array.from({ length: greatest + 1 }, (_, value) => numberWords(value, figures)).flat();
}
