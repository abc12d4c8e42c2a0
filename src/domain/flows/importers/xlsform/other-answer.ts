import type { FlowPart } from '../flow-parts.ts';
import { note, type FormBuilder, type FormChoice } from './form-builder.ts';
import { valueOf, type FormRow } from './form-table.ts';

export interface OtherAnswer {
  choice: FormChoice;
  /** Asks which other answer it is, where the question `id` was answered so. */
  partsAfter: (id: string) => FlowPart[];
}

/**
 * `or_other`: one more choice, and the question which. The standard has words for it in English alone; in other languages nobody wrote any, so
 * that it is left out there and named.
 */
export function otherPart(
  builder: FormBuilder,
  row: FormRow,
  choices: readonly FormChoice[],
): OtherAnswer | null {
  const { tags } = builder.languages;
  if (!tags.every((tag) => tag === 'en' || tag.startsWith('en-'))) {
    note(builder, row, {
      kind: 'left_out',
      field: 'type',
      detail: 'The choice «other» of or_other has no words but English ones, and is not offered.',
      suggestion: 'Write a choice «other» with a label in every language, and a text question after it.',
    });
    return null;
  }
  if (choices.some(({ value }) => value === 'other')) return null;
  const inEvery = (text: string): Map<string, string> => new Map(tags.map((tag) => [tag, text]));
  return {
    choice: { value: 'other', label: inEvery('Other') },
    partsAfter: (id) => [
      {
        kind: 'guarded',
        id: builder.ids.take(`if_${id}_other`, 'if'),
        condition: `${id} = 'other'`,
        parts: [which(builder, row, inEvery('Please say which.'))],
      },
    ],
  };
}

function which(builder: FormBuilder, row: FormRow, text: Map<string, string>): FlowPart {
  const name = `${valueOf(row, 'name')}_other`;
  const id = builder.ids.take(name, 'other');
  if (!builder.known.has(name)) builder.known.set(name, { kind: 'question', id, spoken: null });
  const say = { text: Object.fromEntries(text) };
  return { kind: 'step', step: { id, type: 'voice_message', say, stop_key: '#' } };
}
