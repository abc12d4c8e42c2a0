import { storableText } from '../storable-text.ts';
import { columnName, type Sheet } from '../workbook.ts';

/** A sheet of a form: its columns by what they mean, its rows by column. */
export interface FormTable {
  sheet: string;
  columns: FormColumn[];
  rows: FormRow[];
}

export interface FormColumn {
  /** As the standard has it: `label`, `relevant`, `audio`. */
  field: string;
  /** As the form names it: `हिन्दी (hi)`; null where the column is for no language of its own. */
  language: string | null;
  /** As it is written at the head of the column, with the column's letters where it says nothing. */
  heading: string;
}

export interface FormRow {
  number: number;
  cells: ReadonlyMap<FormColumn, string>;
}

const otherNames: Readonly<Record<string, string>> = {
  relevance: 'relevant',
  calculate: 'calculation',
  caption: 'label',
  'list name': 'list_name',
  'constraint message': 'constraint_message',
  'required message': 'required_message',
  'choice filter': 'choice_filter',
  'read only': 'readonly',
  read_only: 'readonly',
};
const spoken = new Set(['label', 'hint', 'audio', 'constraint_message', 'guidance_hint', 'image', 'video']);

/** The first row that has something names the columns; of columns alike the first counts. */
export function readTable(sheet: Sheet): FormTable {
  const [head, ...rows] = sheet.rows;
  const columns = new Map(
    [...(head?.cells ?? [])].map(([at, text]) => [at, columnOf(storableText(text), at)]),
  );
  return {
    sheet: sheet.name,
    columns: [...columns.values()],
    rows: rows.map(({ number, cells }) => ({
      number,
      cells: new Map(
        [...cells].flatMap(([at, text]): [FormColumn, string][] => {
          const column = columns.get(at);
          return column === undefined ? [] : [[column, storableText(text).trim()]];
        }),
      ),
    })),
  };
}

/** What a row has in a field that is for no language; empty where it has nothing. */
export function valueOf(row: FormRow, field: string): string {
  for (const [column, text] of row.cells) if (column.field === field && column.language === null) return text;
  return '';
}

/** The heading of a field's column, for people who look for it; a heading itself stays as it is. */
export function headingOf(row: FormRow, field: string): string {
  for (const column of row.cells.keys()) if (column.field === field) return column.heading;
  return field;
}

/** `label::हिन्दी (hi)`, `media::audio::English`, and `label:English`, as older forms have it. */
function columnOf(text: string, at: number): FormColumn {
  const heading = text.trim() === '' ? columnName(at) : text.trim();
  const parts = heading.split(heading.includes('::') ? /\s*::\s*/ : /\s*:\s*/);
  const [kind = '', ...rest] = parts[0]?.toLowerCase() === 'media' ? parts.slice(1) : parts;
  const field = kind.toLowerCase().trim().replaceAll(/\s+/g, ' ');
  const known = otherNames[field] ?? field.replaceAll(' ', '_');
  const language = spoken.has(known) ? rest.join(':').trim() : '';
  return { field: known, language: language === '' ? null : language, heading };
}
