/** A sheet of a spreadsheet as text: rows that have something in them, numbered as the spreadsheet shows them, from 1. */
export interface Sheet {
  name: string;
  rows: SheetRow[];
}

export interface SheetRow {
  number: number;
  /** By column, counted from 0; without cells that are empty. */
  cells: ReadonlyMap<number, string>;
}

/** `A`, `Z`, `AA`: a column as the spreadsheet shows it. */
export function columnName(column: number): string {
  const rest = Math.floor(column / 26);
  const letter = String.fromCharCode(65 + (column % 26));
  return rest === 0 ? letter : `${columnName(rest - 1)}${letter}`;
}
