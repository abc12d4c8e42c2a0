import { mostNotes, type ImportNote, type WantedPrompt } from '../import-note.ts';
import type { NamePool } from '../name-pool.ts';
import { parseForeignExpression } from '../foreign-expression.ts';
import { hoistedParts, type FlowPart } from '../flow-parts.ts';
import { writeExpression, type Named } from '../write-expression.ts';
import type { FormLanguages } from './form-languages.ts';
import { headingOf, valueOf, type FormRow, type FormTable } from './form-table.ts';

/** What a name of the form has become. */
export type KnownName =
  | { kind: 'question'; id: string; spoken: 'number' | 'digits' | null }
  | { kind: 'variable'; name: string; isEarly: boolean }
  | { kind: 'several'; ids: ReadonlyMap<string, string>; yes: string }
  | { kind: 'left_out'; row: number };

/** A choice of a list, as it is spoken and recorded. */
export interface FormChoice {
  value: string;
  /** By language; in every language of the flow. */
  label: Map<string, string>;
}

/** What is known of a form while its rows are carried over, one after the other. */
export interface FormBuilder {
  survey: FormTable;
  choices: FormTable | null;
  languages: FormLanguages;
  /** First part of the ids of prompts. */
  promptPrefix: string;
  ids: NamePool;
  known: Map<string, KnownName>;
  /** Names of the whole form with the row where each stands. */
  rowOfName: ReadonlyMap<string, number>;
  /** Rows of the sheet «choices» by their list. */
  choiceRows: ReadonlyMap<string, FormRow[]>;
  lists: Map<string, FormChoice[]>;
  /** Words for yes and no; undefined before anybody asked. */
  yesAndNo: { yes: FormChoice; no: FormChoice } | null | undefined;
  /** Words that a language lacks, and that no other language's can stand in for. */
  gaps: { language: string; note: ImportNote }[];
  notes: ImportNote[];
  prompts: WantedPrompt[];
}

/** Notes something about a row; `field` says in which of its columns. */
export function note(builder: FormBuilder, row: FormRow, what: NoteFields): void {
  if (builder.notes.length < mostNotes) builder.notes.push(noteOf(builder, row, what));
}

/** Notes that a language lacks words, so that the whole form cannot be spoken in it. */
export function noteGap(builder: FormBuilder, row: FormRow, what: NoteFields & { language: string }): void {
  const { language, ...fields } = what;
  if (builder.gaps.length < mostNotes) builder.gaps.push({ language, note: noteOf(builder, row, fields) });
}

export interface NoteFields {
  kind: ImportNote['kind'];
  field: string | null;
  detail: string;
  suggestion?: string;
  /** Default: the sheet «survey». */
  sheet?: string;
}

function noteOf(builder: FormBuilder, row: FormRow, what: NoteFields): ImportNote {
  const { kind, field, detail, suggestion, sheet = builder.survey.sheet } = what;
  return {
    kind,
    place: { sheet, row: row.number, column: field === null ? null : headingOf(row, field) },
    name: valueOf(row, 'name').slice(0, 200) || null,
    detail,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** Remembers that a row is not in the flow, so that what depends on it can say so. */
export function leaveOut(
  builder: FormBuilder,
  row: FormRow,
  what: { field: string | null; detail: string; suggestion?: string },
): void {
  note(builder, row, { kind: 'left_out', ...what });
  const name = valueOf(row, 'name');
  if (name !== '' && !builder.known.has(name)) builder.known.set(name, { kind: 'left_out', row: row.number });
}

/** What a name in an expression stands for. */
export function resolveName(builder: FormBuilder, name: string): Named {
  const known = builder.known.get(name);
  switch (known?.kind) {
    case 'question':
      return { kind: 'question', id: known.id };
    case 'variable':
      return { kind: 'variable', name: known.name };
    case 'several':
      return known;
    case 'left_out':
      return { kind: 'fault', detail: `needs «${name}», which is left out (row ${known.row})` };
    case undefined:
      return { kind: 'fault', detail: whyUnknown(builder, name) };
  }
}

export function whyUnknown({ rowOfName }: FormBuilder, name: string): string {
  const row = rowOfName.get(name);
  if (name === '.') return 'speaks of the answer itself («.»), which has no meaning here';
  return row === undefined
    ? `speaks of «${name}», which is nowhere in the form`
    : `speaks of «${name}», which comes only later (row ${row})`;
}

export type WrittenCell =
  { result: 'expression'; text: string; before: FlowPart[] } | { result: 'fault'; detail: string };

/** An expression of the form in the flow's language, with the steps that it needs before it. */
export function writeCell(builder: FormBuilder, written: string, name: string): WrittenCell {
  const parsed = parseForeignExpression(written, 'xlsform');
  if (parsed.result === 'fault') return parsed;
  const expression = writeExpression(parsed.expression, {
    resolve: (each) => resolveName(builder, each),
    newVariable: () => builder.ids.take(`${name}_part`, 'part'),
  });
  if (expression.result === 'fault') return expression;
  const before = hoistedParts(expression.hoisted, (id) => builder.ids.take(id, 'step'));
  return { result: 'expression', text: expression.text, before };
}
