import type { LanguageWords } from './built-in-words.ts';
import type { Counted, Figures, Form, Gender, Scale } from './figures.ts';
import type { SpokenPart } from './spoken-part.ts';

/**
 * Numbers in words, by the figures of a language. The words come as a list of fragments from a small set (`everyNumberWord`): what is known
 * only during the call is put together from sounds that were made before; what is known earlier is spoken as one phrase.
 */
export interface NumberVoice {
  language: string;
  words: LanguageWords | null;
}

const mostExact = 1e15;
const mostDecimals = 6;

/** A number as it is spoken; nothing for what is no finite number. Beyond 15 digits they are spoken one by one. */
export function numberWords(value: number, figures: Figures): string[] {
  if (!Number.isFinite(value)) return [];
  const decimal = plainDecimal(Math.abs(value));
  if (Math.abs(value) >= mostExact) return digitWords(plainDecimal(value), figures);
  const [whole = '0', decimals = ''] = decimal.split('.');
  const point = decimals === '' ? [] : [figures.point, ...digitWords(decimals, figures)];
  const minus = value < 0 && Number(decimal) !== 0 ? [figures.minus] : [];
  return [...minus, ...wholeNumberWords(Number(whole), { figures }), ...point];
}

/** Every digit of the text by itself; whatever is no digit is left out. */
export function digitWords(text: string, figures: Figures | null): string[] {
  const digits = Array.from(text.matchAll(/[0-9]/g), ([digit]) => digit);
  return figures === null ? digits : digits.map((digit) => figures.below_hundred[Number(digit)] ?? digit);
}

export function digitParts(text: string, { language, words }: NumberVoice): SpokenPart[] {
  return partsOf(digitWords(text, words?.figures ?? null), language);
}

/** One part for each fragment. */
export function partsOf(fragments: readonly string[], language: string): SpokenPart[] {
  return fragments.map((text) => ({ kind: 'text', language, text }));
}

/** Fragments as one text. */
export function phraseOf(fragments: readonly string[], { and }: Figures): string {
  const prefix = and?.is_prefix === true ? and.word : null;
  return fragments
    .map((text) => (text === prefix ? text : `${text} `))
    .join('')
    .trim();
}

/** How a whole number from 0 to 10^15 is said; `gender` is that of what it counts. */
export interface NumberForm {
  figures: Figures;
  gender?: Gender | undefined;
  /** What comes after it: nothing, more of the same number, or what is counted. */
  before?: 'rest' | 'counted' | undefined;
}

/** Each level of this divides the value by 100 at least. */
export function wholeNumberWords(value: number, form: NumberForm): string[] {
  const scale = form.figures.scales.find((each) => value >= each.value);
  if (scale !== undefined) return scaledWords(value, scale, form);
  if (value < 100) return [formOf(agreeing(value, form) ?? form.figures.below_hundred[value] ?? '', form)];
  const hundreds = Math.floor(value / 100);
  const rest = value % 100;
  const word = agreeing(hundreds * 100, form) ?? form.figures.hundreds[hundreds - 1] ?? '';
  return withRest([formOf(word, rest === 0 ? form : { before: 'rest' })], rest, form);
}

/** What is counted, with its count. */
export function countedWords(
  count: number,
  unit: Counted,
  form: NumberForm & { unitFirst?: boolean },
): string[] {
  const exact = unit.exact?.[count];
  if (exact !== undefined) return [formOf(exact, form)];
  const named = formOf(countedForm(count, unit), form);
  const number = wholeNumberWords(count, { ...form, before: 'counted' });
  return form.unitFirst === true ? [named, ...number] : [...number, named];
}

/** Every fragment that a number could need, where it counts something of that gender. */
export function everyNumberWord(figures: Figures, gender: Gender = 'masculine'): string[] {
  const { below_hundred, hundreds, scales, and, minus, point } = figures;
  const overlays = [figures.agreeing?.masculine, figures.agreeing?.[gender]];
  const agreed = overlays.flatMap((overlay) => Object.values(overlay ?? {}));
  return [
    ...below_hundred,
    ...[...hundreds, ...agreed].flat(),
    ...scales.flatMap(everyCountedForm),
    ...[minus, point, and?.word ?? []].flat(),
  ];
}

export function everyCountedForm(unit: Counted): string[] {
  const { exact, few, many, millions, other } = unit;
  return [...Object.values(exact ?? {}), few ?? [], many ?? [], millions ?? [], other].flat();
}

function scaledWords(value: number, scale: Scale, form: NumberForm): string[] {
  const count = Math.floor(value / scale.value);
  const rest = value % scale.value;
  const gender = genderBefore(scale, form);
  const head = countedWords(count, scale, {
    figures: form.figures,
    gender,
    before: rest === 0 ? form.before : 'rest',
  });
  return withRest(head, rest, form);
}

/** Thousands are said as what they count; a million is a noun of its own. */
function genderBefore(scale: Scale, { gender }: NumberForm): Gender {
  return scale.value === 1000 && gender !== undefined ? gender : 'masculine';
}

function withRest(head: string[], rest: number, form: NumberForm): string[] {
  if (rest === 0) return head;
  const { and } = form.figures;
  const joint = and !== undefined && needsAnd(rest, and) ? [and.word] : [];
  return [...head, ...joint, ...wholeNumberWords(rest, form)];
}

function needsAnd(rest: number, and: NonNullable<Figures['and']>): boolean {
  if (and.before === 'every') return true;
  if (rest < 100) return rest <= (and.up_to ?? 99);
  return and.before === 'last' && rest < 1000 && rest % 100 === 0;
}

function agreeing(value: number, { figures, gender }: NumberForm): Form | undefined {
  return gender === undefined ? undefined : figures.agreeing?.[gender]?.[value];
}

function countedForm(count: number, { few, many, millions, other }: Counted): Form {
  const end = count % 100;
  if (few !== undefined && end >= 3 && end <= 10) return few;
  if (many !== undefined && end >= 11) return many;
  return millions !== undefined && count >= 1e6 && count % 1e6 === 0 ? millions : other;
}

function formOf(form: Form, { before }: Pick<NumberForm, 'before'>): string {
  if (typeof form === 'string') return form;
  const [alone, followed, counting = alone] = form;
  if (before === undefined) return alone;
  return before === 'rest' ? followed : counting;
}

/** Without an exponent and without zeros at the end. */
function plainDecimal(value: number): string {
  if (Math.abs(value) >= mostExact) return BigInt(Math.trunc(value)).toString();
  return value.toFixed(mostDecimals).replace(/\.?0+$/, '');
}
