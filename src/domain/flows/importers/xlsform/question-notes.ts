import { note, type FormBuilder } from './form-builder.ts';
import { valueOf, type FormRow } from './form-table.ts';

export function noteName(builder: FormBuilder, row: FormRow, id: string): void {
  const name = valueOf(row, 'name');
  if (name !== id)
    note(builder, row, {
      kind: 'changed',
      field: 'name',
      detail: `«${name}» is called «${id}» in the flow.`,
    });
}

export function noteDefault(builder: FormBuilder, row: FormRow, id: string): void {
  if (valueOf(row, 'default') !== '' || valueOf(row, 'calculation') !== '')
    note(builder, row, {
      kind: 'left_out',
      field: valueOf(row, 'default') === '' ? 'calculation' : 'default',
      detail: 'Nobody sees a prefilled answer on the phone: who says nothing has given none.',
      suggestion: `Where the answer is known before, give it with the call as responses.${id}; then it is not asked.`,
    });
}
