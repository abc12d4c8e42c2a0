import { stepsOf } from '../flow-parts.ts';
import type { Fault } from '../../../fault.ts';
import type { FlowDraft, Imported, ImportNote, StepDraft } from '../import-note.ts';
import { flowIdOf, NamePool } from '../name-pool.ts';
import { plainWords } from '../plain-words.ts';
import { cutText } from '../storable-text.ts';
import type { Sheet } from '../workbook.ts';
import { note, type FormBuilder } from './form-builder.ts';
import { readLanguages, type FormLanguages } from './form-languages.ts';
import { readTable, valueOf, type FormRow, type FormTable } from './form-table.ts';
import { readTree } from './form-tree.ts';
import { partsOf } from './survey-parts.ts';

/** Sheets that a form has; others are for its writers. */
export const formSheets = ['survey', 'choices', 'settings'] as const;

/** A flow has at most 500 steps; what is larger is a form for another purpose. */
const mostRows = 1_000;

export type ImportResult =
  | { result: 'imported'; imported: Imported }
  /** Nothing of it can become a flow; pointers are `/survey/7/type`: sheet, row and column. */
  | { result: 'unusable'; faults: Fault[] };

/**
 * An XLSForm (ODK, KoboToolbox) as a flow. Never throws, whatever the sheets hold; what cannot become part of a phone call is named by row and column,
 * the rest is carried over.
 *
 * @param language the language of a form that does not say which it is in
 */
export function importXlsForm(
  sheets: readonly Sheet[],
  { language }: { language: string | null },
): ImportResult {
  const tables = new Map(sheets.map((sheet) => [sheet.name.trim().toLowerCase(), readTable(sheet)]));
  const survey = tables.get('survey');
  if (survey === undefined) return unusable('/survey', 'is missing: an XLSForm has a sheet of this name');
  const heads = survey.columns.map(({ field }) => field);
  const missing = ['type', 'name'].filter((field) => !heads.includes(field));
  if (missing.length > 0)
    return unusable(
      '/survey/1',
      `has no column «${missing.join('» and no column «')}», which an XLSForm has`,
    );
  const settings = settingsOf(tables.get('settings'));
  if (survey.rows.length > mostRows) return unusable('/survey', `has more than ${mostRows} rows`);
  const choices = tables.get('choices') ?? null;
  return carryOver({ survey, choices, settings, language, without: new Map() });
}

interface Form {
  survey: FormTable;
  choices: FormTable | null;
  settings: (field: string) => string;
  language: string | null;
  /** Languages that are left out since they lack words, with what they lack. */
  without: Map<string, ImportNote[]>;
}

/**
 * A flow speaks all of itself in each of its languages. Where one lacks words that no other's can stand in for, the form is carried over without
 * it, and what it lacks is named; the language that lacks least stays.
 */
function carryOver(form: Form): ImportResult {
  const { survey, settings, language } = form;
  const without = new Set(form.without.keys());
  const languages = readLanguages(survey, {
    defaultLanguage: settings('default_language'),
    wanted: language,
    without,
  });
  if (languages.tags.length === 0)
    return unusable('/survey/1', 'has no column «label» with words in a language that can be told');
  const builder = createBuilder(form, languages);
  noteLanguages(builder, form);
  const tree = readTree(survey.rows.filter((row) => !isDisabled(row)));
  for (const { row, detail } of tree.faults)
    note(builder, row, { kind: 'changed', field: 'type', detail: `The row ${detail}.` });
  const steps = stepsOf(partsOf(builder, tree.nodes));
  const incomplete = mostIncomplete(builder);
  if (incomplete === null) return resultOf(builder, settings, steps);
  const lacking = builder.gaps.filter((gap) => gap.language === incomplete).map((gap) => gap.note);
  return carryOver({ ...form, without: new Map([...form.without, [incomplete, lacking]]) });
}

/** Of languages that lack words the one that lacks most; of several the last. */
function mostIncomplete({ gaps, languages }: FormBuilder): string | null {
  const counts = languages.tags.map((tag) => ({
    tag,
    count: gaps.filter(({ language }) => language === tag).length,
  }));
  const lacking = counts.filter(({ count }) => count > 0).toReversed();
  return lacking.toSorted((one, other) => other.count - one.count)[0]?.tag ?? null;
}

function resultOf(
  builder: FormBuilder,
  settings: (field: string) => string,
  steps: StepDraft[],
): ImportResult {
  if (!steps.some(({ type }) => type !== 'set' && type !== 'branch'))
    return { result: 'unusable', faults: [nothing, ...faultsOf(builder)].slice(0, 100) };
  const title =
    cutText(plainWords(settings('form_title')), 200) || cutText(plainWords(settings('form_id')), 200);
  const flow = flowOf(builder, title || 'Imported form', steps);
  const suggestedId = flowIdOf(settings('form_id') || title);
  return {
    result: 'imported',
    imported: { flow, notes: builder.notes, prompts: builder.prompts, suggestedId },
  };
}

const nothing: Fault = { pointer: '/survey', detail: 'has no row that can become part of a phone call' };

function flowOf({ languages }: FormBuilder, title: string, steps: StepDraft[]): FlowDraft {
  return {
    title: plainWords(title) || 'Imported form',
    languages: languages.tags,
    keys: { repeat: '*' },
    steps,
  };
}

/** The first row of the sheet «settings» that has a value. */
function settingsOf(table: FormTable | undefined): (field: string) => string {
  const fields: Readonly<Record<string, readonly string[]>> = {
    form_title: ['form_title', 'title', 'set_form_title'],
    form_id: ['form_id', 'id_string', 'set_form_id'],
    default_language: ['default_language'],
  };
  const [row] = table?.rows ?? [];
  return (field) =>
    row === undefined
      ? ''
      : ((fields[field] ?? []).map((name) => valueOf(row, name)).find((text) => text !== '') ?? '');
}

function createBuilder({ survey, choices, settings }: Form, languages: FormLanguages): FormBuilder {
  const named = survey.rows.flatMap((row): [string, number][] =>
    valueOf(row, 'name') === '' || isDisabled(row) ? [] : [[valueOf(row, 'name'), row.number]],
  );
  return {
    survey,
    choices,
    languages,
    promptPrefix: flowIdOf(settings('form_id') || 'form'),
    ids: new NamePool(),
    known: new Map(),
    rowOfName: new Map(named.toReversed()),
    choiceRows: Map.groupBy(choices?.rows ?? [], (row) => valueOf(row, 'list_name')),
    lists: new Map(),
    yesAndNo: undefined,
    gaps: [],
    notes: [],
    prompts: [],
  };
}

function noteLanguages(builder: FormBuilder, { without }: Form): void {
  const { survey, languages } = builder;
  const head: FormRow = { number: 1, cells: new Map() };
  for (const { heading } of languages.unknown)
    note(builder, head, {
      kind: 'left_out',
      field: heading,
      detail: `Nobody can tell which language «${heading.slice(0, 100)}» is in.`,
      suggestion: 'Write the language as «हिन्दी (hi)» or «English (en)».',
    });
  for (const [language, lacking] of without) {
    note(builder, head, {
      kind: 'left_out',
      field: null,
      detail: `The language ${language} is left out: it lacks words in ${lacking.length} places, which no voice of it could speak otherwise.`,
      suggestion: 'Write them in the form and import it again.',
    });
    builder.notes.push(...lacking);
  }
  if (languages.isGuessed)
    note(builder, head, {
      kind: 'changed',
      field: survey.columns.find(({ field }) => field === 'label')?.heading ?? 'label',
      detail: `The form does not say which language its labels are in; they are taken for ${languages.tags[0] ?? 'en'}.`,
      suggestion: 'Give ?language=… with the request, or write default_language in the sheet «settings».',
    });
}

function isDisabled(row: FormRow): boolean {
  return /^(yes|true)/i.test(valueOf(row, 'disabled'));
}

function faultsOf({ notes }: FormBuilder): Fault[] {
  return notes.flatMap(({ place, detail }) =>
    'sheet' in place
      ? [
          {
            pointer: `/${place.sheet}/${place.row}${place.column === null ? '' : `/${place.column.replaceAll('~', '~0').replaceAll('/', '~1')}`}`,
            detail,
          },
        ]
      : [],
  );
}

function unusable(pointer: string, detail: string): ImportResult {
  return { result: 'unusable', faults: [{ pointer, detail }] };
}
