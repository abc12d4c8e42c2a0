import { html, type Html } from '../html.ts';

/**
 * The way through a long list. Pages are by cursor, as the API has them: there is a next one and the first one, and no count of all.
 *
 * @param place.path of the list @param place.query its filters, which stay
 */
export function pager(
  next: string | null,
  { path, query }: { path: string; query: URLSearchParams },
): Html | null {
  const first = new URLSearchParams(query);
  first.delete('cursor');
  const isFirst = !query.has('cursor');
  if (isFirst && next === null) return null;
  return html`<nav class="pager" aria-label="Pages of the list">
    ${isFirst ? null : html`<a href="${hrefOf(path, first)}">First page</a>`}
    ${next === null ? null : html`<a rel="next" href="${hrefOf(path, new URLSearchParams([...first, ['cursor', next]]))}">Next page</a>`}
  </nav>`;
}

function hrefOf(path: string, query: URLSearchParams): string {
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}
