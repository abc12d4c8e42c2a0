import type { FlowPart } from '../flow-parts.ts';
import { leaveOut, note, writeCell, type FormBuilder } from './form-builder.ts';
import type { FormNode, RowType } from './form-tree.ts';
import { valueOf, type FormRow } from './form-table.ts';
import { questionParts } from './question-parts.ts';
import { calculationParts } from './calculation-parts.ts';
import { wordsOfRow } from './form-words.ts';

/** What the gateway knows by itself of every call. */
const knownAnyway = new Set([
  'start',
  'end',
  'today',
  'deviceid',
  'subscriberid',
  'simserial',
  'phonenumber',
  'username',
  'email',
  'audit',
  'start-geopoint',
  'background-audio',
  'background-geopoint',
]);

/** The rows of a form, or of a group of it, as steps. */
export function partsOf(builder: FormBuilder, nodes: readonly FormNode[]): FlowPart[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'repeat') return leaveOutRepeat(builder, node);
    return node.kind === 'group' ? groupParts(builder, node) : rowParts(builder, node);
  });
}

function groupParts(builder: FormBuilder, node: FormNode & { kind: 'group' }): FlowPart[] {
  const { row, children } = node;
  return guarded(builder, row, {
    parts: () => partsOf(builder, children),
    leftOut: (reason) => {
      leaveOut(builder, row, {
        field: 'relevant',
        detail: `The group ${reason}; it is left out as a whole.`,
      });
      leaveOutAll(builder, children, `It belongs to the group of row ${row.number}, which is left out.`);
    },
  });
}

function rowParts(builder: FormBuilder, { row, type }: FormNode & { kind: 'row' }): FlowPart[] {
  if (type.name === '') {
    // Rows that only have a remark, or a heading for whoever writes the form.
    if (valueOf(row, 'name') !== '')
      leaveOut(builder, row, { field: 'type', detail: 'The row has no type.' });
    return [];
  }
  if (knownAnyway.has(type.name)) return notNeeded(builder, row, type);
  return guarded(builder, row, {
    parts: () => placedParts(builder, row, type),
    leftOut: (reason) =>
      leaveOut(builder, row, {
        field: 'relevant',
        detail: `The condition ${reason}; the row is left out, since it would be asked of people whom it does not concern.`,
      }),
  });
}

function placedParts(builder: FormBuilder, row: FormRow, type: RowType): FlowPart[] {
  switch (type.name) {
    case 'note':
    case 'acknowledge':
      return messageParts(builder, row, type);
    case 'calculate':
    case 'hidden':
      return calculationParts(builder, row, type);
    default:
      return questionParts(builder, row, type);
  }
}

function messageParts(builder: FormBuilder, row: FormRow, type: RowType): FlowPart[] {
  const id = builder.ids.take(valueOf(row, 'name'), `note_${row.number}`);
  const say = wordsOfRow(builder, row, id);
  if (say === null) {
    leaveOut(builder, row, { field: 'label', detail: 'There is nothing to say: the row has no label.' });
    return [];
  }
  const name = valueOf(row, 'name');
  if (name !== '' && !builder.known.has(name)) builder.known.set(name, { kind: 'left_out', row: row.number });
  if (type.name === 'acknowledge')
    note(builder, row, { kind: 'changed', field: 'type', detail: 'It is said, and no key is asked for.' });
  return [{ kind: 'step', step: { id, type: 'message', say } }];
}

/** Puts a branch before parts of a row that has a condition. */
function guarded(
  builder: FormBuilder,
  row: FormRow,
  of: { parts: () => FlowPart[]; leftOut: (reason: string) => void },
): FlowPart[] {
  const relevant = valueOf(row, 'relevant');
  const name = valueOf(row, 'name') || `row_${row.number}`;
  if (relevant === '' || /^true\(\)$/i.test(relevant)) return of.parts();
  const condition = writeCell(builder, relevant, name);
  if (condition.result === 'fault') {
    of.leftOut(condition.detail);
    return [];
  }
  const id = builder.ids.take(`if_${name}`, 'if');
  return [...condition.before, { kind: 'guarded', id, condition: condition.text, parts: of.parts() }];
}

function leaveOutRepeat(builder: FormBuilder, node: FormNode & { kind: 'repeat' }): FlowPart[] {
  const { row, children } = node;
  leaveOut(builder, row, {
    field: 'type',
    detail:
      'A repeat cannot be asked by phone: the answers to a question are one, however often it is asked.',
    suggestion: 'Ask for the first two or three one by one, or for how many there are.',
  });
  leaveOutAll(builder, children, `It belongs to the repeat of row ${row.number}.`);
  return [];
}

function leaveOutAll(builder: FormBuilder, nodes: readonly FormNode[], detail: string): void {
  for (const node of nodes) {
    leaveOut(builder, node.row, { field: null, detail });
    if (node.kind !== 'row') leaveOutAll(builder, node.children, detail);
  }
}

function notNeeded(builder: FormBuilder, row: FormRow, { name }: RowType): FlowPart[] {
  note(builder, row, {
    kind: 'not_needed',
    field: 'type',
    detail: `«${name}» is of the device that fills in a form; a call has its own times and ids.`,
  });
  const known = valueOf(row, 'name');
  if (known !== '') builder.known.set(known, { kind: 'left_out', row: row.number });
  return [];
}
