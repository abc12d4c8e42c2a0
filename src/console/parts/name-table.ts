import { html, outside, type Html } from '../html.ts';
import { dataTable } from './data-table.ts';

/** Names and values that somebody else chose; nothing at all where there are none. */
export function nameTable(caption: string, values: Readonly<Record<string, string>>): Html | null {
  const entries = Object.entries(values);
  if (entries.length === 0) return null;
  return html`${dataTable({
    caption,
    columns: ['Name', 'Value'],
    rows: entries.map(([name, value]) => [outside(name), outside(value)]),
    empty: '',
  })}`;
}
