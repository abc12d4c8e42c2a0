import type { z } from 'zod';
import { parseDurationMs } from '../../../lib/duration.ts';
import { suggestionFrom } from '../../suggest.ts';

/** What a value of the wrong form should be instead; `name` is that of the field, null for an entry of a list or the whole document. */
export function suggestForm(issue: z.core.$ZodIssue, value: unknown, name: string | null): string {
  switch (issue.code) {
    case 'invalid_type':
      return write(
        name,
        value,
        isNumber(issue.expected, value) ? `${value}, without quotes` : exampleOf(issue.expected),
      );
    case 'invalid_value': {
      const values = issue.values.map(String);
      const example = JSON.stringify(issue.values[0] ?? null);
      return suggestionFrom(values, String(value)).suggestion ?? write(name, value, example);
    }
    case 'too_small':
      return more(issue, value);
    case 'too_big':
      return fewer(issue, value);
    default:
      return suggestFor(issue.message, value) ?? write(name, value, '…');
  }
}

function write(name: string | null, value: unknown, example: string): string {
  if (name === null) return `Write ${example} here.`;
  return value === undefined ? `Add "${name}": ${example}.` : `Write "${name}": ${example}.`;
}

function isNumber(expected: string, value: unknown): value is string {
  return (
    (expected === 'int' || expected === 'number') && typeof value === 'string' && /^\d{1,9}$/.test(value)
  );
}

function exampleOf(expected: string): string {
  const examples: Readonly<Record<string, string>> = {
    string: '"…", in quotes',
    int: '1, without quotes',
    number: '1, without quotes',
    array: '[…]',
    tuple: '[…, …]',
    object: '{ … }',
    record: '{ … }',
    boolean: 'true, without quotes',
  };
  return examples[expected] ?? '…';
}

function more({ origin, minimum }: z.core.$ZodIssueTooSmall, value: unknown): string {
  if (origin === 'string') return 'Write something here, or take the field out where it may be left out.';
  if (origin !== 'array') return `Write ${minimum} or take it out.`;
  const missing = Number(minimum) - (Array.isArray(value) ? value.length : 0);
  return `Add ${missing === 1 ? 'one' : missing} more.`;
}

function fewer({ origin, maximum }: z.core.$ZodIssueTooBig, value: unknown): string {
  const length = typeof value === 'string' || Array.isArray(value) ? value.length : 0;
  if (origin === 'string') return `Take ${length - Number(maximum)} characters away.`;
  if (origin === 'array') return `Take ${length - Number(maximum)} of them out, or make two flows of it.`;
  return `Write ${maximum}, or take it out for what is usual.`;
}

/** By what the schemas say of forms that have a notation of their own. */
const notations: readonly [message: RegExp, suggest: (written: string, message: string) => string][] = [
  [/duration/, suggestDuration],
  [/language tag/, (written) => `Write the code of the language${codeOf(written)}.`],
  [/currency/, () => 'Write the three capital letters of ISO 4217: "INR", "USD".'],
  [/«end» and «next»/, (written) => `Call it «${written}_step», for instance.`],
  [
    /of a prompt/,
    (written) => `For words, write { "text": { "en": ${JSON.stringify(written.trim() || '…')} } }.`,
  ],
  [/stored flow/, () => 'Write the id under which it was stored, and @ and a number for one version.'],
  [/must be an id|of a step|must be a name/, slugged],
  [
    /JSON pointer/,
    (written) => `Begin with a slash: "/${written.replaceAll('.', '/').replace(/^\/+/, '')}".`,
  ],
  [/https/, () => 'Write the whole address: "https://example.org/…"; what changes goes into "query".'],
  [/one option/, () => 'Add one: "1": { "value": "yes" }.'],
  [/two languages/, () => 'Add the other languages, each with its key: "2": { "language": "en" }.'],
  [/at most/, () => 'Keep those that are spoken or sent, and take the others out.'],
  [/put in by the gateway/, () => 'Keep the "audio" alone.'],
  [/control characters/, () => 'Take out line breaks and other invisible characters; write a space instead.'],
  [/surrogates/, () => 'Send the text as UTF-8, and do not cut it within a character.'],
];

function suggestFor(message: string, value: unknown): string | null {
  const written = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  const notation = notations.find(([form]) => form.test(message));
  return notation === undefined ? null : notation[1](written.slice(0, 64), message);
}

/** The nearest that is allowed, where the message gives limits in seconds. */
function suggestDuration(written: string, message: string): string {
  const seconds = /^\d+(\.\d+)?$/.test(written) ? Number(written) : (parseDurationMs(written) ?? NaN) / 1000;
  const limits = (/([\d.]+ to )?[\d.]+ s/.exec(message)?.[0] ?? '').match(/[\d.]+/g)?.map(Number) ?? [];
  if (Number.isNaN(seconds)) return 'Write the seconds between PT and S, or minutes between PT and M.';
  const allowed = Math.max(Math.min(...limits), Math.min(Math.max(...limits), seconds));
  return `Write "PT${limits.length === 2 ? allowed : Math.min(seconds, ...limits)}S".`;
}

function slugged(written: string): string {
  const allowed = /[^a-z0-9_]+/g;
  const slug = written
    .toLowerCase()
    .replaceAll(allowed, '_')
    .replaceAll(/^[^a-z]+|_+$/g, '');
  return slug === '' || slug === written
    ? 'Write small letters, digits and _, with a letter first, such as question_1.'
    : `Write «${slug}», for instance.`;
}

const spokenCodes = [
  'hi',
  'en',
  'bn',
  'mr',
  'te',
  'ta',
  'gu',
  'ur',
  'kn',
  'or',
  'ml',
  'pa',
  'as',
  'ne',
  'si',
  'fr',
  'es',
  'ar',
  'sw',
  'pt',
];

function codeOf(written: string): string {
  const names = new Intl.DisplayNames('en', { type: 'language' });
  const code = spokenCodes.find((each) => names.of(each)?.toLowerCase() === written.toLowerCase());
  return code === undefined ? ', two or three small letters: "hi"' : `: "${code}"`;
}
