/**
 * What a spreadsheet would take for a formula, also in the wide forms of East Asian keyboards. What has apostrophes before it is guarded as well, and so
 * is what begins or ends with a space: else nobody could tell, reading it back, what belongs to the text.
 */
const needsGuard = /^'*[=+\-@＝＋－＠\s]|\s$/;
const guard = "'";

/** The cell of an export: an apostrophe makes text of what a spreadsheet would run. */
export function guardCell(text: string): string {
  return needsGuard.test(text) ? guard + text : text;
}

/** The text that was exported as this cell; of a file written by hand the cell without the spaces around it. */
export function unguardCell(cell: string): string {
  const isGuarded = cell.startsWith(guard) && needsGuard.test(cell.slice(guard.length));
  return isGuarded ? cell.slice(guard.length) : cell.trim();
}
