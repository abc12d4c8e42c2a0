import type { FlowPart } from '../flow-parts.ts';
import { itemsOf, type Say } from '../../../prompts/say.ts';
import { leaveOut, note, type FormBuilder, type FormChoice } from './form-builder.ts';
import { choicesOf, yesAndNo } from './form-choices.ts';
import type { RowType } from './form-tree.ts';
import { valueOf, type FormRow } from './form-table.ts';
import { wordsOfRow } from './form-words.ts';
import { noteDefault } from './question-notes.ts';
import { optionsOf } from './offered-options.ts';

/** More would make a call of its own. */
const mostChoices = 10;

/**
 * A question with several answers: a phone takes one key, so that each choice is asked for by itself, with the words that the form has for yes and no.
 */
export function severalParts(builder: FormBuilder, row: FormRow, type: RowType): FlowPart[] {
  const choices = choicesOf(builder, type.list);
  const words = choices === null ? null : yesAndNo(builder);
  const refusal = whyNot(row, type, { choices, hasYesAndNo: words !== null });
  if (refusal !== null || choices === null || words === null) {
    leaveOut(builder, row, refusal ?? { field: 'type', detail: '' });
    return [];
  }
  const name = valueOf(row, 'name');
  const base = builder.ids.take(name, `q_${row.number}`);
  const say = wordsOfRow(builder, row, base);
  if (say === null) {
    leaveOut(builder, row, { field: 'label', detail: 'There is nothing to say: the question has no label.' });
    return [];
  }
  const asked = choices.map((choice) => ({
    choice,
    id: builder.ids.take(`${base}_${choice.value}`, `${base}_choice`),
  }));
  noteSeveral(builder, row, asked);
  noteDefault(builder, row, asked[0]?.id ?? base);
  if (!builder.known.has(name))
    builder.known.set(name, {
      kind: 'several',
      ids: new Map(asked.map(({ choice, id }) => [choice.value, id])),
      yes: words.yes.value,
    });
  return [
    { kind: 'step', step: { id: base, type: 'message', say } },
    ...asked.map((each) => yesOrNo(each, words)),
  ];
}

function yesOrNo(
  { choice, id }: { choice: FormChoice; id: string },
  { yes, no }: { yes: FormChoice; no: FormChoice },
): FlowPart {
  const say: Say = { text: Object.fromEntries([...choice.label].map(([tag, label]) => [tag, `${label}?`])) };
  return {
    kind: 'step',
    step: { id, type: 'choice', say: [...itemsOf(say)], options: optionsOf([yes, no]) },
  };
}

function noteSeveral(
  builder: FormBuilder,
  row: FormRow,
  asked: readonly { choice: FormChoice; id: string }[],
): void {
  const pairs = asked.map(({ choice, id }) => `«${choice.value}» is ${id}`).join(', ');
  note(builder, row, {
    kind: 'changed',
    field: 'type',
    detail: `Several answers are asked for one by one, yes or no: ${pairs}.`,
  });
}

function whyNot(
  row: FormRow,
  { list, orOther }: RowType,
  { choices, hasYesAndNo }: { choices: readonly FormChoice[] | null; hasYesAndNo: boolean },
): { field: string; detail: string; suggestion?: string } | null {
  if (choices === null || choices.length === 0)
    return { field: 'type', detail: `The sheet «choices» has no list «${list.slice(0, 60)}».` };
  if (valueOf(row, 'choice_filter') !== '')
    return {
      field: 'choice_filter',
      detail: 'Choices that depend on an earlier answer cannot be filtered in a call.',
    };
  if (choices.length > mostChoices)
    return {
      field: 'type',
      detail: `Each of ${choices.length} choices would be a question of its own, which is too many for a call.`,
    };
  if (!hasYesAndNo)
    return {
      field: 'type',
      detail:
        'A phone takes one key for a question, so that several answers are asked for one by one; the form has no words for yes and no to do so.',
      suggestion: 'Add a list of two choices called yes and no, with labels in every language.',
    };
  if (orOther)
    return {
      field: 'type',
      detail: 'Another answer (or_other) cannot be asked for where there are several.',
    };
  return null;
}
