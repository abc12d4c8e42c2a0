import { html, type Html } from '../html.ts';

/** What a cell can hold: words of ours, or a piece of a page. */
export type TableCell = Html | string | number;

export interface DataTable {
  /** What it is of; read out before it, and shown above it. */
  caption: Html | string;
  columns: readonly string[];
  /** The first cell of a row names it. */
  rows: readonly (readonly TableCell[])[];
  /** In place of a table without rows. */
  empty: string;
}

/**
 * On a phone each row becomes a card, and the style sheet writes the column's name beside each cell. Browsers forget that such a thing is a table;
 * the roles remind them.
 */
export function dataTable({ caption, columns, rows, empty }: DataTable): Html {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  return html`<table role="table">
    <caption>
      ${caption}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${columns.map((column) => html`<th scope="col" role="columnheader">${column}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        (cells) =>
          html`<tr role="row">
            ${cells.map((cell, index) => tableCell(cell, { column: columns[index] ?? '', isFirst: index === 0 }))}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function tableCell(cell: TableCell, { column, isFirst }: { column: string; isFirst: boolean }): Html {
  const kind = typeof cell === 'number' ? 'number' : '';
  const shown = typeof cell === 'number' ? cell.toLocaleString('en') : cell;
  return isFirst
    ? html`<th scope="row" role="rowheader" data-column="${column}">${shown}</th>`
    : html`<td role="cell" class="${kind}" data-column="${column}">${shown}</td>`;
}
