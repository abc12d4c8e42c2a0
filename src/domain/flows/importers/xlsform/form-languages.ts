import { languageTagOf } from '../language-tags.ts';
import type { FormColumn, FormRow, FormTable } from './form-table.ts';

/** The languages that a form has words in. */
export interface FormLanguages {
  /** The default language first, then in the order of the columns. */
  tags: string[];
  /** The tag of a column's language; null where nobody can tell it, or where it is none of the flow's. */
  tagOf(column: FormColumn): string | null;
  /** Columns that are in a language that nobody can tell. */
  unknown: FormColumn[];
  /** Whether the form does not say which language its words are in. */
  isGuessed: boolean;
}

/** @param wanted what the asker says of a form that does not say which language it is in */
export function readLanguages(
  survey: FormTable,
  form: { defaultLanguage: string; wanted: string | null; without: ReadonlySet<string> },
): FormLanguages {
  const columns = survey.columns.filter(({ field }) => field === 'label' || field === 'audio');
  const used = columns.filter((column) => survey.rows.some((row) => (row.cells.get(column) ?? '') !== ''));
  const named = languageTagOf(form.defaultLanguage);
  const bare = named ?? form.wanted ?? 'en';
  const known = new Map<string | null, string | null>([[null, bare]]);
  const tagOf = ({ language }: FormColumn): string | null => {
    const tag = known.get(language);
    if (tag !== undefined) return tag;
    const found = language?.toLowerCase() === 'default' ? bare : languageTagOf(language ?? '');
    known.set(language, found);
    return found;
  };
  const tags = new Set(
    used
      .map(tagOf)
      .filter((tag) => tag !== null)
      .filter((tag) => !form.without.has(tag)),
  );
  const first = [named, form.wanted].find((tag) => tag !== null && tags.has(tag));
  const ordered =
    first === undefined || first === null ? [...tags] : [first, ...[...tags].filter((tag) => tag !== first)];
  return {
    tags: ordered,
    tagOf: (column) => {
      const tag = tagOf(column);
      return tag !== null && tags.has(tag) ? tag : null;
    },
    unknown: used.filter((column) => tagOf(column) === null),
    isGuessed:
      named === null &&
      form.wanted === null &&
      used.some((column) => column.language === null && column.field === 'label'),
  };
}

/** What a row has in a field, by language. Where a language has two columns, the one that has words counts. */
export function textsOf(row: FormRow, field: string, languages: FormLanguages): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [column, text] of row.cells) {
    if (column.field !== field || text === '') continue;
    const tag = languages.tagOf(column);
    if (tag !== null && !texts.has(tag)) texts.set(tag, text);
  }
  return texts;
}
