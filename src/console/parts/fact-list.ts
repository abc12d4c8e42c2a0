import { html, none, type Html } from '../html.ts';

/** Names and what is the case, one below the other; null where nothing is. */
export function factList(
  facts: readonly (readonly [name: string, fact: Html | string | number | null])[],
): Html {
  return html`<dl>
    ${facts.map(
      ([name, fact]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${fact === null || fact === '' ? none : fact}</dd>
        </div>`,
    )}
  </dl>`;
}
