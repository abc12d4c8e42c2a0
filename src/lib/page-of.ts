/** A page of a list, and the cursor of the next one. */
export interface PageOf<T> {
  data: T[];
  /** Null on the last page. */
  next_cursor: string | null;
}

/** A page of a list, made from one row more than was asked for: whether that row exists tells whether there is a next page. */
export function pageOf<T>(rows: readonly T[], page: { limit: number; idOf: (row: T) => string }): PageOf<T> {
  const data = rows.slice(0, page.limit);
  const last = data.at(-1);
  return {
    data,
    next_cursor: rows.length > page.limit && last !== undefined ? encodeCursor(page.idOf(last)) : null,
  };
}

/** A cursor is opaque to those who use it: the id that the page before ended with, in base64url. */
export function encodeCursor(id: string): string {
  return Buffer.from(id, 'utf8').toString('base64url');
}

/** The id in a cursor; null where it is no cursor of such an id. */
export function decodeCursor<T extends string>(
  cursor: string,
  isIdOf: (text: string) => text is T,
): T | null {
  const id = Buffer.from(cursor, 'base64url').toString('utf8');
  return isIdOf(id) && encodeCursor(id) === cursor ? id : null;
}
