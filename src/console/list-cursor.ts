import { isId, type IdKinds } from '../domain/ids.ts';
import { decodeCursor } from '../lib/page-of.ts';

/** Rows of a list on one page. */
export const rowsOnPage = 50;

/** Where the page begins: behind this id; null for the first page, undefined for what is no cursor of this list. */
export function cursorOf<K extends keyof IdKinds>(
  kind: K,
  query: URLSearchParams,
): IdKinds[K] | null | undefined {
  const cursor = query.get('cursor');
  if (cursor === null) return null;
  return decodeCursor(cursor, (text): text is IdKinds[K] => isId(kind, text)) ?? undefined;
}
