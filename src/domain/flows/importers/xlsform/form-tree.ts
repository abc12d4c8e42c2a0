import { valueOf, type FormRow } from './form-table.ts';

/** A form's rows with what stands within groups and repeats. */
export type FormNode =
  | { kind: 'row'; row: FormRow; type: RowType }
  | { kind: 'group'; row: FormRow; children: FormNode[] }
  | { kind: 'repeat'; row: FormRow; children: FormNode[] };

/** What stands in the column `type`: `select_one`, its list, and whether another answer may be given. */
export interface RowType {
  name: string;
  list: string;
  orOther: boolean;
}

export interface FormTree {
  nodes: FormNode[];
  faults: { row: FormRow; detail: string }[];
}

const deepest = 30;

const otherSpellings: readonly (readonly [RegExp, string])[] = [
  [/^begin[ _]group$/, 'begin_group'],
  [/^end[ _]group$/, 'end_group'],
  [/^begin[ _](repeat|loop)$/, 'begin_repeat'],
  [/^end[ _](repeat|loop)$/, 'end_repeat'],
  [/^(select[ _]one|select1|add select one prompt using)( from)?$/, 'select_one'],
  [/^(select[ _]multiple|select all that apply|select)( from)?$/, 'select_multiple'],
  [/^(integer|int|number of days in last month)$/, 'integer'],
  [/^(text|string)$/, 'text'],
  [/^(note)$/, 'note'],
  [/^(trigger|acknowledge)$/, 'acknowledge'],
  [/^(date[ _]?time)$/, 'datetime'],
  [/^(geopoint|gps|location)$/, 'geopoint'],
];

export function readTree(rows: readonly FormRow[]): FormTree {
  const faults: FormTree['faults'] = [];
  const root: FormNode[] = [];
  const open: Exclude<FormNode, { kind: 'row' }>[] = [];
  for (const row of rows) {
    const type = rowTypeOf(valueOf(row, 'type'));
    const siblings = open.at(-1)?.children ?? root;
    const begun = /^begin_(group|repeat)$/.exec(type.name)?.[1];
    const ended = /^end_(group|repeat)$/.exec(type.name)?.[1];
    if (begun !== undefined && open.length >= deepest) {
      faults.push({
        row,
        detail: `is nested deeper than ${deepest} levels, and is taken as if it stood outside`,
      });
    } else if (begun !== undefined) {
      const node: Exclude<FormNode, { kind: 'row' }> =
        begun === 'group' ? { kind: 'group', row, children: [] } : { kind: 'repeat', row, children: [] };
      siblings.push(node);
      open.push(node);
    } else if (ended === undefined) siblings.push({ kind: 'row', row, type });
    else if (open.at(-1)?.kind === ended) open.pop();
    else faults.push({ row, detail: `ends a ${ended} that was not begun, or another than was begun last` });
  }
  faults.push(
    ...open.map(({ kind, row }) => ({
      row,
      detail: `begins a ${kind} that never ends; it is taken to end with the form`,
    })),
  );
  return { nodes: root, faults };
}

function rowTypeOf(written: string): RowType {
  const text = written.trim().replaceAll(/\s+/g, ' ');
  const whole = spelt(text.toLowerCase());
  const match =
    /^(select[ _]one(?: from)?|select1|select[ _]multiple(?: from)?|select all that apply(?: from)?|select_(?:one|multiple)_(?:external|from_file)|rank) (.+)$/i.exec(
      text,
    );
  if (match?.[1] === undefined || match[2] === undefined)
    return { name: whole.replaceAll(' ', '_'), list: '', orOther: false };
  const orOther = /^(.*?)\s+(or[ _]other|or specify other)$/i.exec(match[2]);
  return { name: spelt(match[1].toLowerCase()), list: orOther?.[1] ?? match[2], orOther: orOther !== null };
}

function spelt(type: string): string {
  return otherSpellings.find(([form]) => form.test(type))?.[1] ?? type;
}
