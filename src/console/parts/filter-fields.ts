import { html, type Html } from '../html.ts';

interface Choice {
  label: string;
  options: readonly string[];
  words: (option: string) => string;
  query: URLSearchParams;
}

/** A list to choose one of, or any. */
export function choice(name: string, { label, options, words, query }: Choice): Html {
  const chosen = query.get(name);
  return html`<p>
    <label for="${name}">${label}</label>
    <select id="${name}" name="${name}">
      <option value="">any</option>
      ${options.map(
        (option) =>
          html`<option value="${option}" ${option === chosen ? html`selected` : null}>
            ${words(option)}
          </option>`,
      )}
    </select>
  </p>`;
}

/** A field to write into. */
export function field(
  name: string,
  { label, type, query }: { label: string; type: 'text' | 'datetime-local'; query: URLSearchParams },
): Html {
  return html`<p>
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      value="${query.get(name) ?? ''}"
      maxlength="200"
      autocomplete="off"
    />
  </p>`;
}
