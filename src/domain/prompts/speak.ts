import { assert, unreachable } from '../../lib/assert.ts';
import { parseDurationMs } from '../../lib/duration.ts';
import type { FlowValue } from '../flows/flow-session.ts';
import { isWordId, type LanguageWords } from './built-in-words.ts';
import type { Figures } from './figures.ts';
import { dateWords, timeWords } from './moment-speech.ts';
import { moneyWords } from './money-speech.ts';
import { digitParts, digitWords, numberWords, partsOf, phraseOf } from './number-speech.ts';
import { itemsOf, templateOf, type FigureItem, type Say, type SayItem } from './say.ts';
import type { SpokenPart } from './spoken-part.ts';
import { fillTemplate, namesIn } from './template.ts';

/** Who speaks, and what is known: all that turns `say` into sounds. */
export interface Voice {
  language: string;
  /** Null where the gateway has no words of its own in this language. */
  words: LanguageWords | null;
  /** Who shares the phone, in the order of their keys. */
  people: readonly { name: string }[];
  valueOf(name: string): FlowValue;
  /** Whether the value comes to be known only during the call, when nothing can be synthesised any more. */
  isKnownLate(name: string): boolean;
  /** The greatest whole number, from 0, that a late value can be; null where there is no telling. */
  greatestOf(name: string): number | null;
}

/** What `say` sounds like; nothing where a value is missing or is not what it is spoken as. */
export function speak(words: Say, voice: Voice): SpokenPart[] {
  return itemsOf(words).flatMap((item) => speakItem(item, voice));
}

/** A text of the language, with variables filled in. Where a value is missing, no lonely comma stays behind. */
export function speakText(text: string, voice: Voice): SpokenPart[] {
  const spoken = fillTemplate(text, (name) => voice.valueOf(name));
  const hasGap = namesIn(text).some((name) => (voice.valueOf(name) ?? '') === '');
  return textPart(hasGap ? closeGaps(spoken) : spoken, voice.language);
}

function closeGaps(text: string): string {
  return text.replaceAll(/\s+([,;.!?।])/g, '$1').replace(/^[\s,;.]+/, '');
}

function speakItem(item: SayItem, voice: Voice): SpokenPart[] {
  if (typeof item === 'string') return promptPart(item, voice);
  if ('audio' in item)
    return item.recording === undefined ? [] : [{ kind: 'recording', hash: item.recording }];
  if ('text' in item) return speakText(item.text[voice.language] ?? '', voice);
  if ('pause' in item) return [{ kind: 'pause', durationMs: pauseMs(item.pause) }];
  if ('prompt' in item) return speakItem(filled(item.prompt, voice), voice);
  return speakFigures(item, voice);
}

function promptPart(id: string, { language, words }: Voice): SpokenPart[] {
  const isOwn = isWordId(id);
  if (isOwn && words === null) return [];
  return [{ kind: 'prompt', id, language, text: isOwn ? (words?.[id] ?? null) : null }];
}

/** What is known early is one phrase; digits are always spoken one by one, and what is known late is put together from fragments. */
function speakFigures(item: FigureItem, voice: Voice): SpokenPart[] {
  const figures = voice.words?.figures ?? null;
  const value = filled(templateOf(item), voice);
  if (figures === null || 'digits' in item) return digitParts(value, voice);
  const fragments = figureWords(item, value, figures);
  if (isLate(templateOf(item), voice)) return partsOf(fragments, voice.language);
  return textPart(phraseOf(fragments, figures), voice.language);
}

function figureWords(item: FigureItem, value: string, figures: Figures): string[] {
  if ('digits' in item) return digitWords(value, figures);
  if ('number' in item) return numberWords(numberIn(value), figures);
  if ('date' in item) return dateWords(value, figures);
  if ('time' in item) return timeWords(value, figures);
  if ('money' in item) return moneyWords(numberIn(value), item.currency, figures);
  return unreachable(item);
}

/** Whether the item speaks of something that is known only during the call. */
export function isLate(template: string, voice: Voice): boolean {
  return namesIn(template).some((name) => voice.isKnownLate(name));
}

function filled(template: string, voice: Voice): string {
  return fillTemplate(template, (name) => voice.valueOf(name));
}

function numberIn(text: string): number {
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

function pauseMs(pause: string): number {
  const durationMs = parseDurationMs(pause);
  assert(durationMs !== null, 'a validated flow has durations only');
  return durationMs;
}

function textPart(text: string | undefined, language: string): SpokenPart[] {
  return text === undefined || text === '' ? [] : [{ kind: 'text', language, text }];
}
