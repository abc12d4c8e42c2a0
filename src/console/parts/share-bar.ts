import { html, type Html } from '../html.ts';

/** How many of how many: in figures, and as a bar beside them. */
export function shareBar(part: number, { whole, of }: { whole: number; of: string }): Html {
  const percent = whole === 0 ? 0 : Math.round((part / whole) * 100);
  return html`<span class="share"
    ><progress max="${Math.max(whole, 1)}" value="${part}" aria-label="${of}"></progress>
    <span>${part.toLocaleString('en')} of ${whole.toLocaleString('en')} (${percent} %)</span></span
  >`;
}
