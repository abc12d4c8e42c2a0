import type { StepDraft } from '../import-note.ts';
import { readLimits, type AnswerLimits } from './answer-limits.ts';
import { note, type FormBuilder } from './form-builder.ts';
import { headingOf, valueOf, type FormRow } from './form-table.ts';
import { wordsOfField } from './form-words.ts';

/** Where a form sets no bound, an answer may be as long as this; numbers are exact up to 15 digits. */
const usualDigits = 10;
const mostDigits = 15;

/** The fields of a `digits` step for a whole number that is keyed in, held to the row's constraint as far as keys can be. */
export function numberFields(
  builder: FormBuilder,
  row: FormRow,
  range: Partial<AnswerLimits>,
): Partial<StepDraft> {
  const limits = { ...limitsOf(builder, row), ...range };
  if (limits.least !== null && limits.least < 0)
    note(builder, row, {
      kind: 'changed',
      field: 'constraint',
      detail: 'Negative numbers cannot be keyed in: the least is 0.',
    });
  if (limits.pattern !== null || limits.longest !== null) return textFields(builder, row, limits);
  const least = Math.max(0, limits.least ?? 0);
  const greatest = Math.min(limits.greatest ?? 10 ** usualDigits - 1, 10 ** mostDigits - 1);
  if (greatest < least) {
    note(builder, row, {
      kind: 'left_out',
      field: 'constraint',
      detail: 'No answer can be right by this constraint; any number is taken.',
    });
    return { max: usualDigits, terminator: '#' };
  }
  const max = String(greatest).length;
  const isBounded = limits.least !== null || limits.greatest !== null;
  return {
    max,
    ...(max > 1 ? { terminator: '#' } : {}),
    ...(isBounded ? { range: [least, greatest] } : {}),
    ...invalidWords(builder, row),
  };
}

/** The fields of a `digits` step for a code, such as a phone number, whose zeros count. */
export function textFields(builder: FormBuilder, row: FormRow, limits: AnswerLimits): Partial<StepDraft> {
  const shortest = Math.max(1, limits.shortest ?? 1);
  const longest = Math.min(32, Math.max(shortest, limits.longest ?? lengthOf(limits.pattern) ?? 20));
  return {
    ...(shortest > 1 && shortest <= longest ? { min: shortest } : {}),
    max: longest,
    ...(fixedLength(limits) ? {} : { terminator: '#' }),
    ...(limits.pattern === null ? {} : { pattern: limits.pattern }),
    ...invalidWords(builder, row),
  };
}

/** What the constraint of a row says; where keys cannot be held to it, that is noted and nothing is checked. */
export function limitsOf(builder: FormBuilder, row: FormRow): AnswerLimits {
  const read = readLimits(valueOf(row, 'constraint'));
  if (read.result === 'limits') return read.limits;
  note(builder, row, {
    kind: 'left_out',
    field: 'constraint',
    detail: `The constraint ${read.detail}; any number is taken.`,
  });
  return { least: null, greatest: null, shortest: null, longest: null, pattern: null };
}

function invalidWords(builder: FormBuilder, row: FormRow): Partial<StepDraft> {
  const say = wordsOfField(builder, row, 'constraint_message');
  return say === null ? {} : { invalid: { say } };
}

/** `^[6-9][0-9]{9}$`: the length of all that fits, where it can be seen at once; then no key has to end the answer. */
function lengthOf(pattern: string | null): number | null {
  if (pattern === null) return null;
  const atoms = pattern
    .replace(/^\^/, '')
    .replace(/\$$/, '')
    .match(/(?:\[[^\]]+\]|\\d|\.|[0-9])(?:\{\d{1,2}\})?/g);
  const whole = (atoms ?? []).join('');
  if (whole !== pattern.replace(/^\^/, '').replace(/\$$/, '')) return null;
  return (atoms ?? []).reduce((sum, atom) => sum + Number(/\{(\d+)\}$/.exec(atom)?.[1] ?? 1), 0);
}

function fixedLength({ shortest, longest, pattern }: AnswerLimits): boolean {
  return (shortest !== null && shortest === longest) || lengthOf(pattern) !== null;
}

/** `start=1 end=5 step=1`, the parameters of a `range`. */
export function rangeOf(row: FormRow): { least: number; greatest: number } | string {
  const text = valueOf(row, 'parameters');
  const read = (name: string): number | null => {
    const written = new RegExp(`\\b${name}\\s*=\\s*(-?\\d{1,9}(?:\\.\\d{1,6})?)`, 'i').exec(text)?.[1];
    return written === undefined ? null : Number(written);
  };
  const [least, greatest, step] = [read('start') ?? 1, read('end') ?? 10, read('step') ?? 1];
  if (![least, greatest, step].every(Number.isInteger) || step !== 1)
    return `has steps that are no whole numbers (${headingOf(row, 'parameters')})`;
  return least < 0 || greatest < least ? 'goes below 0' : { least, greatest };
}
