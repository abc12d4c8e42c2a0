import { checkSpeakable } from '../../../prompts/check-speakable.ts';
import { plainWords } from '../plain-words.ts';
import { cutText } from '../storable-text.ts';
import { note, type FormBuilder, type FormChoice } from './form-builder.ts';
import { textsOf } from './form-languages.ts';
import { cleaned, completed } from './form-words.ts';
import { valueOf, type FormRow } from './form-table.ts';

const yesForm = /^(yes|y|1|true|haan|han|ha|oui|si|sim|ndiyo)$/i;
const noForm = /^(no|n|0|2|false|nahin|nahi|non|nao|hapana)$/i;
const mostListedChoices = 200;
const longestLabel = 300;

/** The choices of a list, each once; null where there is no such list. What is missing in it is noted when it is first asked for. */
export function choicesOf(builder: FormBuilder, list: string): FormChoice[] | null {
  const read = builder.lists.get(list);
  if (read !== undefined) return read;
  const { choices } = builder;
  const rows = builder.choiceRows.get(list);
  if (rows === undefined) return null;
  const found = new Map<string, FormChoice>();
  for (const row of rows.slice(0, mostListedChoices)) {
    const choice = readChoice(builder, row);
    if (choice === null) continue;
    if (found.has(choice.value))
      note(builder, row, {
        kind: 'left_out',
        field: 'name',
        detail: `The list «${list}» has this choice already.`,
        sheet: choices?.sheet ?? 'choices',
      });
    else found.set(choice.value, choice);
  }
  builder.lists.set(list, [...found.values()]);
  return [...found.values()];
}

/** A list of the form that says yes and no, for questions that several answers are broken down into. */
export function yesAndNo(builder: FormBuilder): { yes: FormChoice; no: FormChoice } | null {
  if (builder.yesAndNo === undefined) builder.yesAndNo = findYesAndNo(builder);
  return builder.yesAndNo;
}

function findYesAndNo(builder: FormBuilder): { yes: FormChoice; no: FormChoice } | null {
  for (const [list, rows] of builder.choiceRows) {
    if (rows.length < 2 || rows.length > 4 || !rows.some(isYes)) continue;
    if (!/yes|no|haan|oui|y_?n/i.test(list + valuesOf(rows))) continue;
    const choices = choicesOf(builder, list) ?? [];
    const yes = choices.find(({ value }) => yesForm.test(value));
    const no = choices.find(({ value }) => noForm.test(value));
    if (yes !== undefined && no !== undefined) return { yes, no };
  }
  return null;
}

function isYes(row: FormRow): boolean {
  return yesForm.test(valueOf(row, 'name') || valueOf(row, 'value'));
}

function valuesOf(rows: readonly FormRow[]): string {
  return rows.map((row) => valueOf(row, 'name') || valueOf(row, 'value')).join(' ');
}

function readChoice(builder: FormBuilder, row: FormRow): FormChoice | null {
  const sheet = builder.choices?.sheet ?? 'choices';
  const value = cutText(valueOf(row, 'name') || valueOf(row, 'value'), 100)
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (value === '') {
    note(builder, row, { kind: 'left_out', field: 'name', detail: 'The choice has no name.', sheet });
    return null;
  }
  const texts = cleaned(builder, row, { field: 'label', sheet });
  const spoken = new Map([...texts].flatMap(([tag, text]) => labelIn(tag, text)));
  if ([...texts.values()].some((text) => text.length > longestLabel))
    note(builder, row, {
      kind: 'changed',
      field: 'label',
      detail: `The words of the choice are cut off after ${longestLabel} characters.`,
      sheet,
    });
  if ([...texts.values()].some((text) => text.includes('${')))
    note(builder, row, {
      kind: 'changed',
      field: 'label',
      detail: 'Values within the words of a choice are not spoken.',
      sheet,
    });
  if (textsOf(row, 'audio', builder.languages).size > 0)
    note(builder, row, {
      kind: 'changed',
      field: 'audio',
      detail: 'The recording of a choice is not used; its label is spoken.',
      sheet,
    });
  const label =
    completed(builder, row, { field: 'label', texts: spoken, sheet }) ?? nameAsLabel(builder, row, value);
  return label === null ? null : { value, label };
}

/** The words of a choice without places for values; nothing where no words are left. */
function labelIn(tag: string, text: string): [string, string][] {
  const words = text.replaceAll(/\$\{[^}]*\}|\{{2,}|\}{2,}/g, ' ').trim();
  return /[\p{L}\p{N}]/u.test(words) ? [[tag, cutText(words, longestLabel)]] : [];
}

/** Where a choice has no label at all its name is spoken, as far as it can be. */
function nameAsLabel(builder: FormBuilder, row: FormRow, value: string): Map<string, string> | null {
  const sheet = builder.choices?.sheet ?? 'choices';
  const name = plainWords(value.replaceAll('_', ' '));
  const speaking = builder.languages.tags.filter((tag) => checkSpeakable(name, tag).length === 0);
  const texts = new Map(speaking.map((tag) => [tag, name]));
  const label = completed(builder, row, { field: 'label', texts, sheet });
  const what =
    label === null
      ? ({ kind: 'left_out', detail: 'The choice has no label, and its name cannot be spoken.' } as const)
      : ({ kind: 'changed', detail: 'The choice has no label; its name is spoken.' } as const);
  note(builder, row, { ...what, field: 'label', sheet });
  return label;
}
