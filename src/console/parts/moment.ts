import { html, none, type Html } from '../html.ts';

/** An instant to the second, in UTC, as the foot of each page says. @param at milliseconds since 1970, or RFC 3339 */
export function momentOf(at: number | string | null): Html {
  if (at === null) return none;
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)}</time>`;
}

/** How long it took, to the second. */
export function spanBetween(from: string, to: string | null): Html {
  if (to === null) return none;
  const seconds = Math.round((Date.parse(to) - Date.parse(from)) / 1000);
  return html`${seconds} s`;
}
