import { setPart, type FlowPart } from '../flow-parts.ts';
import { leaveOut, note, writeCell, type FormBuilder } from './form-builder.ts';
import type { RowType } from './form-tree.ts';
import { valueOf, type FormRow } from './form-table.ts';

/**
 * A calculation sets a variable. What has none, or one that only a form's own program can work out (`pulldata()`, say), is taken for a variable
 * that comes with each call.
 */
export function calculationParts(builder: FormBuilder, row: FormRow, type: RowType): FlowPart[] {
  const name = valueOf(row, 'name');
  if (name === '') {
    leaveOut(builder, row, { field: 'name', detail: 'The row has no name.' });
    return [];
  }
  const calculation = valueOf(row, 'calculation');
  const initial = valueOf(row, 'default');
  if (calculation === '' && initial !== '')
    return set(builder, row, { name, value: initialValue(initial), before: [] });
  if (calculation === '') return given(builder, row, `«${name}» (${type.name}) is expected with each call`);
  const written = writeCell(builder, calculation, name);
  if (written.result === 'expression')
    return set(builder, row, { name, value: written.text, before: written.before });
  if (/\bpulldata\s*\(/i.test(calculation))
    return given(builder, row, 'The value of pulldata() is expected with each call');
  leaveOut(builder, row, { field: 'calculation', detail: `The calculation ${written.detail}.` });
  return [];
}

function set(
  builder: FormBuilder,
  row: FormRow,
  to: { name: string; value: string; before: FlowPart[] },
): FlowPart[] {
  const variable = builder.ids.take(to.name, `value_${row.number}`);
  builder.known.set(to.name, { kind: 'variable', name: variable, isEarly: false });
  return [...to.before, setPart(builder.ids.take(`set_${variable}`, 'set'), variable, to.value)];
}

function given(builder: FormBuilder, row: FormRow, detail: string): FlowPart[] {
  const name = valueOf(row, 'name');
  const variable = builder.ids.take(name, `value_${row.number}`);
  builder.known.set(name, { kind: 'variable', name: variable, isEarly: true });
  note(builder, row, {
    kind: 'changed',
    field: 'calculation',
    detail: `${detail}, as variables.${variable}.`,
  });
  return [];
}

/** A default is a literal, unless it is written as an expression, which `calculate` has a column of its own for. */
function initialValue(text: string): string {
  return /^\d{1,15}(\.\d{1,6})?$/.test(text) ? text : `'${text.slice(0, 200).replaceAll("'", "''")}'`;
}
