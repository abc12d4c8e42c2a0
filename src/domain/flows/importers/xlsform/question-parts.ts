import type { FlowPart } from '../flow-parts.ts';
import type { StepDraft } from '../import-note.ts';
import { leaveOut, note, type FormBuilder, type FormChoice, type KnownName } from './form-builder.ts';
import { choicesOf } from './form-choices.ts';
import type { RowType } from './form-tree.ts';
import { valueOf, type FormRow } from './form-table.ts';
import { wordsOfRow } from './form-words.ts';
import { limitsOf, numberFields, rangeOf, textFields } from './keyed-answers.ts';
import { noteDefault, noteName } from './question-notes.ts';
import { optionKeys, optionsOf } from './offered-options.ts';
import { otherPart } from './other-answer.ts';
import { severalParts } from './several-answers.ts';

/** Why a kind of question cannot be asked by phone. */
const notByPhone: Readonly<Record<string, { detail: string; suggestion?: string }>> = {
  decimal: {
    detail: 'Decimal numbers cannot be keyed in on a phone.',
    suggestion: 'Ask for a whole number in a smaller unit.',
  },
  date: {
    detail: 'Dates cannot be asked by phone.',
    suggestion: 'Ask for day, month and year as three numbers.',
  },
  time: { detail: 'Times of day cannot be asked by phone.', suggestion: 'Ask for the hour as a number.' },
  datetime: { detail: 'Dates and times cannot be asked by phone.' },
  image: { detail: 'Pictures cannot be taken in a phone call.' },
  video: { detail: 'Videos cannot be taken in a phone call.' },
  file: { detail: 'Files cannot be sent in a phone call.' },
  barcode: { detail: 'Barcodes cannot be read in a phone call.' },
  geopoint: { detail: 'Places cannot be told in a phone call.' },
  geotrace: { detail: 'Places cannot be told in a phone call.' },
  geoshape: { detail: 'Places cannot be told in a phone call.' },
  rank: { detail: 'Ranking cannot be asked by phone.', suggestion: 'Ask which is the most important.' },
};

export function questionParts(builder: FormBuilder, row: FormRow, type: RowType): FlowPart[] {
  if (valueOf(row, 'name') === '') {
    leaveOut(builder, row, { field: 'name', detail: 'The question has no name.' });
    return [];
  }
  switch (type.name) {
    case 'select_one':
      return choiceParts(builder, row, type);
    case 'select_multiple':
      return severalParts(builder, row, type);
    case 'integer':
      return ask(builder, row, {
        spoken: 'number',
        fields: () => ({ type: 'digits', ...numberFields(builder, row, {}) }),
      });
    case 'range':
      return rangeParts(builder, row);
    case 'text':
      return textParts(builder, row);
    case 'audio':
      return voiceParts(builder, row);
    default:
      leaveOut(builder, row, { field: 'type', ...reasonFor(type.name) });
      return [];
  }
}

function reasonFor(type: string): { detail: string; suggestion?: string } {
  if (/_(external|from_file)$/.test(type))
    return { detail: 'Choices from a file are not in the form, and cannot be read out.' };
  const known = Object.hasOwn(notByPhone, type) ? notByPhone[type] : undefined;
  return known ?? { detail: `Rows of the type «${type.slice(0, 60)}» cannot be asked by phone.` };
}

function choiceParts(builder: FormBuilder, row: FormRow, type: RowType): FlowPart[] {
  const listed = builder.choiceRows.get(type.list)?.length ?? 0;
  const choices = listed > mostListed ? null : choicesOf(builder, type.list);
  if (listed > mostListed) return tooMany(builder, row, { list: type.list, count: listed });
  const refusal = whyNoChoice(row, type, choices);
  if (refusal !== null || choices === null) {
    leaveOut(builder, row, refusal ?? { field: 'type', detail: '' });
    return [];
  }
  const other = type.orOther ? otherPart(builder, row, choices) : null;
  const offered = other === null ? choices : [...choices, other.choice];
  if (offered.length > optionKeys.length) {
    return tooMany(builder, row, { list: type.list, count: offered.length });
  }
  if (valueOf(row, 'constraint') !== '')
    note(builder, row, {
      kind: 'left_out',
      field: 'constraint',
      detail: 'Constraints are not checked where one of several choices is asked for.',
    });
  const fields = (): Partial<StepDraft> => ({ type: 'choice', options: optionsOf(offered) });
  const parts = ask(builder, row, { spoken: null, fields });
  return other === null || parts.length === 0 ? parts : [...parts, ...other.partsAfter(idIn(parts))];
}

/** With the same choice written twice a list may be a little longer than it counts. */
const mostListed = optionKeys.length + 3;

function tooMany(
  builder: FormBuilder,
  row: FormRow,
  { list, count }: { list: string; count: number },
): FlowPart[] {
  leaveOut(builder, row, {
    field: 'type',
    detail: `The list «${list.slice(0, 60)}» has ${count} choices, and a phone has ten keys for them.`,
    suggestion: 'Ask in two steps, first for a group of choices and then for one of the group.',
  });
  return [];
}

function whyNoChoice(
  row: FormRow,
  { list }: RowType,
  choices: readonly FormChoice[] | null,
): { field: string; detail: string; suggestion?: string } | null {
  if (choices === null || choices.length === 0)
    return { field: 'type', detail: `The sheet «choices» has no list «${list.slice(0, 60)}».` };
  if (valueOf(row, 'choice_filter') === '') return null;
  return {
    field: 'choice_filter',
    detail: 'Choices that depend on an earlier answer cannot be filtered in a call.',
    suggestion: 'Make a question of its own for each earlier answer, with «relevant».',
  };
}

function rangeParts(builder: FormBuilder, row: FormRow): FlowPart[] {
  const range = rangeOf(row);
  if (typeof range === 'string') {
    leaveOut(builder, row, { field: 'parameters', detail: `The range ${range}, and cannot be keyed in.` });
    return [];
  }
  return ask(builder, row, {
    spoken: 'number',
    fields: () => ({ type: 'digits', ...numberFields(builder, row, range) }),
  });
}

/** A text of digits alone, such as a phone number, is keyed in; every other is spoken. */
function textParts(builder: FormBuilder, row: FormRow): FlowPart[] {
  const isNumeric = /\bnumbers\b/.test(valueOf(row, 'appearance'));
  if (!isNumeric && !/\bregex\s*\(/.test(valueOf(row, 'constraint'))) return voiceParts(builder, row);
  const limits = limitsOf(builder, row);
  if (!isNumeric && limits.pattern === null) return voiceParts(builder, row);
  return ask(builder, row, {
    spoken: 'digits',
    fields: () => ({ type: 'digits', ...textFields(builder, row, limits) }),
  });
}

function voiceParts(builder: FormBuilder, row: FormRow): FlowPart[] {
  return ask(builder, row, { spoken: null, fields: () => ({ type: 'voice_message', stop_key: '#' }) });
}

/** A question with the words of its row; what it cannot have here is noted. */
export function ask(
  builder: FormBuilder,
  row: FormRow,
  question: { spoken: Extract<KnownName, { kind: 'question' }>['spoken']; fields: () => Partial<StepDraft> },
): FlowPart[] {
  const name = valueOf(row, 'name');
  const id = builder.ids.take(name, `q_${row.number}`);
  const say = wordsOfRow(builder, row, id);
  if (say === null) {
    leaveOut(builder, row, { field: 'label', detail: 'There is nothing to say: the question has no label.' });
    return [];
  }
  noteName(builder, row, id);
  noteDefault(builder, row, id);
  if (!builder.known.has(name)) builder.known.set(name, { kind: 'question', id, spoken: question.spoken });
  return [{ kind: 'step', step: { id, type: '', say, ...question.fields() } }];
}

function idIn(parts: readonly FlowPart[]): string {
  const [part] = parts;
  return part?.kind === 'step' ? part.step.id : '';
}
