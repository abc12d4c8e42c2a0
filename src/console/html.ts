import { html } from 'hono/html';

/**
 * A piece of a page. The template escapes whatever is put into it, so nothing from outside can be more than text; `raw` is for nothing here. Attributes
 * are always in quotes, and links are made of our own paths alone.
 */
export type Html = ReturnType<typeof html>;
export { html };

/** Words of somebody else: whichever way they are written does not change the order of ours. */
export function outside(text: string | null): Html {
  return text === null || text === '' ? none : html`<bdi>${text}</bdi>`;
}

/** An id or a number, which nobody could read in two halves. */
export function whole(text: string | null): Html {
  return text === null || text === '' ? none : html`<bdi class="whole">${text}</bdi>`;
}

/** Where there is nothing to show. */
export const none: Html = html`<span class="none">–</span>`;
